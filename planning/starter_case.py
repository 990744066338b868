"""The small invented case that ``virement init`` writes, from the files in planning/starter."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from planning.tables.schema import SETTINGS_FILE, TABLES

README = "README.md"
WORKBOOK = "case.xlsx"
DICTIONARY = "DICTIONARY.md"

_AS_FOLDER = MappingProxyType(
    {
        "case": ".",
        "settings": SETTINGS_FILE,
        "tables": "Each table is a CSV file, which Excel opens; the settings are in `case.toml`, "
        "which any text editor opens. Excel may change what looks like a date or drop the noughts "
        "of 00123: if that troubles you, `virement init --xlsx` writes the same as one workbook.",
        "dictionary": f"`{DICTIONARY}` says what every column means and how its cells are written.",
        "reserves": "Without a table of reserves, give `opening` and `minimum` under `[reserves]` "
        f"in `{SETTINGS_FILE}`.",
    }
)
_AS_WORKBOOK = MappingProxyType(
    {
        "case": WORKBOOK,
        "settings": "case",
        "tables": f"Each table is a sheet of `{WORKBOOK}`; the settings are in its sheet `case`. "
        "Cells that hold words are formatted as text, so that Excel leaves them as you write them. "
        "Write values, not formulas.",
        "dictionary": "The sheet Dictionary says what every column means and how its cells are "
        "written.",
        "reserves": "Without a table of reserves, give `reserves.opening` and `reserves.minimum` "
        "in the sheet `case`.",
    }
)


def case_files() -> dict[str, bytes]:
    """Return the starter case's settings and tables, by the name of their file."""
    names = [SETTINGS_FILE, *(table.file for table in TABLES.values())]
    return {name: (files("planning") / "starter" / name).read_bytes() for name in names}


def starter_folder() -> dict[str, bytes]:
    """Return the starter case as the files of a folder."""
    from planning.dictionary import page

    whole = {README: _read_me(_AS_FOLDER), DICTIONARY: page()}
    return case_files() | {name: text.encode() for name, text in whole.items()}


def starter_workbook() -> dict[str, bytes]:
    """Return the starter case as a folder that holds one workbook."""
    from planning.case_workbook import case_workbook

    text = _read_me(_AS_WORKBOOK)
    return {WORKBOOK: case_workbook(case_files(), read_me=text), README: text.encode()}


def _read_me(words: Mapping[str, str]) -> str:
    """Return the README in the words of a folder, or of a workbook."""
    text = (files("planning") / "starter" / README).read_text(encoding="utf-8")
    optional = ", ".join(f"`{table.name}`" for table in TABLES.values() if table.optional)
    return text.format(optional=optional, **words)
