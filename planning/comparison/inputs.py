"""What changed in the inputs of two plans: settings, rows and cells, by key."""

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from planning.case import Case
from planning.comparison.sides import Side
from planning.tables.edits import OUTLOOK, SCENARIOS
from planning.tables.schema import SETTINGS, SETTINGS_FILE, TABLES

COLUMNS = ["table", "key", "column", "change", "from", "to"]

ADDED, REMOVED, CHANGED = "row added", "row removed", "changed"

FILES = {
    (False, True): "table added",
    (True, False): "table removed",
    (True, True): "table changed",
}
"""What became of a table, by whether it was there before and after."""

AS_FORECAST = "as forecast"
"""What a forecast without an edit is."""

Line = tuple[str, str, str, str, str, str]


def input_changes(old: Side, new: Side) -> pd.DataFrame:
    """Return a line for each row added or removed, and for each cell changed.

    table, key (its parts joined by a stroke), column, change, from, to. Cells are as a case writes
    them, a blank one blank; of a row added or removed every cell that is not blank is given.
    Without the cases the files that are not the same are named, and no more can be told.
    """
    if old.case is None or new.case is None:
        return pd.DataFrame(list(_files(old, new)), columns=COLUMNS, dtype="str")
    lines = [
        *_settings(old.case, new.case),
        *(
            line
            for name in old.case.tables
            if name != SCENARIOS
            for line in _rows(name, old.case.tables[name], new.case.tables[name])
        ),
        *_edits(old.case, new.case),
    ]
    return pd.DataFrame(lines, columns=COLUMNS, dtype="str")


def _files(old: Side, new: Side) -> Iterator[Line]:
    """Yield the options and files that are not the same, as two manifests tell."""
    for name in sorted({*old.options, *new.options}):
        before, after = (_text(side.options.get(name)) for side in (old, new))
        if before != after:
            yield SETTINGS_FILE, "", f"plan.{name}", CHANGED, before, after
    for name in sorted({*old.digests, *new.digests}):
        held = [side.digests.get(name) for side in (old, new)]
        if held[0] != held[1]:
            how = FILES[held[0] is not None, held[1] is not None]
            yield name, "", "", how, "", ""


def _settings(old: Case, new: Case) -> Iterator[Line]:
    for setting in SETTINGS:
        before, after = (_text(getattr(case.settings, setting.column.name)) for case in (old, new))
        if before != after:
            name = f"{setting.section}.{setting.column.name}"
            yield SETTINGS_FILE, "", name, CHANGED, before, after


def _rows(name: str, old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Line]:
    """Yield what is not the same in one table."""
    columns = [column for column in TABLES[name].names if column not in TABLES[name].key]
    before, after = _by_key(name, old), _by_key(name, new)
    for key in sorted({*before, *after}):
        label = "/".join(key)
        if key not in before:
            yield name, label, "", ADDED, "", _whole(after[key], columns)
        elif key not in after:
            yield name, label, "", REMOVED, _whole(before[key], columns), ""
        else:
            for column in columns:
                was, now = before[key][column], after[key][column]
                if was != now:
                    yield name, label, column, CHANGED, was, now


def _by_key(name: str, table: pd.DataFrame) -> dict[tuple[str, ...], dict[str, str]]:
    """Return every row's cells as text, by its key."""
    rows = [
        {column: _text(value) for column, value in row.items()}
        for row in table.to_dict(orient="records")
    ]
    return {tuple(row[column] for column in TABLES[name].key): row for row in rows}


def _edits(old: Case, new: Case) -> Iterator[Line]:
    """Yield the edits of what is forecast that only one of two cases has."""
    before, after = (
        {(e.table, e.key, e.column): e.value for e in case.edits if e.table in OUTLOOK}
        for case in (old, new)
    )
    for place in sorted({*before, *after}):
        was, now = before.get(place, AS_FORECAST), after.get(place, AS_FORECAST)
        if was != now:
            yield *place, CHANGED, was, now


def _whole(row: dict[str, str], columns: list[str]) -> str:
    return "; ".join(f"{column} {row[column]}" for column in columns if row[column])


def _text(value: object) -> str:
    """Return a cell as a case writes it."""
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # Twelve digits: all that a planner writes, and none of how a computer holds it.
        return f"{Decimal(f'{value:.12g}'):f}"
    return str(value)
