"""What contents, notes and shorthand must be."""

import re
from collections.abc import Iterator

from planning.papers.seen import CONTENTS, COVER, NOTES, SHORTHAND, Found, Place, Seen, address

NOTE = re.compile(r"\[note (\d+)\]")


def has_contents(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: there is a sheet of contents."""
    if seen.sheet(CONTENTS) is None:
        yield "", "", f"there is no sheet {CONTENTS}"


def has_notes(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: there is a sheet of notes."""
    if seen.sheet(NOTES) is None:
        yield "", "", f"there is no sheet {NOTES}"


def _contents_entries(seen: Seen) -> dict[str, Place]:
    """Return what the contents name, and where."""
    sheet = seen.sheet(CONTENTS)
    if sheet is None or not sheet.tables:
        return {}
    table = sheet.tables[0]
    return {sheet.text(row, table.first[1]): (row, table.first[1]) for row in table.body}


def contents_whole(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: the contents name every sheet."""
    entries = _contents_entries(seen)
    for sheet in seen.sheets if seen.sheet(CONTENTS) else ():
        if sheet.name not in (COVER, CONTENTS) and sheet.name not in entries:
            yield CONTENTS, "", f"the sheet {sheet.name} is not in the contents"


def contents_true(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: the contents name no sheet that is not there."""
    names = {sheet.name for sheet in seen.sheets}
    for entry, place in _contents_entries(seen).items():
        if entry not in names:
            yield CONTENTS, address(place), f"there is no sheet {entry}"


def contents_linked(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: every entry of the contents is a link."""
    sheet = seen.sheet(CONTENTS)
    for entry, place in _contents_entries(seen).items():
        if sheet is not None and sheet.links.get(place) != entry and seen.sheet(entry):
            yield CONTENTS, address(place), f"the entry is no link to the sheet {entry}"


def _listed(seen: Seen) -> dict[str, Place]:
    """Return where each note is listed."""
    sheet = seen.sheet(NOTES)
    if sheet is None:
        return {}
    return {
        found[1]: (row, 1)
        for (row, column), cell in sheet.cells.items()
        if column == 1 and (found := NOTE.fullmatch(str(cell.value).strip()))
    }


def notes_listed(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: every note that is referred to is listed."""
    listed = _listed(seen)
    for sheet, place, cell in seen.cells():
        if sheet.name != NOTES and isinstance(cell.value, str):
            for number in NOTE.findall(cell.value):
                if number not in listed:
                    yield sheet.name, address(place), f"note {number} is not on the sheet {NOTES}"


def notes_used(seen: Seen) -> Iterator[Found]:
    """Find where this does not hold: every note that is listed is referred to."""
    used = {
        number
        for sheet, _, cell in seen.cells()
        if sheet.name != NOTES and isinstance(cell.value, str)
        for number in NOTE.findall(cell.value)
    }
    for number, place in _listed(seen).items():
        if number not in used:
            yield NOTES, address(place), f"nothing refers to note {number}"


def shorthand(seen: Seen) -> Iterator[Found]:
    """Find shorthand in a table that no line of its sheet explains."""
    for sheet, table in seen.tables():
        told = " ".join(sheet.lines())
        for row in table.body:
            for column in table.columns:
                short = sheet.text(row, column).strip()
                if SHORTHAND.fullmatch(short) and short not in told and sheet.name != NOTES:
                    yield sheet.name, address((row, column)), f"nothing says what {short} means"
