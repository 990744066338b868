"""A case's workbook, each sheet a table; the only module that knows calamine."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from planning.tables.assigned import assign
from planning.tables.cell_text import is_date, plain_text
from planning.tables.cells import nearest
from planning.tables.faults import Fault
from planning.tables.grids import Found, Grid, OfSheet, Trouble
from planning.tables.guard import LARGEST_FILE, RefusedWorkbook, repacked, safe_parts
from planning.tables.mapping import Layouts
from planning.tables.schema import SETTINGS_FILE, TABLES
from planning.tables.sources import Source
from planning.tables.worksheets import Notes, read_notes, shared_lengths

SETTINGS_SHEET = "case"
"""The sheet of settings."""
IGNORED = ("Read me", "Dictionary")
"""Sheets that a case's workbook may have for its readers; nothing in them is read."""

_OFFICE = "xl/workbook.xml"
_FORMULA = Trouble(
    "a formula",
    'Paste its value in its place, or write formulas = "values" in a mapping file.',
)
_UNSAVED = Trouble(
    "a formula whose value was not saved",
    "Open the workbook in Excel and save it, or write the value in its place.",
    readable=False,
)
_ERROR = Trouble(
    "an error that the spreadsheet shows in place of a value",
    "Mend the formula, or write the value in its place.",
    readable=False,
)
_UNHIDE = 'or write hidden = "read" in a mapping file.'
_HIDDEN_ROW = Trouble("a hidden row", f"Clear the filter or unhide it, {_UNHIDE}")
_HIDDEN_COLUMN = Trouble("a hidden column", f"Unhide it, {_UNHIDE}", counted=False)
_MERGED = Trouble(
    "cells merged into one, of which all but the first would be read as blank",
    "Unmerge them, and fill in each.",
)


@dataclass(frozen=True)
class _Sheet:
    """A sheet's own name, the part that holds it, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


def read_workbook(source: Source, layouts: Layouts) -> Found:
    """Return what a workbook holds of a case, and what is wrong with it."""
    path = Path(source.address)
    try:
        if path.stat().st_size > LARGEST_FILE:
            wrong = f"larger than {LARGEST_FILE / 1e6:,.0f} MB"
            return _refused(path, wrong, "Take out what is no table of the case.")
        content = path.read_bytes()
    except FileNotFoundError:
        return _refused(path, "there is no such workbook", "Correct the path.")
    except OSError as error:
        return _refused(path, f"cannot be read ({error.strerror})", "Close or copy it.")
    try:
        found = _read(content, layouts)
    except RefusedWorkbook as refusal:
        return _refused(path, refusal.wrong, refusal.remedy)
    except (CalamineError, ElementTree.ParseError, KeyError) as error:
        wrong = f"damaged: it cannot be read ({error})"
        return _refused(path, wrong, "Open it in Excel and save it again.")
    digest = hashlib.sha256(content).hexdigest()
    return Found(
        found.grids,
        files=MappingProxyType({path.name: digest}),
        names=found.names,
        faults=found.faults,
    )


def _refused(path: Path, wrong: str, remedy: str) -> Found:
    return Found({}, faults=(Fault("", None, "", str(path), wrong, remedy),), whole=False)


def _read(content: bytes, layouts: Layouts) -> Found:
    """Return what a workbook's bytes hold.

    Raises
    ------
    RefusedWorkbook
        If it is not fit to be parsed.
    """
    parts = safe_parts(content)
    sheets = {s.name: s for s in _sheets(parts) if s.name.casefold() not in _folded(IGNORED)}
    assigned = assign(sheets, layouts, settings=SETTINGS_SHEET)
    faults = [*assigned.faults]
    faults += [_stray(sheets[name], meaning) for name, meaning in assigned.meant.items()]
    shared = next((d for n, d in parts.items() if n.casefold() == "xl/sharedstrings.xml"), b"")
    lengths = shared_lengths(shared) if shared else []
    # Every sheet is looked at before any is parsed, for the parser reads from the whole.
    notes = {
        table: read_notes(parts[sheets[name].part], lengths)
        for table, name in assigned.names.items()
    }
    grids = {}
    with CalamineWorkbook.from_filelike(repacked(parts)) as workbook:
        for table, name in assigned.names.items():
            if sheets[name].hidden and not layouts.hidden:
                at, remedy = f"sheet {name}", f"Unhide it, {_UNHIDE}"
                faults.append(Fault(_key(table), None, "", "", "a hidden sheet", remedy, at))
            values = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            grids[_key(table)] = _grid(name, values, notes[table], layouts)
    faults += _missing(set(grids), layouts)
    own = {_key(table): name for table, name in assigned.names.items()}
    names = {t.file: f"the sheet {own.get(t.name, t.name)}" for t in TABLES.values()}
    names[SETTINGS_FILE] = f"the sheet {own.get(SETTINGS_FILE, SETTINGS_SHEET)}"
    return Found(grids, names=MappingProxyType(names), faults=tuple(faults))


def _key(table: str) -> str:
    return SETTINGS_FILE if table == SETTINGS_SHEET else table


def _folded(names: tuple[str, ...]) -> set[str]:
    return {name.casefold() for name in names}


def _sheets(parts: Mapping[str, bytes]) -> list[_Sheet]:
    """Return the worksheets, in their order; charts are none."""
    book = next((name for name in parts if name.casefold() == _OFFICE), "")
    if not book:
        raise RefusedWorkbook("damaged: it has no list of sheets", "Save it again in Excel.")
    folder = PurePosixPath(book).parent
    targets: dict[str, tuple[str, str]] = {}
    for link in ElementTree.fromstring(parts[f"{folder}/_rels/{PurePosixPath(book).name}.rels"]):
        target = link.get("Target", "")
        path = target.removeprefix("/") if target.startswith("/") else f"{folder}/{target}"
        targets[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], path)
    sheets = []
    for element in ElementTree.fromstring(parts[book]).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            ids = [value for name, value in element.attrib.items() if name.endswith("}id")]
            kind, part = targets.get(ids[0], ("", "")) if ids else ("", "")
            if kind == "worksheet" and part not in parts:
                raise RefusedWorkbook("damaged: a sheet is missing", "Save it again in Excel.")
            hidden = element.get("state", "visible") != "visible"
            if kind == "worksheet":
                sheets.append(_Sheet(element.get("name", ""), part, hidden))
    return sheets


def _stray(sheet: _Sheet, meaning: str) -> Fault:
    """Say that a sheet's name is no table's."""
    at = f"sheet {sheet.name}"
    if meaning:
        wrong, remedy = "not the name of a table", f"Rename it to {meaning}."
        return Fault(_key(meaning), None, "", "", wrong, remedy, at)
    like = nearest(sheet.name, [SETTINGS_SHEET, *TABLES])
    hint = f"Rename it if it is {like}; else take" if like else "Take"
    remedy = f"{hint} it out, or name it under ignore in a mapping file."
    wrong = "a hidden sheet that is no table" if sheet.hidden else "not a table of a case"
    return Fault("", None, "", "", wrong, remedy, at)


def _missing(found: set[str], layouts: Layouts) -> list[Fault]:
    """Return a fault for each sheet that a case cannot be without."""
    faults = []
    if SETTINGS_FILE not in found and not layouts.settings:
        remedy = "Add it, with a first row of setting,value and a row plan.first_year."
        at = f"sheet {SETTINGS_SHEET}"
        faults.append(Fault(SETTINGS_FILE, None, "", "", "the sheet is missing", remedy, at))
    for name, table in TABLES.items():
        if name not in found and not table.optional:
            columns = ",".join(c.name for c in table.columns if not c.optional)
            remedy = f"Add it, with a first row of {columns}."
            at = f"sheet {name}"
            faults.append(Fault(name, None, "", "", "the sheet is missing", remedy, at))
    return faults


def _grid(name: str, values: list[list[object]], notes: Notes, layouts: Layouts) -> Grid:
    """Return a sheet's rows that are not blank, as text, and what is wrong with cells of them."""
    # The parser gives errors as blanks.
    errors: dict[int, dict[int, str]] = {}
    for (row, column), error in notes.errors.items():
        errors.setdefault(row, {})[column] = error
    unsaved = {row for (row, _), saved in notes.formulas.items() if not saved}
    lines = []
    dates = set()
    for row, cells in enumerate(values, start=1):
        texts = [plain_text(cell) or "" for cell in cells]
        for column, error in errors.get(row, {}).items():
            texts[column] = error
        dates |= {(row, n) for n, cell in enumerate(cells) if is_date(cell)}
        if row in unsaved or any(text.strip() for text in texts):
            lines.append((row, texts))
    troubles = _troubles(notes, lines, layouts)
    return Grid(tuple(lines), OfSheet(name), dates=frozenset(dates), troubles=troubles)


def _troubles(
    notes: Notes, lines: list[tuple[int, list[str]]], layouts: Layouts
) -> Mapping[tuple[int, int | None], Trouble]:
    """Return what is wrong with cells that their values do not show."""
    troubles: dict[tuple[int, int | None], Trouble] = {}
    if not layouts.hidden:
        troubles |= {(row, None): _HIDDEN_ROW for row, _ in lines if row in notes.hidden_rows}
        hidden = {n for columns in notes.hidden_columns for n in columns if n < _width(lines)}
        for row, texts in lines:
            filled = {n for n in hidden if n < len(texts) and texts[n].strip()}
            troubles |= {(row, n): _HIDDEN_COLUMN for n in filled}
    for top, left, bottom, right in notes.merged:
        if (top, left) != (bottom, right):
            troubles[top, right] = _MERGED
    for at, saved in notes.formulas.items():
        if not saved:
            troubles[at] = _UNSAVED
        elif not layouts.saved_values:
            troubles[at] = _FORMULA
    troubles |= dict.fromkeys(notes.errors, _ERROR)
    return MappingProxyType(troubles)


def _width(lines: list[tuple[int, list[str]]]) -> int:
    return max((len(texts) for _, texts in lines), default=0)
