"""The workbook: plain, tidy, accessible, and the same bytes every time."""

import io

import openpyxl
import pandas as pd
import pytest

from planning.papers.columns import TABLES
from planning.papers.workbook import workbook_bytes


@pytest.fixture
def tables():
    goals = pd.DataFrame(
        {"goal": ["cost", "=1+1"], "unit": ["£", "http://x.example"], "value": [1234.5678, 0.0]}
    )
    empty = pd.DataFrame({column.name: [] for column in TABLES["prices"].columns})
    return {"goals": goals, "prices": empty}


@pytest.fixture
def book(tables):
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(tables, title="A plan", cover=["One"])))


def test_sheets_are_cover_contents_notes_then_one_a_table(book):
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Goals", "Prices"]


def test_each_table_is_a_real_table_with_one_header_row_and_no_merged_cell(book):
    for name in ("Goals", "Prices"):
        sheet = book[name]
        (table,) = sheet.tables.values()
        assert table.ref.startswith("A3:")
        assert [c.value for c in sheet[3]] == [c.name for c in TABLES[name.lower()].columns]
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes == "A4"


def test_figures_are_stored_whole_and_text_is_never_a_formula_nor_a_link(book):
    sheet = book["Goals"]
    assert sheet["C4"].value == 1234.5678
    assert (sheet["A5"].value, sheet["A5"].data_type) == ("=1+1", "s")
    assert sheet["B5"].hyperlink is None


def test_the_notes_say_what_every_column_of_every_sheet_holds(book):
    noted = {(row[0].value, row[1].value) for row in book["Notes"].iter_rows(min_row=4)}
    assert noted == {
        (name.capitalize(), c.name) for name in ("goals", "prices") for c in TABLES[name].columns
    }


def test_the_same_plan_is_the_same_file(tables):
    first, second = (workbook_bytes(tables, title="A plan", cover=["One"]) for _ in range(2))
    assert first == second


def test_a_column_has_one_number_of_decimals_and_whole_numbers_none(book, tables):
    """An optional decimal, 0.###, would show a whole number as "12." in Excel."""
    assert book["Goals"]["C4"].number_format == "#,##0.000"
    whole = tables | {"goals": tables["goals"].assign(value=[12.0, 0.0])}
    written = io.BytesIO(workbook_bytes(whole, title="A plan", cover=["One"]))
    assert openpyxl.load_workbook(written)["Goals"]["C4"].number_format == "#,##0"


def test_the_cover_is_no_wider_than_a_page(book):
    """A4 on its side, less margins, takes about 100 characters; the rest would be cut in print."""
    assert book["Cover"].column_dimensions["A"].width <= 100
