"""What a case says, whatever it is written in: a digest for each of its tables."""

import hashlib
import json
from math import isnan

from planning.tables.cells import Value
from planning.tables.reading import Reading
from planning.tables.schema import SETTINGS, SETTINGS_FILE
from planning.tables.sheets import Row, Sheet


def content_digests(reading: Reading) -> dict[str, str]:
    """Return the sha256 of what each table says, by its name, and of the settings.

    Digested are the cells as they were read, rows in the order of their keys, ``source`` and
    ``note`` among them, as JSON of one object a row. A blank cell is left out, so that a column
    left out, or one that a later version adds, changes nothing; and a table without rows has no
    digest. Settings left out count as their defaults. So the same case as a folder, a workbook or
    a database has the same digests, in whatever order its rows and columns stand and however its
    figures are written.

    Parameters
    ----------
    reading : Reading
        A case without a fault.
    """
    settings = {
        f"{s.section}.{s.column.name}": reading.settings[f"{s.section}.{s.column.name}"]
        for s in SETTINGS
    }
    stated = {SETTINGS_FILE.removesuffix(".toml"): [_plain(settings)]}
    for name, sheet in reading.sheets.items():
        if sheet.rows:
            stated[name] = [_plain(_cells(row, sheet)) for row in _in_order(sheet)]
    return {name: _digest(rows) for name, rows in sorted(stated.items())}


def _in_order(sheet: Sheet) -> list[Row]:
    """Return the rows by their keys."""
    return sorted(sheet.rows, key=lambda row: tuple(map(row.text, sheet.table.key)))


def _cells(row: Row, sheet: Sheet) -> dict[str, Value]:
    return {column.name: row.cells[column.name] for column in sheet.table.columns}


def _plain(cells: dict[str, Value]) -> dict[str, Value]:
    """Return what is not blank, each figure as a float whatever it was given as."""
    plain: dict[str, Value] = {}
    for name, value in cells.items():
        if isinstance(value, bool | str):
            plain |= {} if value == "" else {name: value}
        elif value is not None and not isnan(value):
            plain[name] = float(value)
    return plain


def _digest(rows: list[dict[str, Value]]) -> str:
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
