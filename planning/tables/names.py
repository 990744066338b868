"""Checks of names: keys repeated, and names that no other table has."""

from collections import Counter
from collections.abc import Iterator, Mapping

from planning.tables.cells import nearest
from planning.tables.faults import Fault
from planning.tables.reading import Reading
from planning.tables.schema import TABLES, Column, Kind
from planning.tables.sheets import Row, Sheet


def repeated_keys(reading: Reading) -> Iterator[Fault]:
    """Refuse two rows of a table with the same key."""
    for sheet in reading.sheets.values():
        key = sheet.table.key
        first: dict[tuple[str, ...], int] = {}
        for row in sheet.having(*key):
            names = tuple(row.text(column) for column in key)
            if names in first:
                shown = ", ".join(f"{c} {n or 'blank'}" for c, n in zip(key, names, strict=True))
                wrong = f"the same key as on line {first[names]} ({shown})"
                yield sheet.fault(row, key[0], wrong, "Keep one of the two rows.")
            first.setdefault(names, row.line)


def unknown_names(reading: Reading) -> Iterator[Fault]:
    """Refuse a name that is not in the table that it refers to.

    A name is reported once in a column, with the number of rows that have it.
    """
    for sheet in reading.sheets.values():
        for column in sheet.table.columns:
            if column.refers and column.name in sheet.columns:
                yield from _unknown(sheet, column, reading.sheets)


def _unknown(sheet: Sheet, column: Column, sheets: Mapping[str, Sheet]) -> Iterator[Fault]:
    known = known_names(sheets, column.refers)
    if known is None:
        return
    used = [(row, name) for row in sheet.having(column.name) for name in named(row, column)]
    rows = Counter(name for _, name in used)
    for row, name in used:
        if name in rows and name not in known and name not in column.reserved:
            if not _lost(sheets, column.refers, name, known):
                yield _no_such(sheet, row, column, name, rows[name], known)
            del rows[name]


def named(row: Row, column: Column) -> list[str]:
    """Return the names that a cell refers to; none where it is blank."""
    text = row.text(column.name)
    names = text.split(";") if column.kind is Kind.KEYS else [text]
    return [name for name in names if name]


def known_names(sheets: Mapping[str, Sheet], refers: str) -> set[str] | None:
    """Return the names in a ``table.column``, or None where they cannot all be known.

    A locality may be named by demand or, for a service that has none, by an offer.
    """
    if refers == "demand.locality":
        demand, offers = sheets["demand"], sheets["offers"]
        if not (_all_there(demand, "locality") and _all_there(offers, "locality")):
            return None
        return _names(demand, "locality") | _names(offers, "locality")
    table, column = refers.split(".")
    # A table left out has no names; one that could not be read may have any.
    if sheets[table].columns and column not in sheets[table].columns:
        return set() if TABLES[table].column(column).optional else None
    return _names(sheets[table], column) if sheets[table].whole else None


def _all_there(sheet: Sheet, column: str) -> bool:
    return sheet.whole and column in sheet.columns


def _names(sheet: Sheet, column: str) -> set[str]:
    return {row.raw[column] for row in sheet.rows if row.raw.get(column)}


def _lost(sheets: Mapping[str, Sheet], refers: str, name: str, known: set[str]) -> bool:
    """Whether a name may be missing only because the row that should have it is itself at fault.

    Some key of that table could not be read, or is there twice, and the name is most like that
    one, or like none.
    """
    table, column = refers.split(".")
    written = Counter(row.raw.get(column, "") for row in sheets[table].rows)
    faulty = {row.raw.get(column, "") for row in sheets[table].rows if not row.has(column)}
    if sheets[table].table.key == (column,):
        faulty |= {key for key, rows in written.items() if rows > 1}
    near = nearest(name, known)
    return bool(faulty) and (not near or near in faulty)


def _no_such(
    sheet: Sheet, row: Row, column: Column, name: str, rows: int, known: set[str]
) -> Fault:
    table, its_column = column.refers.split(".")
    hint = nearest(name, known | set(column.reserved))
    remedy = f"Write {hint}, or add {name} to {TABLES[table].file}." if hint else ""
    remedy = remedy or f"Add it to {TABLES[table].file}, or correct it."
    more = f" ({rows - 1} more {'row names' if rows == 2 else 'rows name'} it)" if rows > 1 else ""
    wrong = f"{TABLES[table].file} has no such {its_column}{more}"
    return Fault(sheet.table.name, row.line, column.name, name, wrong, remedy)
