"""A workbook before it is a file: its sheets, from A1 down, whatever it is written as."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from planning.papers.columns import NOT_APPLICABLE, NOT_KNOWN, Column, Kind, Table
from planning.plain import plain

Cell = str | float

SHORTHAND: Mapping[str, str] = MappingProxyType(
    {NOT_KNOWN: "not available", NOT_APPLICABLE: "not applicable"}
)
"""What a reader is told that each stands for."""

COVER, CONTENTS, NOTES, COLUMNS = "Cover", "Contents", "Notes", "Columns"

LONGEST = 32_000
"""Characters of a cell, which Excel holds at most a little more of."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title in A1, sentences below it, and one table or none.

    Parameters
    ----------
    name : str
        Of its tab, without spaces.
    title : str
        What stands in A1.
    lines : tuple of str
        What stands below it, a cell of column A each.
    columns : tuple of Column
        Of its table; none on a cover.
    rows : tuple of tuples
        Its cells: no cell is blank.
    linked : bool
        Whether each cell of the first column names a sheet, and is a link to it.
    """

    name: str
    title: str
    lines: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    linked: bool = False

    @property
    def table(self) -> str:
        """The name of its table."""
        return f"{self.name}_table"


@dataclass(frozen=True)
class Book:
    """A workbook: its title, and its sheets in order."""

    title: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class Page:
    """What a sheet is made of: its tab, a table, its rows, notes on it and lines of its own."""

    name: str
    table: Table
    rows: pd.DataFrame
    notes: tuple[str, ...] = ()


def book_of(pages: Sequence[Page], *, title: str, cover: Sequence[str], every: str) -> Book:
    """Return a workbook: cover, contents, notes, what the columns hold, and a sheet for each page.

    Parameters
    ----------
    pages : sequence of Page
        In the order of the sheets.
    title : str
        The workbook's title.
    cover : sequence of str
        The lines of its cover.
    every : str
        What stands on every sheet with figures: where they are from, and what is invented.
    """
    numbers = _numbered(pages)
    made = [_sheet(page, numbers, every) for page in pages]
    own = [
        _notes(numbers),
        _columns([(page.name, page.table) for page in pages]),
    ]
    first = Sheet(COVER, fitting(title), tuple(map(fitting, cover)))
    return Book(first.title, (first, _contents([*own, *made], pages), *own, *made))


def fitting(text: str) -> str:
    """Return text that may stand in a cell: none of it hidden, and no longer than a cell may be."""
    clean = plain(text)
    return clean if len(clean) <= LONGEST else f"{clean[:LONGEST]}…"


def _numbered(pages: Sequence[Page]) -> dict[str, int]:
    """Return the number of every note; the same words are one note."""
    every = dict.fromkeys(note for page in pages for note in page.notes)
    return {note: number for number, note in enumerate(every, start=1)}


def _mark(note: int) -> str:
    return f"[note {note}]"


def _sheet(page: Page, numbers: Mapping[str, int], every: str) -> Sheet:
    """Return a page as a sheet, with no blank cell."""
    columns = page.table.columns
    rows = tuple(
        tuple(_cell(value, column) for value, column in zip(row, columns, strict=True))
        for row in page.rows[[c.name for c in columns]].itertuples(index=False, name=None)
    ) or (tuple(NOT_APPLICABLE for _ in columns),)
    marks = " ".join(_mark(numbers[note]) for note in page.notes)
    title = f"{page.table.title} {marks}".strip()
    lines = (*_lines(page, columns, rows), fitting(every))
    return Sheet(page.name, title, lines, columns, rows)


def _lines(
    page: Page, columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]]
) -> Iterator[str]:
    """Yield what stands between the title and the table."""
    also = ", and notes, which are on the sheet Notes" if page.notes else ""
    yield f"This sheet holds one table{also}. What each column holds is on the sheet Columns."
    yield page.table.doc
    if page.rows.empty:
        yield "There is nothing to show in this table, and so its one row says [z]."
    if said := _rounding({column.kind for column in columns}):
        yield said
    shown = {cell for row in rows for cell in row if isinstance(cell, str)}
    if any(short in shown for short in SHORTHAND):
        yield _told(shown)


def _told(shown: Container[str]) -> str:
    """Say what the shorthand that is shown stands for."""
    told = [f"{short} is {words}" for short, words in SHORTHAND.items() if short in shown]
    return f"Shorthand: {'; '.join(told)}. No cell is blank."


def _rounding(kinds: set[Kind]) -> str:
    """Say how figures are shown, which the cells hold in full."""
    shown = {
        Kind.MONEY: "pounds to the nearest pound",
        Kind.THOUSANDS: "thousands of pounds to the nearest thousand",
        Kind.RATE: "pounds a unit to the penny",
    }
    said = [words for kind, words in shown.items() if kind in kinds]
    if Kind.NUMBER in kinds:
        said.append("other figures to three decimals, or none where all are whole")
    return f"Shown rounded, held in full: {'; '.join(said)}." if said else ""


def _cell(value: object, column: Column) -> Cell:
    """Return what a cell shows: a figure as it is, text without control characters."""
    if column.kind is Kind.TEXT:
        return fitting(str(value)).strip() or column.blank
    # A minus before nought is in no CSV file, and the same tables make the same workbook.
    return column.blank if pd.isna(value) else float(str(value)) + 0.0


def _text(name: str, words: str) -> Column:
    return Column(name, Kind.TEXT, "", words=words)


def _notes(numbers: Mapping[str, int]) -> Sheet:
    """Return the sheet of notes; a workbook without any says so."""
    rows = tuple((_mark(number), fitting(note)) for note, number in numbers.items())
    return Sheet(
        NOTES,
        "Notes",
        ("This sheet holds one table: the notes that titles refer to.",),
        (_text("note", "Note"), _text("words", "What it says")),
        rows or ((NOT_APPLICABLE, "There is no note."),),
    )


def _columns(tables: Sequence[tuple[str, Table]]) -> Sheet:
    """Return the sheet that says what every column of every sheet holds."""
    rows = tuple(
        (name, column.heading, column.doc, column.blank)
        for name, table in tables
        for column in table.columns
    )
    return Sheet(
        COLUMNS,
        "What every column holds",
        (
            "This sheet holds one table. A row stands for a column of another sheet.",
            _told(SHORTHAND),
        ),
        (
            _text("sheet", "Sheet"),
            _text("column", "Column"),
            _text("holds", "What it holds"),
            _text("blank", "Shown where it is blank"),
        ),
        rows,
    )


def _contents(sheets: Sequence[Sheet], pages: Sequence[Page]) -> Sheet:
    """Return the list of sheets, each a link to its own."""
    titles = {page.name: page.table.title for page in pages}
    rows = tuple((sheet.name, titles.get(sheet.name, sheet.title)) for sheet in sheets)
    return Sheet(
        CONTENTS,
        "Contents",
        ("This sheet holds one table: every sheet with a link to it.",),
        (_text("sheet", "Sheet"), _text("title", "What it holds")),
        rows,
        linked=True,
    )
