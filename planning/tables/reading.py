"""A case's folder read into settings and typed rows, with every fault of every file; no pandas."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from planning.tables.cells import Value, meant, nearest
from planning.tables.faults import Fault, in_order
from planning.tables.schema import SETTINGS_FILE, TABLES
from planning.tables.settings import read_settings
from planning.tables.sheets import Sheet, decoded, read_table

# Names this near are one name misspelt; ``events`` is not ``effects``.
_NEAR = 0.8


@dataclass(frozen=True)
class Reading:
    """A case as it was read, faults and all.

    Parameters
    ----------
    folder : str
        As it was given.
    settings : mapping of str to value
        The settings that could be read, by ``section.name``.
    sheets : mapping of str to Sheet
        Every table, by name; one without rows where there is no file.
    digests : mapping of str to str
        The sha256 of the very bytes that were parsed, by file name.
    faults : tuple of Fault
        What is wrong with files, columns and cells, each looked at by itself.
    """

    folder: str
    settings: Mapping[str, Value]
    sheets: Mapping[str, Sheet]
    digests: Mapping[str, str]
    faults: tuple[Fault, ...]


def read_folder(folder: str | os.PathLike[str]) -> Reading:
    """Read a case's folder: each cell by itself, for what is between tables is checked after."""
    files, faults = _files(Path(folder))
    values: Mapping[str, Value] = {}
    if SETTINGS_FILE in files:
        text, undecoded = decoded(files[SETTINGS_FILE], SETTINGS_FILE)
        values, found = read_settings(text) if text or not undecoded else ({}, [])
        faults += undecoded + found
    sheets = {}
    for name, table in TABLES.items():
        if table.file in files:
            sheets[name], found = read_table(files[table.file], table)
            faults += found
        else:
            sheets[name] = Sheet(table, whole=table.optional)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    return Reading(
        folder=os.fspath(folder),
        settings=MappingProxyType(dict(values)),
        sheets=MappingProxyType(sheets),
        digests=MappingProxyType(digests),
        faults=in_order(faults),
    )


def _files(root: Path) -> tuple[dict[str, bytes], list[Fault]]:
    """Return the bytes of each file of a case, and what is wrong with the folder.

    A file whose name is misspelt is read as the one it was meant for, so that everything in it
    is found in one run.
    """
    if not root.is_dir():
        wrong = "a file, not a folder" if root.exists() else "there is no such folder"
        return {}, [Fault("", None, "", str(root), wrong, "Name the folder that holds case.toml.")]
    wanted = {SETTINGS_FILE: "", **{t.file: t.name for t in TABLES.values()}}
    present = _named_like_tables(root)
    meanings = meant(present, wanted, cutoff=_NEAR)
    files = {}
    faults = [_stray(name, meaning, wanted) for name, meaning in meanings.items()]
    for name in present:
        meaning = meanings.get(name, name)
        if meaning:
            try:
                files[meaning] = (root / name).read_bytes()
            except OSError as error:
                why = f"cannot be read ({error.strerror})"
                faults.append(Fault(_table(meaning), None, "", name, why, "Close or copy it."))
    found = {meanings.get(name, name) for name in present}
    optional = {t.file for t in TABLES.values() if t.optional}
    faults += [_missing(name) for name in wanted if name not in found | optional]
    return files, faults


def _named_like_tables(root: Path) -> list[str]:
    """Return the names of the folder's CSV and TOML files, without what editors leave about."""
    return sorted(
        path.name
        for path in root.iterdir()
        if path.suffix.casefold() in (".csv", ".toml")
        and not path.name.startswith((".", "~"))
        and path.is_file()
    )


def _table(file: str) -> str:
    return file if file == SETTINGS_FILE else file.removesuffix(".csv")


def _stray(name: str, meaning: str, wanted: Mapping[str, str]) -> Fault:
    """Say that a file's name is no table's."""
    if meaning:
        wrong = f"the file is called {name}"
        return Fault(_table(meaning), None, "", "", wrong, f"Rename it to {meaning}.")
    like = nearest(name, wanted, cutoff=_NEAR)
    remedy = f"It may be a second {like}: " if like else ""
    remedy += "move it out of the folder, for nothing in it would be read."
    return Fault("", None, "", name, "not a table of a case", remedy[0].upper() + remedy[1:])


def _missing(name: str) -> Fault:
    if name == SETTINGS_FILE:
        remedy = "Add it, with the sections [council], [plan] and [reserves]."
    else:
        columns = ",".join(c.name for c in TABLES[_table(name)].columns if not c.optional)
        remedy = f"Add it, with a first row of {columns}."
    return Fault(_table(name), None, "", "", "the file is missing", remedy)
