"""A table as its source holds it: a heading and rows of text cells, each with where it stands."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from planning.tables.faults import Fault

At = Callable[[int | None, int | None], str]
"""Where a row and a column stand, in the source's own words; either may not be known."""


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a cell before it is read: a formula, an error, a hidden or merged cell.

    What cannot be read at all is not ``readable``, and no other fault is found with it. What holds
    for a whole column is not ``counted`` cell by cell.
    """

    wrong: str
    remedy: str
    readable: bool = True
    counted: bool = True


@dataclass(frozen=True)
class Grid:
    """One table as its source holds it, unread.

    Parameters
    ----------
    lines : tuple
        The rows that are not blank, the heading first, each with its line or row, from 1.
    at : callable or None
        Where a cell stands, if that is no line of a CSV file.
    ragged : bool
        Whether rows may be of different lengths, as only a CSV file's may.
    whole : bool
        Whether every row is here.
    dates : frozenset
        The cells, by line and column from 0, that the source holds as dates.
    troubles : mapping
        What is wrong with cells, by line and column; a column of None is the row's.
    """

    lines: tuple[tuple[int, list[str]], ...]
    at: At | None = None
    ragged: bool = False
    whole: bool = True
    dates: frozenset[tuple[int, int]] = frozenset()
    troubles: Mapping[tuple[int, int | None], Trouble] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True)
class Found:
    """What a source holds of a case, unread.

    Parameters
    ----------
    grids : mapping of str to Grid
        By the table's name; the settings' are under ``case.toml``.
    toml : str or None
        The text of case.toml, where the settings are given so.
    files : mapping of str to str
        The sha256 of each file's bytes, by its name.
    names : mapping of str to str
        What this source calls what a folder calls ``offers.csv``.
    faults : tuple of Fault
        What is wrong with the source itself.
    whole : bool
        Whether it could be looked through, so that what was not found is not there.
    """

    grids: Mapping[str, Grid]
    toml: str | None = None
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    faults: tuple[Fault, ...] = ()
    whole: bool = True


@dataclass(frozen=True)
class OfSheet:
    """Places in a sheet, as ``offers!F12``."""

    sheet: str

    def __call__(self, line: int | None, column: int | None) -> str:
        """Say where a cell, a row, or the sheet is."""
        if line is None:
            return f"sheet {self.sheet}"
        if column is None:
            return f"sheet {self.sheet}, row {line}"
        name = self.sheet
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            name = "'" + name.replace("'", "''") + "'"
        return f"{name}!{letters(column)}{line}"


@dataclass(frozen=True)
class OfRecords:
    """Places in a table of a database, whose rows are told apart by their keys."""

    table: str
    keys: Mapping[int, str]

    def __call__(self, line: int | None, column: int | None) -> str:
        """Say where a row, or the table, is."""
        if line is None or line not in self.keys:
            return f"table {self.table}"
        return f"table {self.table}, row {line} ({self.keys[line]})"


@dataclass(frozen=True)
class OfLines:
    """Places in a CSV file that goes by a name of its own."""

    file: str

    def __call__(self, line: int | None, column: int | None) -> str:
        """Say where a line, or the file, is."""
        return self.file if line is None else f"{self.file}, line {line}"


def letters(column: int) -> str:
    """Return a sheet's name for a column, counted from 0: A, B, … Z, AA."""
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
