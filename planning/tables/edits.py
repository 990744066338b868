"""Edits on a case: cells changed for a scenario, each held to the contract of its own column."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from types import MappingProxyType

from planning.tables.cells import Value, nearest, read
from planning.tables.faults import Fault
from planning.tables.reading import Reading
from planning.tables.schema import SETTINGS, SETTINGS_FILE, TABLES, Column, Kind
from planning.tables.sheets import Row, Sheet
from planning.tables.text import UnreadableCell

SCENARIOS = "scenarios"

OUTLOOK = {
    "outlook.demand": (("service", "locality", "year"), "units"),
    "outlook.income": (("stream", "year"), "amount"),
}
"""What is forecast: its key and its figure. An edit of it changes what is planned for."""

_SHARE = re.compile(r"([+-]\d+(?:\.\d+)?)%")
_TIMES = re.compile(r"x(\d+(?:\.\d+)?)")
_POINTS = re.compile(r"([+-]\d+(?:\.\d+)?) points?")
_YEARS = re.compile(r"([+-]\d+) years?")
_BLANK = "blank"


@dataclass(frozen=True)
class Edit:
    """One row of scenarios.csv.

    Parameters
    ----------
    scenario : str
        Its name.
    table, key, column : str
        Which cells; the parts of a key are joined by a stroke, and ``*`` stands for anything.
    value : str
        What they are to be: a value, ``blank``, or a change: ``-5%``, ``x0.5``, ``+2 points`` of a
        fraction, ``+1 year`` of a financial year.
    line : int or None
        Where it stands in scenarios.csv.
    """

    scenario: str
    table: str
    key: str
    column: str
    value: str
    line: int | None = field(default=None, compare=False, repr=False)

    def matches(self, parts: Sequence[str]) -> bool:
        """Tell whether the edit is of the row with this key."""
        asked = self.key.split("/") if self.key not in ("", "*") else ["*"] * len(parts)
        return len(asked) == len(parts) and all(map(fnmatchcase, parts, asked))

    def figure(self, old: float) -> float:
        """Return a figure after the edit.

        Raises
        ------
        UnreadableCell
            If the edit is no figure, nor a change of one.
        """
        if share := _SHARE.fullmatch(self.value):
            return old * (1.0 + float(share[1]) / 100.0)
        if times := _TIMES.fullmatch(self.value):
            return old * float(times[1])
        if points := _POINTS.fullmatch(self.value):
            return old + float(points[1]) / 100.0
        try:
            return float(self.value)
        except ValueError:
            raise UnreadableCell("not a figure, nor a change of one", _GRAMMAR) from None

    def fault(self, column: str, wrong: str, remedy: str) -> Fault:
        """Return a fault of one of its cells."""
        return Fault(SCENARIOS, self.line, column, str(getattr(self, column)), wrong, remedy)


_GRAMMAR = "Write a value, blank, or a change: -5%, x0.5, +2 points or +1 year."


def edits_of(reading: Reading) -> tuple[Edit, ...]:
    """Return the rows of scenarios.csv that could be read, in the order of their keys.

    The order of rows is nothing that every source has.
    """
    columns = ("scenario", "table", "key", "column", "value")
    return tuple(
        Edit(**dict(zip(columns, texts, strict=True)), line=line)
        for texts, line in sorted(
            (tuple(row.text(column) for column in columns), row.line)
            for row in reading.sheets[SCENARIOS].having(*columns)
        )
    )


def edited(reading: Reading, edits: Iterable[Edit]) -> tuple[Reading, tuple[Fault, ...]]:
    """Return a reading after some edits, with a fault for each edit that is none.

    Edits are made in their order, and those of what is forecast are left for the outlook.
    """
    sheets, settings = dict(reading.sheets), dict(reading.settings)
    faults: list[Fault] = []
    for edit in edits:
        try:
            _make(edit, sheets, settings)
        except _Refused as refusal:
            fault = edit.fault(refusal.column, refusal.wrong, refusal.remedy)
            faults.append(reading.located(fault))
    after = replace(reading, sheets=MappingProxyType(sheets), settings=MappingProxyType(settings))
    return after, tuple(faults)


def _make(edit: Edit, sheets: dict[str, Sheet], settings: dict[str, Value]) -> None:
    """Make one edit, if it is of the case; one of what is forecast is left alone."""
    if edit.table == SETTINGS_FILE:
        _set(settings, edit)
    elif edit.table in TABLES and edit.table != SCENARIOS:
        sheets[edit.table] = _edited(sheets[edit.table], edit)
    elif edit.table in OUTLOOK:
        _check_outlook(edit)
    else:
        raise _Refused("table", *_no_such(edit.table, [*TABLES, SETTINGS_FILE, *OUTLOOK]))


def _check_outlook(edit: Edit) -> None:
    """Refuse an edit of what is forecast that is of no figure of it."""
    column = OUTLOOK[edit.table][1]
    if edit.column != column:
        raise _Refused("column", "no figure of what is forecast", f"Write {column}.")
    try:
        edit.figure(1.0)
    except UnreadableCell as error:
        raise _Refused("value", error.wrong, error.remedy) from None


class _Refused(ValueError):
    """An edit that cannot be made, and the column of scenarios.csv that says so."""

    def __init__(self, column: str, wrong: str, remedy: str) -> None:
        super().__init__(wrong)
        self.column, self.wrong, self.remedy = column, wrong, remedy


def _no_such(name: str, known: Sequence[str]) -> tuple[str, str]:
    near = nearest(name, known)
    remedy = f"Write {near}." if near else f"Write one of {', '.join(known)}."
    return "no such name", remedy


def _set(settings: dict[str, Value], edit: Edit) -> None:
    """Change a setting of case.toml, which ``column`` names as in ``plan.demand_quantile``."""
    columns = {f"{s.section}.{s.column.name}": s.column for s in SETTINGS}
    if edit.column not in columns:
        raise _Refused("column", *_no_such(edit.column, list(columns)))
    settings[edit.column] = _value(edit, settings.get(edit.column), columns[edit.column])


def _edited(sheet: Sheet, edit: Edit) -> Sheet:
    """Return a table after an edit."""
    if edit.column not in sheet.table.names:
        raise _Refused("column", *_no_such(edit.column, sheet.table.names))
    column, key = sheet.table.column(edit.column), sheet.table.key
    if column.key:
        wrong = "part of the key of its table"
        raise _Refused("column", wrong, "Edit another column: a key tells rows from one another.")
    keys = [[row.raw.get(name, "") for name in key] for row in sheet.rows]
    if not any(map(edit.matches, keys)):
        known = ["/".join(parts) for parts in keys]
        wrong, remedy = _no_such(edit.key, known[:20])
        raise _Refused("key", f"{sheet.table.file} has no such row", remedy)
    rows = tuple(
        _changed(row, edit, column) if edit.matches(parts) else row
        for row, parts in zip(sheet.rows, keys, strict=True)
    )
    return replace(sheet, rows=rows, columns=sheet.columns | {column.name})


def _changed(row: Row, edit: Edit, column: Column) -> Row:
    value = _value(edit, row.cells.get(column.name), column)
    text = "" if value is None else str(value)
    return replace(
        row,
        cells=dict(row.cells) | {column.name: value},
        raw=dict(row.raw) | {column.name: text},
    )


def _value(edit: Edit, old: Value, column: Column) -> Value:
    """Return what a cell is after an edit, if its column allows it."""
    try:
        return read(_text(edit, old, column), column)
    except UnreadableCell as error:
        raise _Refused("value", error.wrong, error.remedy) from None


def _text(edit: Edit, old: Value, column: Column) -> str:
    """Return what a cell would have to say."""
    if edit.value == _BLANK:
        return ""
    if column.kind is Kind.YEAR and (years := _YEARS.fullmatch(edit.value)):
        if not old:
            return ""
        first = int(str(old)[:4]) + int(years[1])
        return f"{first}-{(first + 1) % 100:02d}"
    change = any(p.fullmatch(edit.value) for p in (_SHARE, _TIMES, _POINTS))
    if not column.numeric or not change:
        return edit.value
    # What is not known, or has no limit, is so after a change too.
    return "" if old is None else repr(edit.figure(float(old)))
