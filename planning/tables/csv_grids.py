"""CSV files as grids of text cells.

Files are read as planners and their spreadsheets save them: UTF-8 with or without a byte order
mark, any line ending, quoted or not, with blank rows, blank trailing columns and blank trailing
cells. Nothing is dropped in silence: what cannot be read is a fault.
"""

import csv
import io

from planning.tables.faults import Fault
from planning.tables.grids import Grid
from planning.tables.schema import Table
from planning.tables.sheets import AS_CSV, Sheet, read_grid


def read_table(data: bytes, table: Table) -> tuple[Sheet, list[Fault]]:
    """Return the rows of one table's file, and everything wrong with any of its cells."""
    grid, faults = csv_grid(data, table.name)
    sheet, found = read_grid(grid, table)
    return sheet, faults + found


def csv_grid(data: bytes, table: str) -> tuple[Grid, list[Fault]]:
    """Return a file's rows, and what is wrong with it before any cell is read."""
    text, undecoded = decoded(data, table)
    lines, broken = _split(text, table)
    whole = not broken and (bool(lines) or not undecoded)
    return Grid(tuple(lines), ragged=True, whole=whole), undecoded + broken


def decoded(data: bytes, table: str) -> tuple[str, list[Fault]]:
    """Return a file's text, and a fault if it is not UTF-8.

    What is not UTF-8 is read as Windows-1252, so that its other faults are found as well; what
    is not text at all comes back as no text.
    """
    if data.startswith(b"PK\x03\x04"):
        wrong = "an Excel workbook under the name of a text file"
        return "", [Fault(table, None, "", "", wrong, AS_CSV)]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        return "", [Fault(table, None, "", "", "saved as UTF-16, not UTF-8", AS_CSV)]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = len((data[: error.start] + b".").splitlines())
        shown = data[error.start : error.end].decode("cp1252", errors="replace")
        wrong = "not saved as UTF-8: this character cannot be told for certain"
        return (
            data.decode("cp1252", errors="replace"),
            [Fault(table, line, "", shown, wrong, AS_CSV)],
        )


def _split(text: str, table: str) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
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
        return rows, [Fault(table, start, "", "", wrong, remedy)]
    return rows, []
