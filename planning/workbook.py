"""plan.xlsx: a plain, tidy workbook, by the Government's guidance on accessible spreadsheets.

Cover, contents and notes, then one table a sheet: one header row, no merged cell, no blank row, no
meaning in colour alone. Figures are stored at full precision and formatted for reading.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planning.columns import TABLES, Column, Kind, Table

CREATED = datetime(2000, 1, 1)
"""A fixed date, so that the same plan is the same file; the manifest has the run's own times."""

_NOTES_HEAD = ("Table", "Column", "What it holds")
_WIDEST = 60


def workbook_bytes(
    tables: Mapping[str, pd.DataFrame], *, title: str, cover: Sequence[str]
) -> bytes:
    """Return a plan's tables as a workbook.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By the name of their file, with the columns of ``planning.columns``.
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
        shown = [TABLES[name] for name in tables]
        _write_lines(book.add_worksheet("Cover"), title, cover, heading, wrapped)
        _write_contents(book.add_worksheet("Contents"), shown, heading)
        _write_notes(book.add_worksheet("Notes"), shown, heading, wrapped)
        formats = {
            Kind.TEXT: book.add_format(),
            Kind.NUMBER: book.add_format({"num_format": "#,##0.###"}),
            Kind.MONEY: book.add_format({"num_format": "£#,##0;-£#,##0"}),
        }
        for table in shown:
            sheet = book.add_worksheet(table.name.capitalize())
            _write_table(sheet, table, tables[table.name], heading, formats)
    return out.getvalue()


def _write_lines(
    sheet: Worksheet, title: str, lines: Sequence[str], heading: Format, wrapped: Format
) -> None:
    """Write a sheet of sentences."""
    sheet.write_string(0, 0, title, heading)
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line, wrapped)
    sheet.set_column(0, 0, 110)


def _write_contents(sheet: Worksheet, tables: Sequence[Table], heading: Format) -> None:
    """Write the list of sheets, each a link to its own."""
    sheet.write_string(0, 0, "Contents", heading)
    for row, table in enumerate(tables, start=1):
        name = table.name.capitalize()
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name, tip=table.title)
        sheet.write_string(row, 1, f"{table.title}. {table.doc}")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 110)


def _write_notes(
    sheet: Worksheet, tables: Sequence[Table], heading: Format, wrapped: Format
) -> None:
    """Write what every column holds, with its unit."""
    sheet.write_string(0, 0, "Notes: what every column holds", heading)
    sheet.write_string(1, 0, "A blank cell means not known or none, as its column says; never nil.")
    rows = [(t.name.capitalize(), c.name, c.doc) for t in tables for c in t.columns]
    head = [{"header": text} for text in _NOTES_HEAD]
    sheet.add_table(
        2,
        0,
        2 + len(rows),
        2,
        {"name": "Notes", "columns": head, "data": rows, "style": None, "autofilter": False},
    )
    sheet.set_column(0, 1, 18)
    sheet.set_column(2, 2, 90, wrapped)
    sheet.freeze_panes(3, 0)


def _write_table(
    sheet: Worksheet,
    table: Table,
    data: pd.DataFrame,
    heading: Format,
    formats: Mapping[Kind, Format],
) -> None:
    """Write one table under its title, as a table that Excel and a screen reader know."""
    sheet.write_string(0, 0, table.title, heading)
    sheet.write_string(1, 0, table.doc)
    names = [column.name for column in table.columns]
    head = [{"header": c.name, "format": formats[c.kind]} for c in table.columns]
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


def _width(column: Column, data: pd.DataFrame) -> float:
    """Return a width in characters that shows a column's cells and its header's filter button."""
    if column.kind is Kind.TEXT:
        longest = max((len(text) for text in data[column.name]), default=0)
        return float(min(_WIDEST, max(longest, len(column.name) + 3) + 1))
    return float(max(15, len(column.name) + 4))
