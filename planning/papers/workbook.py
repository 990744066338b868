"""A workbook as Excel's, by the Government's guidance on accessible spreadsheets.

Government Analysis Function, *Releasing statistics in spreadsheets*, 2021. Figures are stored at
full precision and formatted for reading; there is no formula, no colour, no filter and no frozen
pane, which the guidance advises against.
"""

import io
import re
import textwrap
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planning.papers.columns import Column, Kind
from planning.papers.csv_files import RUN_AS_FORMULA
from planning.papers.sheets import Book, Cell, Sheet

CREATED = datetime(2000, 1, 1)
"""A fixed date, so that the same plan is the same file; the manifest has the run's own times."""

LANGUAGE = "en-GB"

PAGE, SENTENCE, WIDEST, FIGURE = 95, 90, 44, 16
"""Widths, in characters: of A4 on its side, of sentences, of a column of text, of figures."""

LINE, ROOM = 15.75, 1.05
"""Points of height of a line of 12 point text, and characters that fit one of a column's width."""

FORMATS: Mapping[Kind, str] = {
    Kind.NUMBER: "#,##0.000",
    Kind.MONEY: "£#,##0;-£#,##0",
    Kind.THOUSANDS: "#,##0;-#,##0",
    Kind.RATE: "£#,##0.00;-£#,##0.00",
}
WHOLE = "#,##0"


@dataclass(frozen=True)
class _Styles:
    """How a title, a line, the headers and the cells of a table look."""

    title: Format
    line: Format
    wrapped: Format
    head: Format
    head_of_figures: Format
    text: Format
    quoted: Format
    link: Format
    figures: Mapping[str, Format]

    def of(self, column: Column, cell: Cell, figures: Format) -> Format:
        """Return how a cell of a column looks."""
        if column.kind is not Kind.TEXT:
            return figures
        return self.quoted if str(cell).startswith(RUN_AS_FORMULA) else self.text


def workbook_bytes(book: Book) -> bytes:
    """Return a workbook as an .xlsx file."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        # Text stays text: no cell of a planner's table may become a formula or a link.
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": "Arial", "font_size": 12},
    }
    with xlsxwriter.Workbook(out, options) as file:
        file.set_properties({"title": book.title, "author": "Virement", "created": CREATED})
        styles = _styles(file)
        for sheet in book.sheets:
            page = file.add_worksheet(sheet.name)
            page.set_landscape()
            page.set_paper(9)  # A4
            page.fit_to_pages(1, 0)
            _write(page, sheet, styles)
        file.worksheets()[0].activate()
    return _in_english(out.getvalue())


def _styles(file: xlsxwriter.Workbook) -> _Styles:
    base = {"font_name": "Arial", "font_size": 12}
    # Indented, so that text does not touch the figure to its left.
    text = base | {"text_wrap": True, "align": "left", "valign": "top", "indent": 1}
    head = base | {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
    # A sign before text that a spreadsheet would run keeps it text when it is typed over.
    return _Styles(
        title=file.add_format(base | {"bold": True, "font_size": 16}),
        line=file.add_format(base),
        wrapped=file.add_format(base | {"text_wrap": True, "valign": "top"}),
        head=file.add_format(head | {"align": "left", "indent": 1}),
        head_of_figures=file.add_format(head | {"align": "right"}),
        text=file.add_format(text),
        quoted=file.add_format(text | {"quote_prefix": True}),
        link=file.add_format(text | {"underline": 1}),
        figures={
            code: file.add_format(base | {"num_format": code, "align": "right", "valign": "top"})
            for code in (*FORMATS.values(), WHOLE)
        },
    )


def _write(page: Worksheet, sheet: Sheet, styles: _Styles) -> None:
    """Write a sheet from A1 down: its title, its lines, its table."""
    page.write_string(0, 0, sheet.title, styles.title)
    style = styles.line if sheet.columns else styles.wrapped
    for row, line in enumerate(sheet.lines, start=1):
        page.write_string(row, 0, line, style)
    if not sheet.columns:
        # A single column wider than the page is cut off in print, not scaled to fit.
        page.set_column(0, 0, PAGE)
        for row, line in enumerate(sheet.lines, start=1):
            page.set_row(row, height([line], [PAGE]))
        return
    _write_table(page, sheet, styles)


def _write_table(page: Worksheet, sheet: Sheet, styles: _Styles) -> None:
    """Write a sheet's table, as one that Excel and a screen reader know."""
    top = len(sheet.lines) + 1
    head = [
        {
            "header": column.heading,
            "header_format": styles.head if column.kind is Kind.TEXT else styles.head_of_figures,
        }
        for column in sheet.columns
    ]
    page.add_table(
        top,
        0,
        top + len(sheet.rows),
        len(sheet.columns) - 1,
        {"name": sheet.table, "columns": head, "style": None, "autofilter": False},
    )
    widths = widths_of(sheet)
    for across, column in enumerate(sheet.columns):
        cells = [row[across] for row in sheet.rows]
        figures = styles.figures[number_format(column, cells)]
        for down, cell in enumerate(cells, start=top + 1):
            style = styles.of(column, cell, figures)
            if sheet.linked and not across:
                page.write_url(down, 0, f"internal:'{cell}'!A1", styles.link, string=str(cell))
            elif isinstance(cell, float):
                page.write_number(down, across, cell, style)
            else:
                page.write_string(down, across, cell, style)
        page.set_column(across, across, widths[across])
    page.set_row(top, height([column.heading for column in sheet.columns], widths))
    for down, row in enumerate(sheet.rows, start=top + 1):
        page.set_row(down, height(row, widths))
    page.repeat_rows(top)


def number_format(column: Column, cells: list[Cell]) -> str:
    """Return how a column of figures is shown; one format keeps their points in line."""
    numbers = [cell for cell in cells if isinstance(cell, float)]
    if column.kind is Kind.NUMBER and all(number % 1 == 0 for number in numbers):
        return WHOLE
    return FORMATS.get(column.kind, WHOLE)


def widths_of(sheet: Sheet) -> list[int]:
    """Return widths in characters at which each column's cells can be read, wrapped."""
    return [
        _width(column, [row[across] for row in sheet.rows])
        for across, column in enumerate(sheet.columns)
    ]


def _width(column: Column, cells: list[Cell]) -> int:
    word = max(len(word) for word in column.heading.split()) + 2
    if column.kind is not Kind.TEXT:
        return max(FIGURE, word)
    longest = max((len(str(cell)) for cell in cells), default=0)
    if longest > 3 * WIDEST:
        return SENTENCE
    return max(word, min(WIDEST, longest + 3))


def height(cells: Sequence[Cell], widths: Sequence[int]) -> float:
    """Return the height in points of a row in which every cell can be read, wrapped."""
    lines = [
        len(textwrap.wrap(cell, int(ROOM * wide))) if isinstance(cell, str) else 1
        for cell, wide in zip(cells, widths, strict=True)
    ]
    return LINE * max(1, *lines)


def _in_english(content: bytes) -> bytes:
    """Return a workbook whose properties say its language, of which XlsxWriter knows nothing."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for info in given.infolist():
            part = given.read(info)
            if info.filename == "docProps/core.xml":
                part = re.sub(
                    rb"(</cp:coreProperties>)",
                    f"<dc:language>{LANGUAGE}</dc:language>".encode() + rb"\1",
                    part,
                )
            made.writestr(info, part)
    return out.getvalue()
