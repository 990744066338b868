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
_WIDEST, _SENTENCE, _PAGE = 60, 120, 95
"""Widths, in characters: of the widest column of text, of sentences, and of A4 on its side."""
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
        # Indented, so that text does not touch the figure to its left.
        text = book.add_format({"indent": 1})
        header = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        shown = [TABLES[name] for name in tables]
        styles = _Styles(
            heading,
            book.add_format(header | {"align": "left", "indent": 1}),
            book.add_format(header | {"align": "right"}),
            wrapped,
            text,
        )
        _write_lines(_sheet(book, "Cover"), title, cover, styles)
        _write_contents(_sheet(book, "Contents"), shown, styles)
        _write_notes(_sheet(book, "Notes"), shown, styles)
        formats = {
            Kind.TEXT: text,
            Kind.NUMBER: book.add_format({"num_format": "#,##0.000"}),
            Kind.MONEY: book.add_format({"num_format": "£#,##0;-£#,##0"}),
            Kind.RATE: book.add_format({"num_format": "£#,##0.00;-£#,##0.00"}),
        }
        whole = book.add_format({"num_format": "#,##0"})
        for table in shown:
            sheet = _sheet(book, table.name.capitalize())
            _write_table(sheet, table, tables[table.name], styles, formats, whole)
    return out.getvalue()


@dataclass(frozen=True)
class _Styles:
    """How a title, a table's headers, a sentence and a cell of text look."""

    heading: Format
    header: Format
    header_of_figures: Format
    wrapped: Format
    text: Format


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
        sheet.set_row(row, _LINE * ceil(len(line) / _PAGE))
        sheet.write_string(row, 0, line, styles.wrapped)
    # A single column wider than the page is cut off in print, not scaled to fit.
    sheet.set_column(0, 0, _PAGE)


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
    head = [
        {"header": name, "header_format": styles.header, "format": styles.text}
        for name in _NOTES_HEAD
    ]
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
    whole: Format,
) -> None:
    """Write one table under its title, as a table that Excel and a screen reader know."""
    sheet.write_string(0, 0, table.title, styles.heading)
    sheet.write_string(1, 0, table.doc)
    names = [column.name for column in table.columns]
    cells = [whole if _is_whole(c, data[c.name]) else formats[c.kind] for c in table.columns]
    head = [
        {
            "header": c.name,
            "format": style,
            "header_format": (styles.header if c.kind is Kind.TEXT else styles.header_of_figures),
        }
        for c, style in zip(table.columns, cells, strict=True)
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
                sheet.write(down, across, value, cells[across])
        sheet.set_column(across, across, _width(column, data))
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)


def _is_whole(column: Column, values: pd.Series) -> bool:
    """Tell whether a column of numbers is shown without decimals.

    One format a column keeps its points in line; an optional one (``0.###``) leaves a whole number
    a bare point at its end in Excel.
    """
    return column.kind is Kind.NUMBER and bool((values.dropna() % 1 == 0).all())


def _width(column: Column, data: pd.DataFrame) -> float:
    """Return a width in characters that shows a column's cells and its header's filter button."""
    if column.kind is Kind.TEXT:
        longest = max((len(text) for text in data[column.name]), default=0)
        return float(min(_WIDEST, max(longest, len(column.name) + 3) + 1))
    return float(max(15, len(column.name) + 4))
