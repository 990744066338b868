"""The workbook: plain, tidy, accessible, and the same bytes every time, in both formats."""

import io
import zipfile
from math import isclose
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
from odfdo import Document
from python_calamine import CalamineWorkbook

from planning.export import WORKBOOKS
from planning.papers.ods import ods_bytes
from planning.papers.sheets import LONGEST, Page, book_of, fitting
from planning.papers.workbook import workbook_bytes
from planning.schedules.sheets import plan_book
from tests.planning.books import PROMISES, book
from tests.planning.plans import northamptonshire, small

NAMES = [column.name for column in PROMISES.columns]


@pytest.fixture(scope="module")
def excel():
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(book())))


def test_sheets_are_cover_contents_notes_columns_then_one_a_table(excel):
    assert excel.sheetnames == ["Cover", "Contents", "Notes", "Columns", "Spending", "Promises"]
    assert (excel.properties.title, excel.properties.language) == ("A plan of Smallshire", "en-GB")


def test_each_table_is_a_real_table_with_one_header_row_and_no_blank_cell(excel):
    for name, ref in (("Spending", "A7:E10"), ("Promises", "A6:C8")):
        (table,) = excel[name].tables.values()
        assert (table.displayName, table.ref) == (f"{name}_table", ref)
        assert table.autoFilter is None
        assert all(cell.value is not None for row in excel[name][ref] for cell in row)


def test_headers_say_units_in_plain_words(excel):
    heads = [cell.value for cell in excel["Spending"][7]]
    assert heads == ["Service", "Cost (£)", "Unit cost (£ a unit)", "Used (units)", "Grade"]
    assert excel["Promises"]["C6"].value == "2015-16 (£000)"


def test_figures_are_held_in_full_and_shown_rounded_and_the_sheet_says_so(excel):
    sheet = excel["Spending"]
    assert (sheet["B8"].value, sheet["B8"].number_format) == (1234567.891, "£#,##0;-£#,##0")
    assert sheet["C8"].number_format == "£#,##0.00;-£#,##0.00"
    assert sheet["D8"].number_format == "#,##0"
    assert excel["Promises"]["B7"].number_format == "#,##0.000"
    lines = [sheet.cell(row, 1).value for row in range(2, 7)]
    assert any(line.startswith("Shown rounded, held in full: pounds to the nea") for line in lines)


def test_blanks_are_shorthand_that_the_sheet_explains(excel):
    sheet = excel["Spending"]
    assert (sheet["B9"].value, sheet["E10"].value) == ("[x]", "none")
    lines = [sheet.cell(row, 1).value for row in range(2, 7)]
    assert "Shorthand: [x] is not available. No cell is blank." in lines


def test_notes_are_numbered_once_and_marked_where_they_belong(excel):
    assert excel["Spending"]["A1"].value == "What is spent [note 1] [note 2]"
    assert excel["Promises"]["A1"].value == "What is promised [note 1]"
    listed = [[cell.value for cell in row] for row in excel["Notes"].iter_rows(min_row=4)]
    assert listed == [["[note 1]", "Cost is in cash terms."], ["[note 2]", "Units are weeks."]]


def test_the_contents_link_to_every_sheet(excel):
    sheet = excel["Contents"]
    links = {cell.value: cell.hyperlink.location for (cell,) in sheet["A4:A7"]}
    assert links == {name: f"'{name}'!A1" for name in excel.sheetnames[2:]}


@pytest.mark.parametrize("written", WORKBOOKS.values(), ids=WORKBOOKS)
def test_the_same_plan_is_the_same_file(written):
    assert written(book()) == written(book())


def alike(one, other):
    """Tell whether cells are the same, figures to the sixteen digits that XlsxWriter writes."""
    return one == other or (
        isinstance(one, float) and isinstance(other, float) and isclose(one, other, rel_tol=1e-15)
    )


def all_alike(rows, others):
    """Tell whether rows of cells are."""
    return len(rows) == len(others) and all(
        len(row) == len(other) and all(map(alike, row, other))
        for row, other in zip(rows, others, strict=True)
    )


def cells_of(content):
    """Return every cell of every sheet as calamine, a reader of neither's making, finds it."""
    found = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        name: [
            [cell for cell in row if cell != ""]
            for row in found.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        for name in found.sheet_names
    }


@pytest.mark.parametrize("made", [small, northamptonshire])
def test_both_formats_hold_the_same_cells_figure_for_figure(made):
    plan = made()
    whole = plan_book(plan.case, plan.tables, dated="2015-02-19")
    excel, ods = cells_of(workbook_bytes(whole)), cells_of(ods_bytes(whole))
    assert list(excel) == list(ods) == [sheet.name for sheet in whole.sheets]
    for sheet in whole.sheets:
        assert all_alike(excel[sheet.name], ods[sheet.name])
        if sheet.columns:
            assert ods[sheet.name][-len(sheet.rows) :] == [list(row) for row in sheet.rows]


def test_figures_of_the_workbook_are_those_of_the_tables():
    plan = northamptonshire()
    cells = cells_of(workbook_bytes(plan_book(plan.case, plan.tables, dated="")))
    budget = [row[1:] for row in cells["Budget"][-len(plan.case.years) :]]
    assert all_alike(budget, plan.allocation.budget.iloc[:, 1:].to_numpy().tolist())
    cost = sum(row[10] for row in cells["Allocations"] if len(row) == 12 and row[5][:2] == "20")
    assert cost == pytest.approx(plan.allocation.allocation["cost"].sum(), abs=0.005)


def test_the_ods_is_a_package_whose_parts_are_well_formed_and_its_type_first():
    with zipfile.ZipFile(io.BytesIO(ods_bytes(book()))) as file:
        first = file.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        for name in file.namelist()[1:]:
            ElementTree.fromstring(file.read(name))


def test_the_ods_marks_its_tables_and_their_headers():
    document = Document(io.BytesIO(ods_bytes(book())))
    ranges = {
        one.get_attribute("table:name"): one.get_attribute("table:target-range-address")
        for one in document.body.get_elements("//table:database-range")
    }
    assert ranges["Spending_table"] == "Spending.A7:Spending.E10"
    (head,) = document.body.get_table(name="Spending").get_elements(
        "descendant::table:table-header-rows"
    )
    assert [str(text) for text in head.xpath("descendant::text()")][:2] == ["Service", "Cost (£)"]
    assert (document.meta.title, document.meta.language) == ("A plan of Smallshire", "en-GB")


def test_several_spaces_stay_several_in_ods():
    services = ("Home  care", "a", "b")
    document = Document(io.BytesIO(ods_bytes(book(services=services))))
    assert document.body.get_table(name="Spending").get_value("A8") == "Home  care"


def test_the_cover_says_its_day_what_is_invented_and_leaves_the_contact_open():
    plan = northamptonshire()
    dated = plan_book(plan.case, plan.tables, dated="2015-02-19").sheets[0].lines
    assert dated[0] == "Dated 2015-02-19."
    assert any(line.startswith("Illustrative: some or all of") for line in dated)
    assert dated[-1] == "Contact: to be completed by the council before it publishes this."
    assert plan_book(plan.case, plan.tables, dated="").sheets[0].lines[0] == "Undated."


def test_every_sheet_with_figures_says_that_some_are_invented():
    plan = northamptonshire()
    for sheet in plan_book(plan.case, plan.tables, dated="").sheets[4:]:
        assert any("Illustrative: some of it is invented" in line for line in sheet.lines)


def test_nought_is_nought_whatever_its_sign_as_in_the_csv_files():
    """Else a plan whose tables are read back would not make the workbook that it was written as."""
    made = [
        workbook_bytes(
            book_of(
                [Page("Promises", PROMISES, pd.DataFrame([("Rest", nought, 1.0)], columns=NAMES))],
                title="A plan",
                cover=(),
                every="",
            )
        )
        for nought in (0.0, -0.0)
    ]
    assert made[0] == made[1]


def test_no_figure_of_the_shipped_plan_reads_as_less_than_nil_where_it_is_nil_to_the_penny():
    """Reserves short of their floor by a millionth of a penny would read -£0."""
    plan = northamptonshire()
    cells = cells_of(workbook_bytes(plan_book(plan.case, plan.tables, dated="")))
    figures = [c for rows in cells.values() for row in rows for c in row if isinstance(c, float)]
    assert len(figures) > 3_000
    assert [figure for figure in figures if -0.005 < figure < 0.0] == []


def test_text_longer_than_a_cell_may_be_is_cut_and_says_so():
    assert fitting("x" * 40_000) == "x" * LONGEST + "…"
    assert openpyxl.load_workbook(
        io.BytesIO(workbook_bytes(book(services=("x" * 40_000, "b", "c"))))
    )["Spending"]["A8"].value.endswith("…")


def test_the_cover_is_no_wider_than_a_page(excel):
    """A4 on its side, less margins, takes about 100 characters; the rest would be cut in print."""
    assert excel["Cover"].column_dimensions["A"].width <= 100
