"""What a column of a paper is: its kind, its unit, and what stands where it is blank."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a column's cells are, and so how a reader wants them."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "pounds"
    THOUSANDS = "thousands of pounds"
    RATE = "pounds a unit"


UNITS: Mapping[Kind, str] = MappingProxyType(
    {Kind.MONEY: "£", Kind.THOUSANDS: "£000", Kind.RATE: "£ a unit"}
)
"""What a figure is counted in, where its kind says so."""

NOT_KNOWN, NOT_APPLICABLE = "[x]", "[z]"
"""The Government's shorthand for a figure that is not available, and for one that does not apply.

Analysis Function, *Symbols in tables*, 2021.
"""


@dataclass(frozen=True)
class Column:
    """One column: its name, its kind, and what it holds in a sentence with its unit.

    Parameters
    ----------
    name : str
        As it stands in a CSV file.
    kind : Kind
        What its cells are.
    doc : str
        What it holds.
    unit : str
        What a number is counted in, in words, where its kind does not say.
    words : str
        Its name for a reader, where it is not ``name`` with spaces.
    blank : str
        What a reader sees where a cell is blank.
    """

    name: str
    kind: Kind
    doc: str
    unit: str = ""
    words: str = ""
    blank: str = NOT_KNOWN

    @property
    def heading(self) -> str:
        """Its header for a reader, with its unit: ``Unit cost (£ a unit)``."""
        words = self.words or self.name.replace("_", " ").capitalize()
        unit = UNITS.get(self.kind, self.unit)
        return f"{words} ({unit})" if unit else words


@dataclass(frozen=True)
class Table:
    """One file of a plan: its title, what it says, and its columns in order."""

    name: str
    title: str
    doc: str
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        """The CSV file's name."""
        return f"{self.name}.csv"
