"""A case as a workbook to be filled in: a sheet a table, its settings, and its dictionary."""

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planning.dictionary import WRITTEN, Entry, entries
from planning.tables.cells import number
from planning.tables.schema import SETTINGS, SETTINGS_FILE, TABLES, Column, Kind
from planning.tables.workbook import IGNORED, SETTINGS_SHEET

READ_ME, DICTIONARY = IGNORED
CREATED = datetime(2000, 1, 1)
"""A fixed date, so that the same case is the same file."""

PAGE, WIDEST, NARROWEST = 100, 60, 10
"""Widths in characters: of sentences, and of a column at most and at least."""

LAST = 1_048_575
"""The last row of a sheet: rows yet to be filled in are formatted too."""

_FONT = {"font_name": "Arial", "font_size": 11}


@dataclass(frozen=True)
class _Styles:
    title: Format
    head: Format
    sentence: Format
    text: Format
    figure: Format
    share: Format

    def of(self, column: Column) -> Format:
        """Return how a column's cells look; what is not a figure is text, and stays as typed."""
        if column.kind is Kind.FRACTION:
            return self.share
        return self.figure if column.numeric else self.text


def case_workbook(files: Mapping[str, bytes], *, read_me: str) -> bytes:
    """Return the workbook of a case, from the files of its folder.

    Parameters
    ----------
    files : mapping of str to bytes
        case.toml and the tables, in UTF-8.
    read_me : str
        What the first sheet says, in Markdown.
    """
    out = io.BytesIO()
    # Text stays text: no cell may become a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": "A planning case", "author": "Virement", "created": CREATED})
        styles = _styles(book)
        _write_read_me(book.add_worksheet(READ_ME), read_me, styles)
        _write_settings(book.add_worksheet(SETTINGS_SHEET), files[SETTINGS_FILE].decode(), styles)
        for name, table in TABLES.items():
            rows = list(csv.DictReader(io.StringIO(files[table.file].decode())))
            _write_table(book.add_worksheet(name), table.columns, rows, styles)
        _write_dictionary(book.add_worksheet(DICTIONARY), styles)
        book.worksheets()[0].activate()
    return out.getvalue()


def _styles(book: xlsxwriter.Workbook) -> _Styles:
    top = _FONT | {"valign": "top"}
    return _Styles(
        title=book.add_format(_FONT | {"bold": True, "font_size": 14}),
        head=book.add_format(_FONT | {"bold": True, "bottom": 1, "num_format": "@"}),
        sentence=book.add_format(top | {"text_wrap": True}),
        text=book.add_format(top | {"num_format": "@"}),
        figure=book.add_format(top),
        share=book.add_format(top | {"num_format": "0.0##%"}),
    )


def _write_read_me(page: Worksheet, text: str, styles: _Styles) -> None:
    """Write what to do next, without Markdown's marks."""
    page.set_column(0, 0, PAGE)
    page.hide_gridlines(2)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    lines = [line for line in text.splitlines() if line]
    for row, line in enumerate(lines):
        style = styles.title if line.startswith("#") else styles.sentence
        plain = line.lstrip("# ").replace("**", "").replace("`", "")
        page.write_string(row, 0, plain, style)
        # Rows that a program writes are not fitted to their text by every spreadsheet.
        page.set_row(row, 15 * (1 + len(plain) // PAGE) + 5)


def _write_settings(page: Worksheet, text: str, styles: _Styles) -> None:
    """Write every setting, those that are not given blank."""
    given = tomllib.loads(text)
    page.set_column(0, 0, 24, styles.text)
    page.set_column(1, 1, 24, styles.text)
    page.set_column(2, 2, PAGE)
    _write_head(page, {"setting": "Its name.", "value": "Its value."}, styles)
    for row, setting in enumerate(SETTINGS, start=1):
        value = given.get(setting.section, {}).get(setting.column.name)
        page.write_string(row, 0, f"{setting.section}.{setting.column.name}", styles.text)
        if value is not None:
            page.write_string(row, 1, str(value), styles.text)


def _write_table(
    page: Worksheet,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, str]],
    styles: _Styles,
) -> None:
    """Write a table from A1 down, with a list to choose from wherever words are limited."""
    _write_head(page, {column.name: column.doc for column in columns}, styles)
    for across, column in enumerate(columns):
        cells = [row[column.name] for row in rows]
        style = styles.of(column)
        width = max([len(column.name) + 2, *(len(cell) for cell in cells)])
        page.set_column(across, across, min(max(width, NARROWEST), WIDEST), style)
        if words := ("yes", "no") if column.kind is Kind.YES_NO else column.choices:
            wrong = {"error_title": "Not one of the words", "error_message": "Choose from the list"}
            chosen = {"validate": "list", "source": list(words)} | wrong
            page.data_validation(1, across, LAST, across, chosen)
        for down, cell in enumerate(cells, start=1):
            if cell and column.numeric:
                page.write_number(down, across, number(cell, column), style)
            elif cell:
                page.write_string(down, across, cell, style)


def _write_head(page: Worksheet, meanings: Mapping[str, str], styles: _Styles) -> None:
    """Write the headings, each with its meaning for whoever selects it, and keep them in sight."""
    page.freeze_panes(1, 0)
    for across, (name, meaning) in enumerate(meanings.items()):
        page.write_string(0, across, name, styles.head)
        shown = {"validate": "any", "input_title": name, "input_message": meaning}
        page.data_validation(0, across, 0, across, shown)


def _write_dictionary(page: Worksheet, styles: _Styles) -> None:
    """Write what every column means, then how each kind of cell is written."""
    kinds = [
        Entry("", str(kind), how.replace("`", ""), "", f"For example {example}")
        for kind, (how, example) in WRITTEN.items()
    ]
    heads = Entry("Sheet", "Column", "Written", "Needed", "Meaning")
    for across, width in enumerate((16, 24, 60, 28, PAGE)):
        page.set_column(across, across, width)
    blank = Entry("", "", "", "", "")
    second = Entry("", "Kind of cell", "How it is written", "", "Example")
    page.freeze_panes(1, 0)
    for down, entry in enumerate([heads, *entries(), blank, second, *kinds]):
        style = styles.head if entry in (heads, second) else styles.sentence
        for across, cell in enumerate(entry):
            page.write_string(down, across, cell, style)
