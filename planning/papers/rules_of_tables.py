"""What a table of a sheet must be."""

import re
from collections.abc import Iterator

from planning.papers.seen import SHORTHAND, Cell, Found, MarkedTable, Seen, SeenSheet, address


def one_table(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: a sheet holds one table."""
    for sheet in seen.sheets:
        if len(sheet.tables) > 1:
            where = address(sheet.tables[1].first)
            yield sheet.name, where, f"the sheet holds {len(sheet.tables)} tables"


def says_its_tables(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: a sheet says how many tables it holds."""
    for sheet in seen.sheets:
        if sheet.tables and not any("table" in line.lower() for line in sheet.lines()):
            yield sheet.name, "A2", "the sheet does not say how many tables it holds"


def marked_up(seen: Seen) -> Iterator[Found]:
    """Find what stands side by side, as in a table, on a sheet that marks none."""
    for sheet in seen.sheets:
        beside = [place for place in sheet.cells if place[1] > 1]
        if beside and not sheet.tables:
            yield sheet.name, address(min(beside)), "the table is not marked up as one"


def loose(seen: Seen) -> Iterator[Found]:
    """Find what stands outside the table, but for the lines above it in column A."""
    for sheet in seen.sheets:
        for place, cell in sorted(sheet.cells.items()):
            if cell.blank or not sheet.tables:
                continue
            inside = any(
                t.first[0] <= place[0] <= t.last[0] and place[1] in t.columns for t in sheet.tables
            )
            above = place[1] == 1 and place[0] < min(t.first[0] for t in sheet.tables)
            if not inside and not above:
                yield sheet.name, address(place), "the cell belongs to no table"


def named(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: a table has a name that says what it is."""
    for sheet, table in seen.tables():
        if re.fullmatch(r"(Table|Range|DBRange|__Anonymous.*)_?\d*", table.name):
            where = address(table.first)
            yield sheet.name, where, f"the table's name, {table.name}, says nothing of it"


def from_column_a(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: a table begins in column A."""
    for sheet, table in seen.tables():
        if table.first[1] != 1:
            yield sheet.name, address(table.first), "the table does not begin in column A"


def header_marked(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: one row of a table is marked as its header."""
    for sheet, table in seen.tables():
        if table.headers != 1:
            wrong = f"the table has {table.headers} header rows marked, and not one"
            yield sheet.name, address(table.first), wrong


def header_blank(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: every column has a header."""
    for sheet, table in seen.tables():
        for column in table.columns:
            head = sheet.text(table.first[0], column)
            if not head.strip() or re.fullmatch(r"Column\d+", head):
                yield sheet.name, address((table.first[0], column)), "the column has no header"


def header_unique(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: no two columns have the same header."""
    for sheet, table in seen.tables():
        heads: set[str] = set()
        for column in table.columns:
            head = sheet.text(table.first[0], column).strip().lower()
            if head and head in heads:
                where = address((table.first[0], column))
                yield sheet.name, where, "another column has the same header"
            heads.add(head)


def _figures(sheet: SeenSheet, table: MarkedTable, column: int) -> list[tuple[int, Cell]]:
    """Return the cells of a column that holds figures, by row; none where it holds text."""
    cells = [(row, sheet.cells.get((row, column))) for row in table.body]
    filled = [(row, cell) for row, cell in cells if cell is not None and not cell.blank]
    said = [pair for pair in filled if not SHORTHAND.fullmatch(str(pair[1].value).strip().lower())]
    numbers = [pair for pair in said if not isinstance(pair[1].value, str)]
    return said if len(numbers) > len(said) / 2 else []


def one_header(seen: Seen) -> Iterator[Found]:
    """Find a second row of headers: text on top of every column of figures."""
    for sheet, table in seen.tables():
        columns = [found for c in table.columns if (found := _figures(sheet, table, c))]
        tops = [found[0] for found in columns if found[0][0] == table.first[0] + 1]
        if columns and tops and all(isinstance(cell.value, str) for _, cell in tops):
            where = address((table.first[0] + 1, table.first[1]))
            yield sheet.name, where, "a second row of headers stands under the first"


def text_among_figures(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: among figures only shorthand is text."""
    for sheet, table in seen.tables():
        for column in table.columns:
            for row, cell in _figures(sheet, table, column)[1:]:
                if isinstance(cell.value, str):
                    where = address((row, column))
                    yield sheet.name, where, "text stands among figures, and is no shorthand"


def blank_rows(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: no row of a table is blank."""
    for sheet, table in seen.tables():
        for row in table.body:
            if not any(sheet.text(row, column) for column in table.columns):
                yield sheet.name, address((row, table.first[1])), "a row of the table is blank"


def blank_columns(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: no column of a table is blank."""
    for sheet, table in seen.tables():
        for column in table.columns:
            if not any(sheet.text(row, column) for row in table.body):
                yield sheet.name, address((table.first[0], column)), "a column of it is blank"


def blank_cells(seen: Seen) -> Iterator[Found]:
    """Find blank cells on a sheet that does not say what a blank means."""
    for sheet, table in seen.tables():
        if any(
            "blank cell" in line.lower() and "no " not in line.lower() for line in sheet.lines()
        ):
            continue
        for row in table.body:
            filled = [column for column in table.columns if sheet.text(row, column)]
            for column in table.columns if filled else ():
                if column not in filled:
                    where = address((row, column))
                    yield sheet.name, where, "the cell is blank, and nothing says why"


def units(seen: Seen) -> Iterator[Found]:
    """Find a column of figures whose header does not say what they are counted in."""
    for sheet, table in seen.tables():
        for column in table.columns:
            head, found = sheet.text(table.first[0], column), _figures(sheet, table, column)
            money = any("£" in cell.number_format for _, cell in found)
            if found and (not re.search(r"\(.+\)", head) or (money and "£" not in head)):
                where = address((table.first[0], column))
                yield sheet.name, where, "the header does not say what its figures are counted in"


def wrapped(seen: Seen) -> Iterator[Found]:
    """Find text of a table that is wider than its column and does not go on to another line."""
    for sheet, table in seen.tables():
        for row in range(table.first[0], table.last[0] + 1):
            for column in table.columns:
                cell = sheet.cells.get((row, column))
                if cell is None or cell.wrapped or not isinstance(cell.value, str):
                    continue
                if len(cell.value) > sheet.widths.get(column, 8.43) + 1:
                    yield sheet.name, address((row, column)), "the text does not wrap"


def filters(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: no table has filters."""
    for sheet, table in seen.tables():
        if table.filtered:
            yield sheet.name, address(table.first), "the table has filter buttons"
