"""A spreadsheet as a reader or a screen reader meets it, whatever file it is in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

Place = tuple[int, int]
"""A row and a column, each from 1."""


class TooMuchError(ValueError):
    """A workbook that says so much in so few bytes that it is not looked at; it says what."""


def address(place: Place) -> str:
    """Return a place as a spreadsheet names it: A1."""
    row, column = place
    return f"{get_column_letter(column)}{row}"


@dataclass(frozen=True)
class Cell:
    """What one cell holds and how it looks.

    Parameters
    ----------
    value : str, float or None
        What is shown, before it is formatted.
    formula : bool
        Whether it is worked out by the spreadsheet.
    number_format : str
        How a figure is shown.
    wrapped : bool
        Whether text goes on to another line.
    coloured : bool
        Whether its text is other than black, or what is behind it other than white.
    points : float
        The size of its text; nil where that is not known.
    """

    value: str | float | None
    formula: bool = False
    number_format: str = ""
    wrapped: bool = True
    coloured: bool = False
    points: float = 0.0

    @property
    def blank(self) -> bool:
        """Whether it shows nothing."""
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())


@dataclass(frozen=True)
class MarkedTable:
    """A table that a file marks as one.

    Parameters
    ----------
    name : str
        Its name.
    first, last : Place
        Its corners, the header with it.
    headers : int
        How many rows of it are marked as its header.
    filtered : bool
        Whether its header has buttons to filter it.
    """

    name: str
    first: Place
    last: Place
    headers: int = 1
    filtered: bool = False

    @property
    def columns(self) -> range:
        """Its columns."""
        return range(self.first[1], self.last[1] + 1)

    @property
    def body(self) -> range:
        """The rows below its header."""
        return range(self.first[0] + 1, self.last[0] + 1)


def marked(name: str, ref: str, *, headers: int = 1, filtered: bool = False) -> MarkedTable:
    """Return a table from its range as text: A5:C9."""
    left, top, right, bottom = range_boundaries(ref)
    return MarkedTable(name, (top, left), (bottom, right), headers, filtered)


@dataclass(frozen=True)
class SeenSheet:
    """One sheet.

    Parameters
    ----------
    name : str
        Of its tab.
    cells : mapping of Place to Cell
        Those that hold anything.
    tables : tuple of MarkedTable
        Those that the file marks.
    merged : tuple of str
        Ranges of cells that are one.
    links : mapping of Place to str
        Where cells lead: a sheet's name, or an address elsewhere.
    pictures : tuple of str
        The alternative text of each image or chart.
    hidden_rows, hidden_columns : tuple of int
        From 1.
    widths : mapping of int to float
        Of columns, in characters.
    """

    name: str
    cells: Mapping[Place, Cell]
    tables: tuple[MarkedTable, ...] = ()
    merged: tuple[str, ...] = ()
    links: Mapping[Place, str] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    frozen: bool = False
    cursor: str = "A1"
    widths: Mapping[int, float] = field(default_factory=dict)

    def value(self, row: int, column: int) -> str | float | None:
        """Return what a cell shows; None where there is none."""
        cell = self.cells.get((row, column))
        return None if cell is None or cell.blank else cell.value

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows, as text."""
        value = self.value(row, column)
        return "" if value is None else str(value)

    def lines(self) -> Iterator[str]:
        """Yield the text that stands in no table."""
        inside = {
            (row, column)
            for table in self.tables
            for row in range(table.first[0], table.last[0] + 1)
            for column in table.columns
        }
        for place, cell in sorted(self.cells.items()):
            if place not in inside and isinstance(cell.value, str) and not cell.blank:
                yield cell.value


@dataclass(frozen=True)
class Seen:
    """A whole spreadsheet: its properties, and its sheets in order."""

    title: str
    language: str
    active: str
    sheets: tuple[SeenSheet, ...]

    def sheet(self, name: str) -> SeenSheet | None:
        """Return a sheet by its name, if there is one."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def tables(self) -> "Iterator[tuple[SeenSheet, MarkedTable]]":
        """Yield every table that is marked, with its sheet."""
        for sheet in self.sheets:
            for table in sheet.tables:
                yield sheet, table

    def cells(self) -> "Iterator[tuple[SeenSheet, Place, Cell]]":
        """Yield every cell, with its sheet and place."""
        for sheet in self.sheets:
            for place, cell in sorted(sheet.cells.items()):
                yield sheet, place, cell


Found = tuple[str, str, str]
"""A sheet, or blank for the whole file; a cell, or blank; and what is wrong."""

COVER, CONTENTS, NOTES = "Cover", "Contents", "Notes"
"""The sheets that every workbook begins with."""

SHORTHAND = re.compile(r"\[(?!note \d)[a-z]\w{0,3}\]")
"""What stands for a figure: [x], [z], [c] and the like."""
