"""A case's folder of CSV files and case.toml."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from planning.tables.assigned import assign
from planning.tables.cells import nearest
from planning.tables.csv_grids import csv_grid, decoded
from planning.tables.faults import Fault
from planning.tables.grids import Found, Grid, OfLines
from planning.tables.mapping import Layouts
from planning.tables.schema import SETTINGS_FILE, TABLES
from planning.tables.sources import MAPPING, Source

_CSV = ".csv"


def read_folder_files(source: Source, layouts: Layouts) -> Found:
    """Return what a case's folder holds, and what is wrong with it.

    A file whose name is misspelt is read as the one it was meant for, so that everything in it
    is found in one run.
    """
    root = Path(source.address)
    if not root.is_dir():
        wrong = "a file, not a folder" if root.exists() else "there is no such folder"
        remedy = "Name the folder that holds case.toml, an .xlsx workbook, or a database."
        return Found({}, faults=(Fault("", None, "", str(root), wrong, remedy),), whole=False)
    workbooks = sorted(path.name for path in root.glob("*.xlsx"))
    present = {_stem(name): name for name in _named_like_tables(root, layouts.file)}
    if workbooks and not present:
        wrong, remedy = "a folder without tables", f"If {workbooks[0]} is the case, name that file."
        return Found({}, faults=(Fault("", None, "", str(root), wrong, remedy),), whole=False)
    assigned = assign(present, layouts, settings=SETTINGS_FILE)
    faults = [*assigned.faults]
    faults += [_stray(present[own], meaning) for own, meaning in assigned.meant.items()]
    files: dict[str, bytes] = {}
    for table, own in assigned.names.items():
        try:
            files[table] = (root / present[own]).read_bytes()
        except OSError as error:
            why = f"cannot be read ({error.strerror})"
            faults.append(Fault(table, None, "", present[own], why, "Close or copy it."))
    optional = {name for name, table in TABLES.items() if table.optional}
    absent = {SETTINGS_FILE, *TABLES} - optional - {*assigned.names}
    if layouts.settings:
        absent -= {SETTINGS_FILE}
    faults += [_missing(name) for name in (SETTINGS_FILE, *TABLES) if name in absent]
    toml, grids, found = _grids(files, {t: present[own] for t, own in assigned.names.items()})
    digests = {
        present[assigned.names[table]]: hashlib.sha256(data).hexdigest()
        for table, data in files.items()
    }
    renamed = {
        TABLES[table].file: present[own]
        for table, own in assigned.names.items()
        if table in TABLES and layouts.of(table).sheet
    }
    return Found(grids, toml, digests, MappingProxyType(renamed), (*faults, *found))


def _grids(
    files: Mapping[str, bytes], names: Mapping[str, str]
) -> tuple[str | None, dict[str, Grid], list[Fault]]:
    """Return the settings' text and each table's rows, and what could not be made of the bytes."""
    toml, grids = None, {}
    faults: list[Fault] = []
    for table, data in files.items():
        if table == SETTINGS_FILE:
            text, found = decoded(data, table)
            toml = text if text or not found else None
        else:
            grid, found = csv_grid(data, table)
            if names[table].casefold() != TABLES[table].file:
                grid = replace(grid, at=OfLines(names[table]))
            grids[table] = grid
        faults += found
    return toml, grids, faults


def _named_like_tables(root: Path, mapping: str) -> list[str]:
    """Return the names of the folder's CSV and TOML files, without what editors leave about."""
    return sorted(
        path.name
        for path in root.iterdir()
        if path.suffix.casefold() in (_CSV, ".toml")
        and not path.name.startswith((".", "~"))
        and path.name not in (MAPPING, mapping)
        and path.is_file()
    )


def _stem(name: str) -> str:
    """Return the table that a file's name names."""
    return name[: -len(_CSV)] if name.casefold().endswith(_CSV) else name


def _stray(name: str, meaning: str) -> Fault:
    """Say that a file's name is no table's."""
    if meaning:
        wrong = f"the file is called {name}"
        file = TABLES[meaning].file if meaning in TABLES else meaning
        return Fault(meaning, None, "", "", wrong, f"Rename it to {file}.")
    files = [SETTINGS_FILE, *(table.file for table in TABLES.values())]
    like = nearest(name, files, cutoff=0.8)
    remedy = f"It may be a second {like}: " if like else ""
    remedy += "move it out of the folder, for nothing in it would be read."
    return Fault("", None, "", name, "not a table of a case", remedy[0].upper() + remedy[1:])


def _missing(name: str) -> Fault:
    if name == SETTINGS_FILE:
        remedy = "Add it, with the sections [council], [plan] and [reserves]."
    else:
        columns = ",".join(c.name for c in TABLES[name].columns if not c.optional)
        remedy = f"Add it, with a first row of {columns}."
    return Fault(name, None, "", "", "the file is missing", remedy)
