"""What a table, a column and a setting of a case are."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf


class Kind(StrEnum):
    """What the cells of a column are, and so how they are read."""

    KEY = "key"
    """A name that other rows or files refer to: no ``/``, ``;`` or invisible character."""
    REFERENCE = "reference"
    """A name that another table must have."""
    KEYS = "list of keys"
    """Names that another table must have, joined by ``;``."""
    TEXT = "text"
    YES_NO = "yes/no"
    CHOICE = "choice"
    YEAR = "financial year"
    PERIOD = "period"
    """A financial year, a quarter or a month."""
    MID_YEAR = "period or mid-year"
    """A period, or the 30 June of a year: ``mid-2015``."""
    DATE = "date"
    """A day, written 2015-02-19, 19/02/2015 or 19 February 2015."""
    MONEY = "pounds"
    UNITS = "units"
    FRACTION = "fraction"
    NUMBER = "number"
    """A figure whose unit another column of its row says."""
    COUNT = "whole number"


NUMERIC = frozenset({Kind.MONEY, Kind.UNITS, Kind.FRACTION, Kind.NUMBER, Kind.COUNT})
"""The kinds whose cells are numbers."""


@dataclass(frozen=True)
class Column:
    """One column of a table, or one setting of case.toml.

    Parameters
    ----------
    name : str
        As it stands in the file's first row.
    kind : Kind
        How its cells are read.
    doc : str
        One sentence, with the unit, fit to publish.
    key : bool
        Whether it is part of what tells one row from another.
    blank : bool
        Whether a cell may be left blank; blank is never zero.
    optional : bool
        Whether the whole column may be left out, which is the same as leaving it blank.
    choices : tuple of str
        The words allowed, where ``kind`` is a choice.
    least, most : float
        The bounds of a number, which it may equal unless ``strict``.
    strict : bool
        Whether a number must lie strictly between its bounds.
    refers : str
        The ``table.column`` that holds the names allowed.
    reserved : tuple of str
        Names with a meaning of their own: no new key may take them, a reference may name them.
    """

    name: str
    kind: Kind
    doc: str
    key: bool = False
    blank: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    least: float = -inf
    most: float = inf
    strict: bool = False
    refers: str = ""
    reserved: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Table:
    """One CSV file of a case; ``optional`` if it may be absent, ``bare`` if it may have no rows."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    optional: bool = False
    bare: bool = False

    @property
    def file(self) -> str:
        """The file's name in the case's folder."""
        return f"{self.name}.csv"

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell one row from another."""
        return tuple(c.name for c in self.columns if c.key)

    @property
    def names(self) -> tuple[str, ...]:
        """Every column's name, in order."""
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        """Return a column by its name.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"the table {self.name} has no column {name}")


@dataclass(frozen=True)
class Setting:
    """One line of case.toml; a default of None means that it must be given.

    That of the reserves is not known: they are given here or in reserves.csv.
    """

    section: str
    column: Column
    default: float | None = None


# Every table may say where a row is from and what to know about it; both are kept and exported.
REMARKS = (
    Column("source", Kind.TEXT, "Where the row's figures are from.", blank=True, optional=True),
    Column("note", Kind.TEXT, "What a reader should know of the row.", blank=True, optional=True),
)


def name_of(of: str) -> Column:
    """Return the column of a thing's name."""
    return Column("name", Kind.TEXT, f"The {of}'s name as readers know it.")
