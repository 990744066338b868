"""A case's workbook as councils keep them: faults by sheet and cell, and nothing lost unseen."""

import shutil
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from planning.case import Case
from planning.national import find_cases
from planning.tables.cell_text import plain_text
from planning.tables.checks import all_faults
from planning.tables.reading import read_source
from planning.tables.sources import Source
from tests.planning.forms import typed_tables, write_workbook
from tests.planning.runs import SMALL, virement


@pytest.fixture(scope="module")
def tables():
    return typed_tables(SMALL)


@pytest.fixture
def workbook(tmp_path, tables):
    """Return where the small case is as a workbook, to be spoilt by openpyxl."""
    return write_workbook(tmp_path / "small.xlsx", tables)


def spoilt(path, change):
    """Change a workbook in another program's hands and return all its faults."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return [str(fault) for fault in all_faults(read_source(Source.of(path)))]


def only(faults):
    (fault,) = faults
    return fault


def test_the_small_case_is_the_same_from_a_workbook(workbook):
    assert Case.read(workbook).fingerprint == Case.read(SMALL).fingerprint


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5"),
        (-0.0, "0"),
        (0.05, "0.05"),
        (1e17, "1e+17"),
        (0.1 + 0.2, "0.30000000000000004"),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        (None, ""),
        ("00123", "00123"),
        (Decimal("15.20"), "15.2"),
        (Decimal("100"), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.1000000000000000055511151231257827"), "0.1000000000000000055511151231257827"),
        (date(2015, 2, 19), "2015-02-19"),
        (datetime(2015, 2, 19), "2015-02-19"),
        (datetime(2015, 2, 19, 9, 30), "2015-02-19 09:30:00"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
        (b"x", None),
        ([1], None),
    ],
)
def test_a_typed_cell_is_the_text_that_a_csv_file_would_hold(value, text):
    assert plain_text(value) == text


def set_cells(sheet, cells):
    def change(book):
        for place, value in cells.items():
            book[sheet][place] = value

    return change


def test_a_fault_has_its_sheet_and_cell_and_so_has_one_between_tables(workbook):
    faults = spoilt(workbook, set_cells("offers", {"H2": "£15.2O", "C3": "home_cares"}))
    assert faults == [
        'offers!H2, unit_cost "£15.2O": not a number. Write it as 12.50 or £12.50.',
        'offers!C3, service "home_cares": the sheet services has no such service. '
        "Write home_care, or add home_cares to the sheet services.",
    ]


def test_faults_of_rows_columns_and_sheets_say_where_too(workbook):
    def change(book):
        book["providers"]["H1"], book["providers"]["H3"] = None, "stray"
        book["services"]["B1"] = "nmae"
        del book["targets"]
        book["demand"]["D9"] = None
        book["demand"].append(["home_care", "north", "2014-15", 5])

    faults = spoilt(workbook, change)
    assert [fault.partition(":")[0] for fault in faults if "targets" not in fault] == [
        "services!B1, nmae",
        "demand!D9, units",
        'demand!A23, service "home_care"',
        'providers!H3, "stray"',
    ]
    assert "the same key as in row 8" in faults[2]
    assert "sheet targets: the sheet is missing. Add it, with a first row of" in " ".join(faults)


def test_settings_are_a_sheet_with_the_faults_of_case_toml(workbook):
    def change(book):
        sheet = book["case"]
        rows = {row[0].value: row[1] for row in sheet.iter_rows()}
        rows["plan.years"].value = "three"
        rows["plan.discount_rate"].value = 3.5
        rows["reserves.minimum"].value = None
        rows["plan.first_year"].value = None
        for row in sheet.iter_rows():
            if row[0].value == "council.name":
                row[0].value = "council.nane"
        sheet.append(["plan.seed", 5])
        sheet.append(["plan.seed", 6])

    text = "\n".join(spoilt(workbook, change))
    assert 'case!A2, setting "council.nane": not a known setting. Write council.name.' in text
    assert "case!B3, plan.first_year: blank. Fill it in." in text
    assert 'case!B4, plan.years "three": not a number' in text
    assert 'case!B5, plan.discount_rate "3.5": out of range' in text
    assert 'case!A9, setting "plan.seed": a setting given twice' in text
    # A blank for a figure that may be left out is that figure left out, and so not known.
    missing = "sheet case, reserves.minimum: missing. Add a row reserves.minimum: The least"
    assert missing in text
    assert len(text.splitlines()) == 6


def test_codes_that_look_like_figures_or_blanks_stay_what_they_are(tmp_path, tables):
    """``00123``, ``NA`` and ``None`` are names; a figure in a column of names is its digits."""
    codes = ["00123", "NA", "None", 7.0]
    rows = [["provider", "name", "sector"], *([code, "A name", "nhs"] for code in codes)]
    path = write_workbook(tmp_path / "case.xlsx", {"providers": rows})
    sheet = read_source(Source.of(path)).sheets["providers"]
    assert [row.text("provider") for row in sheet.rows] == ["00123", "NA", "None", "7"]


def test_a_date_is_read_where_a_day_is_asked_for_and_a_fault_in_any_period(tmp_path, tables):
    path = tmp_path / "case.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("assumptions")
        heading = ["assumption", "statement", "value", "quality", "impact", "owner", "agreed_by"]
        for at, cell in enumerate([*heading, "review_by"]):
            sheet.write(0, at, cell)
        for at, cell in enumerate(["growth", "It grows", "", 3, 3, "CFO", "Cabinet"]):
            sheet.write(1, at, cell)
        sheet.write_datetime(1, 7, datetime(2016, 2, 19))
        sheet = book.add_worksheet("demand")
        for at, cell in enumerate(["service", "locality", "period", "units"]):
            sheet.write(0, at, cell)
        for at, cell in enumerate(["home_care", "", None, 5]):
            sheet.write(1, at, cell)
        sheet.write_datetime(1, 2, datetime(2015, 4, 1))
    reading = read_source(Source.of(path))
    assert reading.sheets["assumptions"].rows[0].text("review_by") == "2016-02-19"
    fault = only(f for f in reading.faults if f.table == "demand")
    assert str(fault).startswith('demand!C2, period "2015-04-01": a date')
    assert "Format the column as text" in fault.remedy


def formulas(book):
    """Make the whole column of unit costs formulas, as openpyxl does: without saved values."""
    for row in range(2, book["offers"].max_row + 1):
        book["offers"][f"H{row}"] = "=1+1"


def test_a_column_of_formulas_without_values_is_one_fault(workbook, tables):
    fault = only(spoilt(workbook, formulas))
    below = len(tables["offers"]) - 2
    assert f"offers!H2, unit_cost: a formula whose value was not saved (and {below} more" in fault


def saved(path, tables, values):
    """Write the case with the unit costs as formulas whose values are saved."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                for at, cell in enumerate(row):
                    if name == "offers" and n and rows[0][at] == "unit_cost":
                        sheet.write_formula(n, at, f"=B{n}", None, values(cell))
                    elif cell is not None:
                        sheet.write(n, at, cell)
    return path


def test_formulas_are_a_fault_unless_the_mapping_takes_their_saved_values(tmp_path, tables):
    path = saved(tmp_path / "case.xlsx", tables, values=lambda cell: cell)
    fault = str(only(all_faults(read_source(Source.of(path)))))
    assert fault.startswith('offers!H2, unit_cost "15.2": a formula (and ')
    mapping = tmp_path / "case.mapping.toml"
    mapping.write_text('formulas = "values"\n', encoding="utf-8")
    case = Case.read(path)
    assert dict(case.digests) == dict(Case.read(SMALL).digests)
    assert set(case.files) == {"case.xlsx", "case.mapping.toml"}


def test_a_truth_as_libreoffice_writes_it_is_no_formula(tmp_path, tables):
    path = tmp_path / "case.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("services")
        for at, name in enumerate(tables["services"][0]):
            sheet.write(0, at, name)
            for n, row in enumerate(tables["services"][1:], start=1):
                if isinstance(row[at], bool):
                    sheet.write_formula(n, at, f"={str(row[at]).upper()}()", None, row[at])
                elif row[at] is not None:
                    sheet.write(n, at, row[at])
    reading = read_source(Source.of(path))
    assert [f for f in reading.faults if f.table == "services"] == []
    found = [row.cells["statutory"] for row in reading.sheets["services"].rows]
    assert found == [row[4] for row in tables["services"][1:]]
    assert tables["services"][0][4] == "statutory"


def test_error_cells_are_named_and_never_blanks(tmp_path, tables):
    path = saved(tmp_path / "case.xlsx", tables, values=lambda cell: "#DIV/0!")
    (tmp_path / "case.mapping.toml").write_text('formulas = "values"\n', encoding="utf-8")
    fault = str(only(all_faults(read_source(Source.of(path)))))
    assert fault.startswith('offers!H2, unit_cost "#DIV/0!": an error')
    assert "more below" in fault


def hide(book):
    book["offers"].sheet_state = "hidden"
    book["demand"].row_dimensions[5].hidden = True
    book["demand"].row_dimensions[7].hidden = True
    book["income"].column_dimensions["C"].hidden = True
    book["income"].column_dimensions["P"].hidden = True
    book["providers"].row_dimensions[300].hidden = True


def test_hidden_sheets_rows_and_columns_are_named_where_they_hold_anything(workbook):
    faults = [fault.partition(". ")[0] for fault in spoilt(workbook, hide)]
    assert faults[0] == "sheet demand, row 5: a hidden row (and 1 more below)"
    assert faults[1] == 'income!C1, amount "amount": a hidden column'
    assert faults[2] == "sheet offers: a hidden sheet"
    assert len(faults) == 3


def test_what_is_hidden_is_read_if_the_mapping_says_so(workbook):
    workbook.with_name("small.mapping.toml").write_text('hidden = "read"\n', encoding="utf-8")
    assert spoilt(workbook, hide) == []


def test_merged_cells_are_a_fault_for_the_second_would_be_blank(workbook):
    faults = spoilt(workbook, lambda book: book["offers"].merge_cells("J2:J4"))
    assert faults[0].startswith("offers!J2, capacity")
    assert "cells merged into one" in faults[0]


def test_sheets_that_are_no_table_are_faults_but_for_those_of_readers(workbook):
    def change(book):
        for name in ("Read me", "Dictionary", "Pivot", "offer"):
            book.create_sheet(name)
        book["effects"].title = "efects"

    faults = [fault for fault in spoilt(workbook, change) if fault.startswith("sheet")]
    or_ignore = "out, or name it under ignore in a mapping file."
    assert faults == [
        f"sheet Pivot: not a table of a case. Take it {or_ignore}",
        f"sheet offer: not a table of a case. Rename it if it is offers; else take it {or_ignore}",
        "sheet efects: not the name of a table. Rename it to effects.",
    ]


def test_capitals_in_the_name_of_a_sheet_are_no_matter_as_in_excel(tmp_path, tables):
    renamed = {name.capitalize(): rows for name, rows in tables.items()}
    path = write_workbook(tmp_path / "case.xlsx", renamed)
    assert Case.read(path).fingerprint == Case.read(SMALL).fingerprint


def test_blank_rows_and_columns_about_a_table_are_passed_over(tmp_path, tables):
    rows = [[], *([None, *row] for row in tables["providers"]), [], [None, " "]]
    moved = {**tables, "providers": rows}
    path = write_workbook(tmp_path / "case.xlsx", moved)
    assert Case.read(path).fingerprint == Case.read(SMALL).fingerprint


def test_the_command_line_takes_a_workbook_and_writes_faults_as_json(workbook):
    run = virement("check", workbook)
    assert (run.returncode, run.stderr) == (0, "")
    assert "no faults" in run.stdout
    spoilt(workbook, set_cells("offers", {"H2": "dear"}))
    run = virement("check", workbook, "--json")
    assert run.returncode == 2
    assert '"at": "offers!H2"' in run.stdout


def test_a_workbook_that_is_not_there_is_one_fault(tmp_path):
    fault = only(read_source(Source.of(tmp_path / "none.xlsx")).faults)
    assert fault.wrong == "there is no such workbook"


def test_a_folder_that_holds_a_workbook_alone_says_which_to_name(workbook):
    fault = only(read_source(Source.of(workbook.parent)).faults)
    assert "If small.xlsx is the case, name that file." in str(fault)


def test_the_cases_of_a_country_may_be_workbooks(tmp_path, tables):
    """By themselves, in a folder each, or beside the tables that were made into one."""
    shutil.copytree(SMALL, tmp_path / "a")
    (tmp_path / "b").mkdir()
    for name in ("a/case.xlsx", "b/case.xlsx", "c.xlsx"):
        write_workbook(tmp_path / name, tables)
    (tmp_path / "~$c.xlsx").write_bytes(b"x")
    found = [str(place.relative_to(tmp_path)) for place in find_cases(tmp_path)]
    assert found == ["a", "b/case.xlsx", "c.xlsx"]
