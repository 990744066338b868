"""The settings of a case, from case.toml or from a sheet, with the place of every fault."""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from planning.tables.cells import Value, meant, read, within
from planning.tables.faults import Fault
from planning.tables.schema import SECTIONS, SETTINGS, SETTINGS_FILE, Column, Kind, Setting, Table
from planning.tables.sheets import Sheet
from planning.tables.text import UnreadableCell
from planning.tables.toml_lines import lines_of

SETTINGS_TABLE = Table(
    SETTINGS_FILE,
    "The settings of a case, where they are a sheet of a workbook or a table of a database.",
    (
        Column("setting", Kind.TEXT, "The setting, as in plan.first_year.", key=True),
        Column("value", Kind.TEXT, "What it is; blank is the default, if it has one.", blank=True),
        Column("source", Kind.TEXT, "Where it is from.", blank=True, optional=True),
        Column("note", Kind.TEXT, "What a reader should know of it.", blank=True, optional=True),
    ),
)


@dataclass(frozen=True)
class Settings:
    """What case.toml says.

    Parameters
    ----------
    name : str
        The council's name.
    first_year : str
        The plan's first financial year, such as ``"2015-16"``.
    years : int
        The number of years planned.
    demand_quantile, income_quantile : float
        The quantiles of the forecasts that are planned for, strictly between 0 and 1.
    discount_rate : float
        A fraction a year, for the cost goal.
    seed : int
        The seed of the random numbers.
    opening, minimum : float
        General reserves before the first year, and the least they may fall to, in £; NaN where
        reserves.csv gives the reserves.
    """

    name: str
    first_year: str
    years: int
    demand_quantile: float
    income_quantile: float
    discount_rate: float
    seed: int
    opening: float
    minimum: float


def settings_of(values: Mapping[str, Value]) -> Settings:
    """Return the settings from values by ``section.name``, as a reading without faults has them.

    Raises
    ------
    KeyError
        If one is missing.
    """

    def figure(name: str) -> float:
        return float(str(values[name]))

    numbers = {name: value for name, value in values.items() if isinstance(value, int | float)}
    return Settings(
        name=str(values["council.name"]),
        first_year=str(values["plan.first_year"]),
        years=int(numbers["plan.years"]),
        demand_quantile=float(numbers["plan.demand_quantile"]),
        income_quantile=float(numbers["plan.income_quantile"]),
        discount_rate=float(numbers["plan.discount_rate"]),
        seed=int(numbers["plan.seed"]),
        opening=float(numbers["reserves.opening"]),
        minimum=float(numbers["reserves.minimum"]),
    )


@dataclass(frozen=True)
class Given:
    """A setting as it was given, unread: by TOML a value, by a sheet's cell its text."""

    value: object
    line: int | None
    at: str = ""
    in_sheet: bool = False

    def read(self, column: Column) -> Value:
        """Return its value.

        Raises
        ------
        UnreadableCell
            If it is not of the setting's kind, or out of its bounds.
        """
        return read(str(self.value), column) if self.in_sheet else _value(self.value, column)


def read_settings(given: Mapping[str, Given]) -> tuple[dict[str, Value], list[Fault]]:
    """Return every setting that could be read, by ``section.name``, and every fault found."""
    values: dict[str, Value] = {}
    faults = []
    for setting in SETTINGS:
        name = _full(setting)
        if name not in given:
            values |= {} if setting.default is None else {name: setting.default}
            faults += [_missing(setting)] if setting.default is None else []
            continue
        one = given[name]
        try:
            values[name] = one.read(setting.column)
        except UnreadableCell as error:
            written, wrong, remedy = _written(one.value), error.wrong, error.remedy
            faults.append(Fault(SETTINGS_FILE, one.line, name, written, wrong, remedy, one.at))
    return values, faults


def settings_in_toml(text: str) -> tuple[dict[str, Given] | None, list[Fault]]:
    """Return what case.toml gives, None if it is not TOML, and what is wrong with its names."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [_syntax(text, str(error))]
    return settings_in_document(document, lines_of(text))


def settings_in_document(
    document: Mapping[str, object], lines: dict[str, int], *, file: str = ""
) -> tuple[dict[str, Given], list[Fault]]:
    """Return what sections of TOML give, and what is wrong with their names.

    ``file`` is the name of the file that they stand in, if that is not case.toml.
    """
    given, faults = _given(document, lines)

    def at(line: int | None) -> str:
        return f"{file}, line {line}" if file and line is not None else file

    return (
        {name: Given(v, lines.get(name), at(lines.get(name))) for name, v in given.items()},
        [replace(fault, at=at(fault.line)) for fault in faults],
    )


def settings_in_sheet(sheet: Sheet) -> tuple[dict[str, Given], list[Fault]]:
    """Return what a sheet of ``setting, value`` gives, and what is wrong with its names.

    A setting that has a default may be left blank.
    """
    known = {_full(setting): setting for setting in SETTINGS}
    rows = list(sheet.having("setting", "value"))
    names = [row.text("setting") for row in rows]
    meanings = {name: name for name in names if name in known} | meant(names, known)
    given: dict[str, Given] = {}
    faults = []
    for row, name in zip(rows, names, strict=True):
        meaning = meanings[name]
        if name != meaning:
            remedy = f"Write {meaning}." if meaning else f"The settings are {', '.join(known)}."
            faults.append(sheet.fault(row, "setting", "not a known setting", remedy))
        elif name in given:
            faults.append(sheet.fault(row, "setting", "a setting given twice", "Keep one of them."))
        text = row.text("value")
        if meaning and meaning not in given and (text or known[meaning].default is None):
            place = sheet.fault(row, "value", "", "")
            given[meaning] = Given(text, row.line, sheet.located(place).at, in_sheet=True)
    return given, faults


def _full(setting: Setting) -> str:
    return f"{setting.section}.{setting.column.name}"


def _syntax(text: str, error: str) -> Fault:
    """Say where the file stops being TOML, and what is usually the matter."""
    found = re.search(r"line (\d+)", error)
    lines = text.split("\n")
    # At the end of the document the parser gives no line: it is the last that says anything.
    line = int(found[1]) if found else len(text.rstrip().split("\n"))
    return Fault(
        SETTINGS_FILE,
        line,
        "",
        lines[line - 1].strip(),
        f"not written as TOML: {error.split(' (at')[0].lower()}",
        'Put text and years in quotation marks, as in first_year = "2015-16", and write numbers '
        "without £ or commas; a name is given once.",
    )


def _given(
    document: Mapping[str, object], lines: dict[str, int]
) -> tuple[dict[str, object], list[Fault]]:
    """Return what is given, by the name it was meant for, and a fault for each wrong name.

    A misspelt name is read as the one it was meant for, so that the rest can be looked at too;
    ``lines`` gains the lines of those.
    """
    given: dict[str, object] = {}
    faults = []
    for section, meaning in _intended(document, SECTIONS).items():
        content = document[section]
        if section != meaning:
            known = f"The sections are {', '.join(f'[{s}]' for s in SECTIONS)}."
            remedy = f"Write [{meaning}]." if meaning else known
            faults.append(_fault(lines, section, "not a known section", remedy))
        elif not isinstance(content, Mapping):
            wrong, remedy = (
                "a section written as a setting",
                f"Write [{section}] above its settings.",
            )
            faults.append(_fault(lines, section, wrong, remedy))
        if not meaning or not isinstance(content, Mapping):
            continue
        known_names = [s.column.name for s in SETTINGS if s.section == meaning]
        for name, right in _intended(content, known_names).items():
            at = f"{section}.{name}"
            if name != right:
                faults.append(_fault(lines, at, "not a known setting", _right(right, known_names)))
            if right:
                given[f"{meaning}.{right}"] = content[name]
                lines.setdefault(f"{meaning}.{right}", lines.get(at, 1))
    return given, faults


def _fault(lines: Mapping[str, int], name: str, wrong: str, remedy: str) -> Fault:
    return Fault(SETTINGS_FILE, lines.get(name), name, "", wrong, remedy)


def _intended(names: Mapping[str, object], known: tuple[str, ...] | list[str]) -> dict[str, str]:
    """Return what each name was meant for, ``""`` where nothing is near it."""
    return {name: name for name in names if name in known} | meant(names, known)


def _right(meaning: str, known: list[str]) -> str:
    """Say which setting was meant, or which there are."""
    if meaning:
        return f"Write {meaning}."
    if known:
        return f"The settings here are {', '.join(known)}."
    return "There are no settings in this section yet: take it out."


def _missing(setting: Setting) -> Fault:
    remedy = f"Add {setting.column.name} under [{setting.section}]: {setting.column.doc}"
    return Fault(SETTINGS_FILE, None, _full(setting), "", "missing", remedy)


def _value(value: object, column: Column) -> Value:
    """Return a TOML value, if it is of the setting's kind and within its bounds.

    Raises
    ------
    UnreadableCell
        If it is not.
    """
    if not column.numeric:
        if isinstance(value, str):
            return read(value, column)
        raise UnreadableCell("not text", f'Put it in quotation marks: "{_written(value)}".')
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableCell("not a number", "Write it without quotation marks, £ or commas.")
    if not math.isfinite(value):
        raise UnreadableCell("not a finite number", "Write a figure.")
    if column.kind is Kind.COUNT and not isinstance(value, int):
        raise UnreadableCell("not a whole number", "Write it without a decimal point.")
    return within(value, column)


def _written(value: object) -> str:
    """Return a TOML value much as it was written."""
    return str(value).lower() if isinstance(value, bool) else str(value)
