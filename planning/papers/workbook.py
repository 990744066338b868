"""plan.xlsx: a plain, tidy workbook, by the Government's guidance on accessible spreadsheets.

Cover, contents and notes, then one table a sheet: one header row, no merged cell, no blank row, no
meaning in colour alone. Figures are stored at full precision and formatted for reading.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planning.papers.columns import TABLES, Column, Kind, Table

CREATED = datetime(2000, 1, 1)
"""A fixed date, so that the same plan is the same file; the manifest has the run's own times."""

_NOTES_HEAD = ("Table", "Column", "What it holds")
_WIDEST, _SENTENCE = 60, 120
"""Widths, in characters: of the widest column of text, and of a column of sentences."""
_LINE = 15.0
"""Points of height of a line."""


def workbook_bytes(
    tables: Mapping[str, pd.DataFrame], *, title: str, cover: Sequence[str]
) -> bytes:
    """Return a plan's tables as a workbook.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By the name of their file, with the columns of ``planning.papers.columns``.
    title : str
        The workbook's title.
    cover : sequence of str
        The lines of its cover.
    """
    out = io.BytesIO()
    # Text stays text: no cell of a planner's table may become a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title, "author": "Virement", "created": CREATED})
        heading = book.add_format({"bold": True, "font_size": 14})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        header = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        shown = [TABLES[name] for name in tables]
        styles = _Styles(
            heading,
            book.add_format(header),
            book.add_format(header | {"align": "right"}),
            wrapped,
        )
        _write_lines(_sheet(book, "Cover"), title, cover, styles)
        _write_contents(_sheet(book, "Contents"), shown, styles)
        _write_notes(_sheet(book, "Notes"), shown, styles)
        formats = {
            Kind.TEXT: book.add_format(),
            Kind.NUMBER: book.add_format({"num_format": "#,##0.###"}),
            Kind.MONEY: book.add_format({"num_format": "£#,##0;-£#,##0"}),
            Kind.RATE: book.add_format({"num_format": "£#,##0.00;-£#,##0.00"}),
        }
        for table in shown:
            sheet = _sheet(book, table.name.capitalize())
            _write_table(sheet, table, tables[table.name], styles, formats)
    return out.getvalue()


@dataclass(frozen=True)
class _Styles:
    """How a title, a table's header and a sentence look."""

    heading: Format
    header: Format
    header_of_figures: Format
    wrapped: Format


def _sheet(book: xlsxwriter.Workbook, name: str) -> Worksheet:
    """Add a sheet that prints one page wide, with its title and header on every page."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    return sheet


def _write_lines(sheet: Worksheet, title: str, lines: Sequence[str], styles: _Styles) -> None:
    """Write a sheet of sentences."""
    sheet.write_string(0, 0, title, styles.heading)
    for row, line in enumerate(lines, start=1):
        sheet.set_row(row, _LINE * ceil(len(line) / _SENTENCE))
        sheet.write_string(row, 0, line, styles.wrapped)
    sheet.set_column(0, 0, _SENTENCE)


def _write_contents(sheet: Worksheet, tables: Sequence[Table], styles: _Styles) -> None:
    """Write the list of sheets, each a link to its own."""
    sheet.write_string(0, 0, "Contents", styles.heading)
    for row, table in enumerate(tables, start=1):
        name = table.name.capitalize()
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name, tip=table.title)
        sheet.write_string(row, 1, f"{table.title}. {table.doc}")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 110)


def _write_notes(sheet: Worksheet, tables: Sequence[Table], styles: _Styles) -> None:
    """Write what every column holds, with its unit."""
    sheet.write_string(0, 0, "Notes: what every column holds", styles.heading)
    sheet.write_string(1, 0, "A blank cell means not known or none, as its column says; never nil.")
    rows = [(t.name.capitalize(), c.name, c.doc) for t in tables for c in t.columns]
    head = [{"header": text, "header_format": styles.header} for text in _NOTES_HEAD]
    sheet.add_table(
        2,
        0,
        2 + len(rows),
        2,
        {"name": "Notes", "columns": head, "data": rows, "style": None, "autofilter": False},
    )
    sheet.set_column(0, 1, 18)
    sheet.set_column(2, 2, _SENTENCE)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)


def _write_table(
    sheet: Worksheet,
    table: Table,
    data: pd.DataFrame,
    styles: _Styles,
    formats: Mapping[Kind, Format],
) -> None:
    """Write one table under its title, as a table that Excel and a screen reader know."""
    sheet.write_string(0, 0, table.title, styles.heading)
    sheet.write_string(1, 0, table.doc)
    names = [column.name for column in table.columns]
    head = [
        {
            "header": c.name,
            "format": formats[c.kind],
            "header_format": (styles.header if c.kind is Kind.TEXT else styles.header_of_figures),
        }
        for c in table.columns
    ]
    last = 2 + max(1, len(data))
    sheet.add_table(
        2,
        0,
        last,
        len(names) - 1,
        {"name": f"{table.name.capitalize()}_table", "columns": head, "style": None},
    )
    for across, column in enumerate(table.columns):
        for down, value in enumerate(data[column.name], start=3):
            if not pd.isna(value):
                sheet.write(down, across, value, formats[column.kind])
        sheet.set_column(across, across, _width(column, data))
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)


def _width(column: Column, data: pd.DataFrame) -> float:
    """Return a width in characters that shows a column's cells and its header's filter button."""
    if column.kind is Kind.TEXT:
        longest = max((len(text) for text in data[column.name]), default=0)
        return float(min(_WIDEST, max(longest, len(column.name) + 3) + 1))
    return float(max(15, len(column.name) + 4))
