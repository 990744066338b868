"""One table read into typed rows, each with its line or row in the source; no pandas.

Whatever a case is read from, its cells come here as text and are read in one way.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from planning.tables.cells import Value, meant, read
from planning.tables.faults import Fault
from planning.tables.grids import At, Grid
from planning.tables.schema import Column, Kind, Table
from planning.tables.text import UnreadableCell, tidy

_REMARKS = frozenset({"source", "note"})
AS_CSV = "In Excel, save it as 'CSV UTF-8 (comma delimited)'."


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
    at : callable or None
        Where a cell of it stands, if that is no line of a CSV file.
    places : mapping of str to int
        At what place, from 0, each of its headings stands.
    """

    table: Table
    rows: tuple[Row, ...] = ()
    columns: frozenset[str] = frozenset()
    whole: bool = True
    at: At | None = None
    places: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def having(self, *columns: str) -> Iterator[Row]:
        """Yield the rows in which all these cells could be read."""
        return (row for row in self.rows if row.has(*columns))

    def located(self, fault: Fault) -> Fault:
        """Return a fault of this table with where it stands in the source."""
        if self.at is None or fault.at:
            return fault
        return replace(fault, at=self.at(fault.line, self.places.get(fault.column)))

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

    @cached_property
    def places(self) -> Mapping[str, int]:
        """At what place each column stands, by the name that is read and by the one it says."""
        said = {name: n for n, name in reversed([*enumerate(self.said)]) if name}
        return MappingProxyType(said | {name: n for n, name in enumerate(self.names) if name})

    @property
    def width(self) -> int:
        """The number of cells that a row must have: remarks at its end may be left off."""
        needed = [n for n, name in enumerate(self.names, 1) if name and name not in _REMARKS]
        return max(needed, default=0)


def read_grid(grid: Grid, table: Table) -> tuple[Sheet, list[Fault]]:
    """Return the rows of one table, and everything wrong with any of its cells."""
    if not grid.lines:
        remedy = f"Make its first row {','.join(table.names)}."
        wrong = "the file is empty" if grid.at is None else "empty"
        empty = Fault(table.name, None, "", "", wrong, remedy)
        return Sheet(table, whole=False, at=grid.at), [empty] if grid.whole else []
    heading, faults = _heading(*grid.lines[0], table, ragged=grid.ragged)
    if heading is None:
        return Sheet(table, whole=False, at=grid.at), faults
    faults += _troubles(grid, heading)
    rows = []
    for line, cells in grid.lines[1:]:
        row, found = _row(line, cells, heading, grid)
        rows.append(row)
        faults += found
    faults += _stray_cells(grid, heading)
    may_be_bare = table.optional or table.bare
    if not rows and not may_be_bare and grid.whole:
        remedy = f"Add a row for each {table.columns[0].name}."
        faults.append(Fault(table.name, None, "", "", "no rows below the headings", remedy))
    whole = bool(rows or may_be_bare) and grid.whole
    columns = frozenset(heading.names)
    return Sheet(table, tuple(rows), columns, whole, grid.at, heading.places), faults


def _heading(
    line: int, cells: list[str], table: Table, *, ragged: bool
) -> tuple[_Heading | None, list[Fault]]:
    """Return the column of each cell, a misspelt one as it was meant, and what is wrong with it."""
    names = [tidy(cell) for cell in cells]
    while ragged and names and not names[-1]:
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
            return Fault(table.name, line, "", first, wrong, AS_CSV)
    remedy = f"Make the first row {','.join(table.names)}."
    return Fault(table.name, line, "", first, "the first row does not name the columns", remedy)


def _rename(meaning: str, table: Table) -> str:
    if meaning:
        return f"Rename it to {meaning}."
    return f"Take it out, or rename it: the columns are {', '.join(table.names)}."


def _row(line: int, cells: list[str], heading: _Heading, grid: Grid) -> tuple[Row, list[Fault]]:
    """Return one row, and a fault for each cell that cannot be read.

    In a row of the wrong width no cell is sure to be under its heading, and none is read.
    """
    table = heading.table
    written = [_written(cell) for cell in cells]
    raw = {name: cell for name, cell in zip(heading.names, written, strict=False) if name}
    if grid.ragged and (fault := _wrong_width(line, written, heading)):
        return Row(line, {}, raw), [fault]
    values: dict[str, Value] = {}
    faults = []
    places = heading.places
    for column in table.columns:
        if column.name not in heading.names:
            if column.optional:
                values[column.name] = None if column.numeric else ""
            continue
        text, at = raw.get(column.name, ""), (line, places[column.name])
        if at in grid.troubles and not grid.troubles[at].readable:
            continue
        try:
            values[column.name] = _value(text, column, dated=at in grid.dates)
        except UnreadableCell as error:
            faults.append(Fault(table.name, line, column.name, text, error.wrong, error.remedy))
    return Row(line, values, raw), faults


def _written(cell: str) -> str:
    """Return a cell without the blanks around it, its lines ended as in any other source."""
    if "\r" in cell:
        cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    return tidy(cell)


def _value(text: str, column: Column, *, dated: bool) -> Value:
    """Return the value of a cell, which only a column of days or of plain text takes as a date.

    Raises
    ------
    UnreadableCell
        As ``cells.read``, or if it is a date in any other column.
    """
    if dated and column.kind not in (Kind.DATE, Kind.TEXT):
        wrong = "a date, perhaps made of something else by the spreadsheet"
        raise UnreadableCell(wrong, "Format the column as text, and type the cell again.")
    return read(text, column)


def _troubles(grid: Grid, heading: _Heading) -> Iterator[Fault]:
    """Yield what is wrong with cells before they are read, once a column, where it is first."""
    known = {n for n, name in enumerate(heading.names) if name in heading.table.names}
    lines = dict(grid.lines)
    found = [
        (at, trouble)
        for at, trouble in sorted(grid.troubles.items(), key=lambda one: _rank(one[0]))
        if at[0] in lines and (at[1] is None or at[1] in known)
    ]
    count = Counter((at[1], trouble.wrong) for at, trouble in found)
    for (line, at), trouble in found:
        if more := count.pop((at, trouble.wrong), 0):
            name = "" if at is None else heading.names[at]
            value = "" if at is None or at >= len(lines[line]) else lines[line][at]
            below = f" (and {more - 1:,} more below)" if trouble.counted and more > 1 else ""
            wrong = trouble.wrong + below
            yield Fault(heading.table.name, line, name, tidy(value), wrong, trouble.remedy)


def _rank(at: tuple[int, int | None]) -> tuple[int, int]:
    return at[0], -1 if at[1] is None else at[1]


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


def _stray_cells(grid: Grid, heading: _Heading) -> list[Fault]:
    """Return a fault for each column without a heading, at the first cell that it holds."""
    faults, lines = [], grid.lines[1:]
    for at, name in enumerate(heading.said):
        filled = [(line, c[at]) for line, c in lines if not name and len(c) > at and c[at].strip()]
        if filled:
            line, value = filled[0]
            remedy = "Name its column in the first row, or clear it."
            wrong = "a cell under no heading"
            place = "" if grid.at is None else grid.at(line, at)
            faults.append(Fault(heading.table.name, line, "", value, wrong, remedy, place))
    return faults
