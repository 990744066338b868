"""A case read into settings and typed rows, with every fault of every table; no pandas.

The one door: whatever a case is read from, a reader of its own brings it here as text cells.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from planning.tables.cells import Value
from planning.tables.faults import Fault, in_order
from planning.tables.folder import read_folder_files
from planning.tables.grids import Found
from planning.tables.mapping import Layouts, laid_out, read_mapping
from planning.tables.schema import SETTINGS_FILE, TABLES, Table
from planning.tables.settings import (
    SETTINGS_TABLE,
    Given,
    read_settings,
    settings_in_document,
    settings_in_sheet,
    settings_in_toml,
)
from planning.tables.sheets import Sheet, read_grid
from planning.tables.sources import Source, SourceKind

_UNDER = re.compile(r"(\w+) under \[(\w+)\]")
_SECTION = re.compile(r"\[(\w+)\]")
"""How case.toml's own remedies name a setting, and a section of them."""


@dataclass(frozen=True)
class Reading:
    """A case as it was read, faults and all.

    Parameters
    ----------
    source : Source
        Where it was read from.
    settings : mapping of str to value
        The settings that could be read, by ``section.name``.
    sheets : mapping of str to Sheet
        Every table, by name; one without rows where there is none.
    files : mapping of str to str
        The sha256 of the very bytes that were parsed, by file name; of a database, none.
    faults : tuple of Fault
        What is wrong with files, columns and cells, each looked at by itself.
    names : mapping of str to str
        What the source calls what a folder calls ``offers.csv``, where it is called otherwise.
    given : Sheet or None
        The settings, where they were given in rows.
    """

    source: Source
    settings: Mapping[str, Value]
    sheets: Mapping[str, Sheet]
    files: Mapping[str, str]
    faults: tuple[Fault, ...]
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    given: Sheet | None = None

    def located(self, fault: Fault) -> Fault:
        """Return a fault in the source's own words: by sheet and cell, or by table and row."""
        sheet = self.given if fault.table == SETTINGS_FILE else self.sheets.get(fault.table)
        if sheet is not None:
            fault = sheet.located(fault)
        if not self.names:
            return fault
        wrong, remedy = _worded(fault.wrong, self.names), _worded(fault.remedy, self.names)
        if self.given is not None:
            remedy = _SECTION.sub(r"the rows \1", _UNDER.sub(r"a row \2.\1", remedy))
        at = fault.at or self.names.get(fault.file, "").removeprefix("the ")
        return replace(fault, wrong=wrong, remedy=remedy, at=at)


def read_folder(folder: str | os.PathLike[str]) -> Reading:
    """Read a case's folder, as ``read_source``."""
    return read_source(Source.of(folder))


def read_source(source: Source) -> Reading:
    """Read a case: each cell by itself, for what is between tables is checked after."""
    layouts, faults = read_mapping(source)
    found = _reader(source)(source, layouts)
    faults += found.faults
    sheets: dict[str, Sheet] = {}
    for name, table in TABLES.items():
        if name in found.grids:
            sheets[name], wrong = _sheet(found, table, layouts)
            faults += wrong
        else:
            sheets[name] = Sheet(table, whole=table.optional and found.whole)
    settings, given, wrong = _settings(found, layouts)
    mapping = {layouts.file: layouts.digest} if layouts.digest else {}
    reading = Reading(
        source=source,
        settings=MappingProxyType(settings),
        sheets=MappingProxyType(sheets),
        files=MappingProxyType(dict(sorted({**found.files, **mapping}.items()))),
        faults=(),
        names=found.names,
        given=given,
    )
    every = [reading.located(fault) for fault in (*faults, *wrong)]
    return replace(reading, faults=in_order(every))


def _reader(source: Source) -> Callable[[Source, Layouts], Found]:
    """Return what reads this kind of source; a folder's reader loads none of the others'."""
    if source.kind is SourceKind.WORKBOOK:
        from planning.tables.workbook import read_workbook

        return read_workbook
    if source.kind is SourceKind.DATABASE:
        from planning.tables.database import read_database

        return read_database
    return read_folder_files


def _sheet(found: Found, table: Table, layouts: Layouts) -> tuple[Sheet, list[Fault]]:
    """Return one table as it is laid out, read."""
    grid, misfits = laid_out(found.grids[table.name], table.name, layouts)
    sheet, faults = read_grid(grid, table)
    return sheet, [*misfits, *faults]


def _settings(found: Found, layouts: Layouts) -> tuple[dict[str, Value], Sheet | None, list[Fault]]:
    """Return the settings, from wherever they are given, and their sheet if there is one."""
    sheet = None
    given: dict[str, Given] | None = None
    faults: list[Fault] = []
    if found.toml is not None:
        given, faults = settings_in_toml(found.toml)
    elif SETTINGS_FILE in found.grids:
        sheet, faults = read_grid(found.grids[SETTINGS_FILE], SETTINGS_TABLE)
        given, wrong = settings_in_sheet(sheet)
        faults = [*faults, *wrong]
    if layouts.settings:
        more, wrong = _of_mapping(layouts, given or {})
        given, faults = {**more, **(given or {})}, [*faults, *wrong]
    if given is None:
        return {}, sheet, faults
    values, wrong = read_settings(given)
    return values, sheet, [*faults, *wrong]


def _of_mapping(layouts: Layouts, own: Mapping[str, Given]) -> tuple[dict[str, Given], list[Fault]]:
    """Return the settings that the mapping gives, and a fault for each that is given already."""
    start = "settings."
    lines = {n.removeprefix(start): at for n, at in layouts.lines.items() if n.startswith(start)}
    given, faults = settings_in_document(layouts.settings, lines, file=layouts.file)
    for name in sorted({*given} & {*own}):
        wrong, remedy = "a setting that the case gives too", "Take it out of one of the two."
        faults.append(layouts.fault(start + name, str(given[name].value), wrong, remedy))
    return given, faults


def _worded(text: str, names: Mapping[str, str]) -> str:
    """Say what a source calls its tables and rows where a folder's files and lines are named."""
    pattern = "|".join(re.escape(name) for name in sorted(names))
    text = re.sub(rf"\b({pattern})(?!\w|\.\w)", lambda found: names[found[1]], text)
    return re.sub(r"\bon line (\d+)", r"in row \1", text)
