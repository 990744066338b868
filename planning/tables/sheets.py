"""One CSV file read into typed rows, each with its line in the file; no pandas.

Files are read as planners and their spreadsheets save them: UTF-8 with or without a byte order
mark, any line ending, quoted or not, with blank rows, blank trailing columns and blank trailing
cells. Nothing is dropped in silence: what cannot be read is a fault.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planning.tables.cells import UnreadableCell, Value, meant, read, tidy
from planning.tables.faults import Fault
from planning.tables.schema import Table

_REMARKS = frozenset({"source", "note"})
_AS_CSV = "In Excel, save it as 'CSV UTF-8 (comma delimited)'."


@dataclass(frozen=True)
class Row:
    """One row of a table: the cells that could be read, and all of them as written.

    A cell at fault is in ``raw`` only, so that a check which needs it passes the row over.
    """

    line: int
    cells: Mapping[str, Value]
    raw: Mapping[str, str]

    def has(self, *columns: str) -> bool:
        """Whether all these cells could be read."""
        return all(column in self.cells for column in columns)

    def text(self, column: str) -> str:
        """Return a cell that holds text, ``""`` where blank.

        Raises
        ------
        KeyError
            If it could not be read; ask ``has`` first.
        """
        return str(self.cells[column])

    def number(self, column: str) -> float | None:
        """Return a cell that holds a number, None where blank.

        Raises
        ------
        KeyError
            If it could not be read; ask ``has`` first.
        """
        value = self.cells[column]
        return None if value is None else float(value)


@dataclass(frozen=True)
class Sheet:
    """One table as it was read.

    Parameters
    ----------
    table : Table
        What it should be.
    rows : tuple of Row
        Its rows, in the order of the file.
    columns : frozenset of str
        The columns that the file has.
    whole : bool
        Whether every row of the file is in ``rows``, so that what is not there is nowhere.
    """

    table: Table
    rows: tuple[Row, ...] = ()
    columns: frozenset[str] = frozenset()
    whole: bool = True

    def having(self, *columns: str) -> Iterator[Row]:
        """Yield the rows in which all these cells could be read."""
        return (row for row in self.rows if row.has(*columns))

    def fault(self, row: Row | None, column: str, wrong: str, remedy: str) -> Fault:
        """Return a fault of one of its cells, with the value as it was written."""
        if row is None:
            return Fault(self.table.name, None, column, "", wrong, remedy)
        return Fault(self.table.name, row.line, column, row.raw.get(column, ""), wrong, remedy)


@dataclass(frozen=True)
class _Heading:
    """The first row: the column of each cell below, ``""`` where none, and what it says."""

    table: Table
    names: tuple[str, ...]
    said: tuple[str, ...]

    @property
    def width(self) -> int:
        """The number of cells that a row must have: remarks at its end may be left off."""
        needed = [n for n, name in enumerate(self.names, 1) if name and name not in _REMARKS]
        return max(needed, default=0)


def read_table(data: bytes, table: Table) -> tuple[Sheet, list[Fault]]:
    """Return the rows of one table's file, and everything wrong with any of its cells."""
    text, faults = decoded(data, table.name)
    lines, broken = _split(text, table)
    faults += broken
    if not lines:
        remedy = f"Make its first row {','.join(table.names)}."
        empty = Fault(table.name, None, "", "", "the file is empty", remedy)
        return Sheet(table, whole=False), faults or [empty]
    heading, found = _heading(*lines[0], table)
    faults += found
    if heading is None:
        return Sheet(table, whole=False), faults
    rows = []
    for line, cells in lines[1:]:
        row, found = _row(line, cells, heading)
        rows.append(row)
        faults += found
    faults += _stray_cells(lines[1:], heading)
    may_be_bare = table.optional or table.bare
    if not rows and not may_be_bare and not broken:
        remedy = f"Add a row for each {table.columns[0].name}."
        faults.append(Fault(table.name, None, "", "", "no rows below the headings", remedy))
    whole = bool(rows or may_be_bare) and not broken
    return Sheet(table, tuple(rows), frozenset(heading.names), whole), faults


def decoded(data: bytes, table: str) -> tuple[str, list[Fault]]:
    """Return a file's text, and a fault if it is not UTF-8.

    What is not UTF-8 is read as Windows-1252, so that its other faults are found as well; what
    is not text at all comes back as no text.
    """
    if data.startswith(b"PK\x03\x04"):
        wrong = "an Excel workbook under the name of a text file"
        return "", [Fault(table, None, "", "", wrong, _AS_CSV)]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        return "", [Fault(table, None, "", "", "saved as UTF-16, not UTF-8", _AS_CSV)]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = len((data[: error.start] + b".").splitlines())
        shown = data[error.start : error.end].decode("cp1252", errors="replace")
        wrong = "not saved as UTF-8: this character cannot be told for certain"
        return (
            data.decode("cp1252", errors="replace"),
            [Fault(table, line, "", shown, wrong, _AS_CSV)],
        )


def _split(text: str, table: Table) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """Return the rows that are not blank, each with the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        remedy = "Close every quotation mark, and double those inside a cell."
        wrong = f"a quotation mark out of place ({error}); nothing below is read"
        return rows, [Fault(table.name, start, "", "", wrong, remedy)]
    return rows, []


def _heading(line: int, cells: list[str], table: Table) -> tuple[_Heading | None, list[Fault]]:
    """Return the column of each cell, a misspelt one as it was meant, and what is wrong with it."""
    names = [tidy(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    given = [name for name in names if name]
    if not set(given) & set(table.names):
        return None, [_no_heading(line, given, table)]
    meanings = meant(given, table.names)
    faults = [
        Fault(table.name, line, name, "", "not a column of this table", _rename(meaning, table))
        for name, meaning in meanings.items()
    ]
    # Of a column given twice the first is read.
    read_as = tuple(
        meanings.get(name, name) if name not in names[:n] else "" for n, name in enumerate(names)
    )
    missing = [c for c in table.columns if c.name not in read_as and not c.optional]
    for name in dict.fromkeys(name for n, name in enumerate(given) if name in given[:n]):
        # Where a column is missing too, this is it, and one slip is one fault.
        other = missing.pop(0).name if missing else ""
        remedy = f"Rename one of them to {other}." if other else "Keep one of them."
        faults.append(Fault(table.name, line, name, "", "a column given twice", remedy))
    for column in missing:
        remedy = f"Add it: {column.doc}"
        faults.append(Fault(table.name, line, column.name, "", "missing column", remedy))
    return _Heading(table, read_as, tuple(names)), faults


def _no_heading(line: int, given: list[str], table: Table) -> Fault:
    """Say why the first row names none of the columns."""
    first = ",".join(given)
    for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "upright strokes")):
        if len(given) == 1 and mark in first:
            wrong = f"cells are set apart by {name}, not commas"
            return Fault(table.name, line, "", first, wrong, _AS_CSV)
    remedy = f"Make the first row {','.join(table.names)}."
    return Fault(table.name, line, "", first, "the first row does not name the columns", remedy)


def _rename(meaning: str, table: Table) -> str:
    if meaning:
        return f"Rename it to {meaning}."
    return f"Take it out, or rename it: the columns are {', '.join(table.names)}."


def _row(line: int, cells: list[str], heading: _Heading) -> tuple[Row, list[Fault]]:
    """Return one row, and a fault for each cell that cannot be read.

    In a row of the wrong width no cell is sure to be under its heading, and none is read.
    """
    table = heading.table
    written = [tidy(cell) for cell in cells]
    raw = {name: cell for name, cell in zip(heading.names, written, strict=False) if name}
    if fault := _wrong_width(line, written, heading):
        return Row(line, {}, raw), [fault]
    values: dict[str, Value] = {}
    faults = []
    for column in table.columns:
        if column.name not in heading.names:
            if column.optional:
                values[column.name] = None if column.numeric else ""
            continue
        text = raw.get(column.name, "")
        try:
            values[column.name] = read(text, column)
        except UnreadableCell as error:
            faults.append(Fault(table.name, line, column.name, text, error.wrong, error.remedy))
    return Row(line, values, raw), faults


def _wrong_width(line: int, cells: list[str], heading: _Heading) -> Fault | None:
    """Return a fault if a row has fewer or more cells than the first row has names."""
    name, columns = heading.table.name, len(heading.names)
    if extra := [cell for cell in cells[columns:] if cell]:
        remedy = 'Put quotation marks round a cell that has a comma in it, as in "1,234".'
        wrong = f"a row of {len(cells)} cells under {columns} headings"
        return Fault(name, line, "", ",".join(extra), wrong, remedy)
    if len(cells) < heading.width:
        wrong = f"a row of {len(cells)} cells under {columns} headings"
        remedy = "Write every cell; one left blank keeps its comma."
        return Fault(name, line, "", ",".join(cells), wrong, remedy)
    return None


def _stray_cells(lines: list[tuple[int, list[str]]], heading: _Heading) -> list[Fault]:
    """Return a fault for each column without a heading, at the first cell that it holds."""
    faults = []
    for at, name in enumerate(heading.said):
        filled = [(line, c[at]) for line, c in lines if not name and len(c) > at and c[at].strip()]
        if filled:
            line, value = filled[0]
            remedy = "Name its column in the first row, or clear it."
            wrong = "a cell under no heading"
            faults.append(Fault(heading.table.name, line, "", value, wrong, remedy))
    return faults
