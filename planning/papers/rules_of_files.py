"""What a file and each of its sheets must be, whatever they hold."""

import re
from collections.abc import Iterator

from planning.papers.seen import COVER, Found, Seen, address

LEAST_POINTS = 12.0
"""The smallest text that the guidance allows."""


def title(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: the document's properties give its title."""
    if not seen.title.strip():
        yield "", "", "the document's properties have no title"


def language(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: the document's properties give its language."""
    if not seen.language.strip():
        yield "", "", "the document's properties do not say its language"


def opens_on_cover(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: the file opens on its first sheet."""
    if seen.sheets and seen.active != seen.sheets[0].name:
        yield seen.active, "", "the file opens on this sheet, and not on its first"


def cover(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: the first sheet is a cover."""
    if not seen.sheets or seen.sheets[0].name != COVER:
        yield "", "", f"the first sheet is not {COVER}"


def names(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: the name of a sheet says what it holds."""
    for sheet in seen.sheets:
        if re.fullmatch(r"(Sheet|Table|Feuille)\s?\d+", sheet.name):
            yield sheet.name, "", "the sheet's name says nothing of what it holds"


def hidden_sheets(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: no sheet is hidden."""
    for sheet in seen.sheets:
        if sheet.hidden:
            yield sheet.name, "", "the sheet is hidden"


def hidden_rows(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: no row is hidden."""
    for sheet in seen.sheets:
        for row in sheet.hidden_rows:
            yield sheet.name, address((row, 1)), f"row {row} is hidden"


def hidden_columns(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: no column is hidden."""
    for sheet in seen.sheets:
        for column in sheet.hidden_columns:
            yield sheet.name, address((1, column)), "the column is hidden"


def merged(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: no cells are merged."""
    for sheet in seen.sheets:
        for cells in sheet.merged:
            yield sheet.name, cells, "cells are merged"


def formulas(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: no cell is worked out when the file is opened."""
    for sheet, place, cell in seen.cells():
        if cell.formula:
            yield sheet.name, address(place), "the cell holds a formula, or the error of one"


def title_in_a1(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: a1 of every sheet is its title."""
    for sheet in seen.sheets:
        first = (1, 1)
        in_table = any(first[0] >= t.first[0] for t in sheet.tables)
        if not sheet.text(*first) or in_table:
            yield sheet.name, "A1", "the sheet has no title in A1"


def cursor(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: every sheet opens with its cursor in A1."""
    for sheet in seen.sheets:
        if sheet.cursor != "A1":
            yield sheet.name, sheet.cursor, "the sheet opens with its cursor here, and not in A1"


def pictures(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: every image and chart has alternative text."""
    for sheet in seen.sheets:
        for text in sheet.pictures:
            # Programs put a file's name, or a word for any picture, there of themselves.
            if re.fullmatch(
                r"\s*|.*\.(png|jpe?g|gif|svg|emf|bmp)|(picture|image|chart)\W*\d*", text.lower()
            ):
                yield sheet.name, "", "an image or chart has no alternative text"


def colour(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: nothing is said by colour."""
    for sheet, place, cell in seen.cells():
        if cell.coloured:
            yield sheet.name, address(place), "the cell is marked by a colour"


def links(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: every link leads somewhere."""
    names = {sheet.name for sheet in seen.sheets}
    for sheet in seen.sheets:
        for place, target in sorted(sheet.links.items()):
            if target not in names and not re.match(r"(https?|mailto):", target):
                yield sheet.name, address(place), "the link leads nowhere"


def small(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: no text is smaller than 12 point."""
    for sheet, place, cell in seen.cells():
        if 0.0 < cell.points < LEAST_POINTS and not cell.blank:
            yield sheet.name, address(place), f"the text is smaller than {LEAST_POINTS:.0f} point"


def frozen(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: no panes are frozen."""
    for sheet in seen.sheets:
        if sheet.frozen:
            yield sheet.name, "", "panes are frozen, which takes room from who magnifies"
