"""One worksheet's XML gone through for what its values do not show, before it is parsed.

Formulas, errors, hidden rows and columns, merged cells; and how far its cells reach, for a parser
makes room for all between the first and the last.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from planning.tables.guard import RefusedWorkbook, new_parser

MOST_CELLS = 4_000_000
"""Cells between a sheet's first and its last."""
MOST_TEXT = 100_000_000
"""Characters in all cells of a sheet together."""

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_SPREAD = "Delete what stands far from the table, then the empty rows and columns between."


@dataclass
class Notes:
    """What a worksheet's XML says of its cells, by row from 1 and column from 0.

    Parameters
    ----------
    formulas : dict
        Of each cell with a formula, whether its value was saved.
    errors : dict
        The error that a cell shows.
    hidden_rows : set of int
        Rows that are hidden.
    hidden_columns : list of range
        Columns that are hidden.
    merged : list
        The first and last row and column of cells that are merged.
    """

    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_notes(data: bytes, lengths: Sequence[int]) -> Notes:
    """Return what a worksheet's XML says of its cells.

    Parameters
    ----------
    data : bytes
        The worksheet.
    lengths : sequence of int
        How long each text is that sheets share.

    Raises
    ------
    RefusedWorkbook
        If its cells reach too far, or hold too much between them.
    """
    walk = _Walk(lengths)
    parser = new_parser()
    parser.buffer_text = True
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, KeyError, OverflowError) as error:
        if isinstance(error, RefusedWorkbook):
            raise
        wrong = f"damaged: a sheet cannot be read ({error})"
        raise RefusedWorkbook(wrong, "Save it again in Excel.") from None
    return walk.notes


def shared_lengths(data: bytes) -> list[int]:
    """Return how long each text is that sheets share, in their order."""
    lengths: list[int] = []
    parser = new_parser()

    def start(tag: str, _: object) -> None:
        if tag.rpartition(":")[2] == "si":
            lengths.append(0)

    def text(characters: str) -> None:
        if lengths:
            lengths[-1] += len(characters)

    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    parser.Parse(data, True)
    return lengths


class _Walk:
    """What has been seen of a worksheet so far."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self.notes = Notes()
        self.lengths = lengths
        self.row, self.column = 0, -1
        self.kind, self.value, self.formula = "", "", False
        self.asked = ""
        self.in_value = self.in_formula = False
        self.first: tuple[int, int] | None = None
        self.last = (0, 0)
        self.characters = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "c":
                self._cell(given)
            case "v":
                self.in_value, self.value = True, ""
            case "f":
                self.formula, self.in_formula, self.asked = True, True, ""
            case "row":
                self.row, self.column = int(given.get("r", self.row + 1)), -1
                if _hidden(given, "ht"):
                    self.notes.hidden_rows.add(self.row)
            case "col" if _hidden(given, "width"):
                columns = range(int(given["min"]) - 1, int(given["max"]))
                self.notes.hidden_columns.append(columns)
            case "mergeCell":
                first, _, last = given.get("ref", "").partition(":")
                self.notes.merged.append((*_place(first), *_place(last or first)))

    def end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "v":
                self.in_value = False
            case "f":
                self.in_formula = False
            case "c":
                self._close()

    def text(self, characters: str) -> None:
        if self.in_value:
            self.value += characters
        elif self.in_formula:
            self.asked += characters
        self._count(len(characters))

    def _cell(self, given: dict[str, str]) -> None:
        """Begin a cell, and see how far the sheet now reaches."""
        if "r" in given:
            self.row, self.column = _place(given["r"])
        else:
            self.column += 1
        self.kind, self.value, self.formula = given.get("t", ""), "", False
        row, column = self.row, self.column
        top, left = (row, column) if self.first is None else self.first
        self.first = (min(top, row), min(left, column))
        self.last = (max(self.last[0], row), max(self.last[1], column))
        # From the first cell of all, for that is what is made room for when it is read.
        if self.last[0] * (self.last[1] + 1) > MOST_CELLS:
            wrong = f"a sheet that reaches to row {self.last[0]:,}, column {self.last[1] + 1:,}"
            raise RefusedWorkbook(wrong, _SPREAD)

    def _close(self) -> None:
        """Note what the cell was."""
        at = self.row, self.column
        # LibreOffice writes the plain truths so.
        if self.formula and self.asked not in ("TRUE()", "FALSE()"):
            self.notes.formulas[at] = bool(self.value) or self.kind == "str"
        if self.kind == "e":
            self.notes.errors[at] = self.value
        if self.kind == "s" and self.value.isdecimal() and int(self.value) < len(self.lengths):
            self._count(self.lengths[int(self.value)])

    def _count(self, characters: int) -> None:
        self.characters += characters
        if self.characters > MOST_TEXT:
            raise RefusedWorkbook("a sheet of more text than a case can hold", _SPREAD)


def _hidden(given: dict[str, str], size: str) -> bool:
    """Whether a row or a column is hidden, or of no height or width."""
    return given.get("hidden") in ("1", "true", "on") or float(given.get(size, "1")) == 0.0


def _place(name: str) -> tuple[int, int]:
    """Return the row, from 1, and the column, from 0, that ``F12`` names."""
    found = _CELL.fullmatch(name)
    if found is None:
        raise RefusedWorkbook(f"damaged: {name[:20]} is no cell", "Save it again in Excel.")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1
