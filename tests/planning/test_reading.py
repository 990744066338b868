"""A folder as planners and their spreadsheets save it, read into typed rows."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from planning.tables.csv_grids import read_table
from planning.tables.reading import read_folder
from planning.tables.schema import SETTINGS, TABLES, Kind

FILES = Path(__file__).parent / "files"
PROVIDERS = TABLES["providers"]


@pytest.fixture
def small(tmp_path):
    """Return a copy of the small case, to be spoilt."""
    return Path(shutil.copytree(FILES / "small_case", tmp_path / "case"))


def providers(text):
    """Read one table from its text, or its bytes."""
    return read_table(text if isinstance(text, bytes) else text.encode(), PROVIDERS)


def rows(text):
    """Return the lines and names of a providers table that must be without fault."""
    sheet, faults = providers(text)
    assert faults == []
    return [(row.line, row.text("name")) for row in sheet.rows]


def only(faults):
    """Return the one fault there is."""
    (fault,) = faults
    return fault


def test_cells_become_values_of_their_columns_kind():
    offers = read_folder(FILES / "small_case").sheets["offers"]
    first = offers.rows[0]
    assert first.line == 2
    assert first.text("offer") == "hc_bright_south"
    assert first.number("unit_cost") == 15.2
    assert first.number("committed") is None
    assert first.text("last_year") == ""
    assert first.text("note") == ""


def test_settings_left_out_have_their_defaults():
    settings = read_folder(FILES / "small_case").settings
    assert settings["plan.demand_quantile"] == 0.5
    assert settings["plan.seed"] == 2015
    assert settings["plan.discount_rate"] == 0.035


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_any_line_ending_and_a_byte_order_mark_are_read(end, mark):
    text = mark + end.join(["provider,name,sector", "a,One,mutual", "b,Two,private", "", ""])
    assert rows(text) == [(2, "One"), (3, "Two")]


def test_lines_are_those_of_the_file_though_a_cell_spans_several():
    """The name of b fills lines 3 and 4, so c is on line 5."""
    text = 'provider,name,sector\na,One,mutual\nb,"Two\nTwice",private\nc,Three,nhs\n'
    assert [line for line, _ in rows(text)] == [2, 3, 5]


def test_blank_rows_and_trailing_blank_columns_are_passed_over():
    text = "provider,name,sector,,\n,,,,\na,One,mutual,,\n\n , ,,\nb,Two,nhs\n,,,,\n"
    assert rows(text) == [(3, "One"), (6, "Two")]


def test_quoted_cells_keep_their_commas_and_quotation_marks():
    assert rows('"provider","name","sector"\n"a","One, ""the first""","nhs"\n') == [
        (2, 'One, "the first"')
    ]


def test_columns_may_stand_in_any_order():
    assert rows("sector,name,provider\nnhs,One,a\n") == [(2, "One")]


def test_remarks_at_the_end_of_a_row_may_be_left_off_but_no_other_cell():
    """Excel leaves out the last commas of rows whose last cells are blank."""
    assert rows("provider,name,sector,source,note\na,One,nhs\n") == [(2, "One")]
    fault = only(providers("provider,name,sector,grade,note\na,One,nhs\n")[1])
    assert fault.line == 2
    assert "3 cells under 5 headings" in fault.wrong


def test_a_row_of_too_many_cells_is_not_read_at_all():
    sheet, faults = providers("provider,name,sector\na,One, Ltd,nhs\nb,Two,nhs\n")
    assert "Put quotation marks" in only(faults).remedy
    assert [row.has("name") for row in sheet.rows] == [False, True]


def test_a_cell_under_no_heading_is_reported_once():
    fault = only(providers("provider,,name,sector\na,x,One,nhs\nb,y,Two,nhs\n")[1])
    assert (fault.line, fault.value) == (2, "x")


def test_windows_encoding_is_reported_at_its_line_and_the_rest_still_read():
    data = "provider,name,sector\na,One,nhs\nb,Caf\u00e9,nsh\n".encode("cp1252")
    sheet, faults = providers(data)
    assert [(f.line, f.value) for f in faults] == [(3, "\u00e9"), (3, "nsh")]
    assert "CSV UTF-8" in faults[0].remedy
    assert sheet.rows[1].text("name") == "Caf\u00e9"


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ("provider,name\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\r\n\r\n", "empty"),
        (b"provider;name;sector\na;One;nhs\n", "semicolons"),
        (b"provider\tname\tsector\na\tOne\tnhs\n", "tabs"),
        (b"a,One,nhs\nb,Two,nhs\n", "does not name the columns"),
        (b"provider,name,sector\n", "no rows"),
        (b'provider,name,sector\na,"One,nhs\n', "quotation mark"),
        (b'provider,name,sector\na,"One" Ltd,nhs\n', "quotation mark"),
    ],
)
def test_a_file_that_is_no_such_table_is_one_fault(data, wrong):
    sheet, faults = providers(data)
    assert wrong in only(faults).wrong
    assert not sheet.whole


def test_a_folder_that_is_not_there_is_one_fault(tmp_path):
    fault = only(read_folder(tmp_path / "nowhere").faults)
    assert "no such folder" in fault.wrong
    assert str(fault).startswith('"')


def test_a_file_in_place_of_a_folder_is_one_fault(small):
    assert "not a folder" in only(read_folder(small / "case.toml").faults).wrong


@pytest.mark.parametrize("table", [t.name for t in TABLES.values()])
def test_a_table_left_out_is_a_fault_unless_it_is_optional(small, table):
    (small / f"{table}.csv").unlink(missing_ok=True)
    found = [(f.table, f.wrong) for f in read_folder(small).faults]
    assert found == ([] if TABLES[table].optional else [(table, "the file is missing")])


def test_a_misspelt_file_is_one_fault_and_is_read_all_the_same(small):
    (small / "offers.csv").rename(small / "Offer.csv")
    reading = read_folder(small)
    fault = only(reading.faults)
    assert (fault.table, fault.remedy) == ("offers", "Rename it to offers.csv.")
    assert len(reading.sheets["offers"].rows) == 5


def test_no_csv_file_is_passed_over_in_silence(small):
    (small / "workings.csv").write_text("a\n1\n", encoding="utf-8")
    assert only(read_folder(small).faults).value == "workings.csv"


def test_other_files_and_what_editors_leave_about_are_passed_over(small):
    for name in ("notes.txt", "~$offers.csv", ".offers.csv", ".~lock.offers.csv#", "offers.xlsx"):
        (small / name).write_text("x", encoding="utf-8")
    (small / "old").mkdir()
    assert read_folder(small).faults == ()


def test_digests_are_of_the_bytes_that_were_read(small):
    digests = read_folder(small).files
    assert set(digests) == {path.name for path in small.iterdir()} - {"README.md"}
    for name, digest in digests.items():
        assert digest == hashlib.sha256((small / name).read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("there", "instead", "line", "column", "word"),
    [
        ("years = 3", "years = three", 7, "", "not written as TOML"),
        ('first_year = "2015-16"', "first_year = 2015-16", 6, "", "quotation marks"),
        ("opening = 400000", "opening = £400,000", 11, "", "without £ or commas"),
        ("minimum = 200000", "minimum = ", 12, "", "not written as TOML"),
        ("years = 3", 'years = "3"', 7, "plan.years", "without quotation marks"),
        ("years = 3", "years = true", 7, "plan.years", "not a number"),
        ("years = 3", "years = 31", 7, "plan.years", "from 1 to 30"),
        ("years = 3", "years = 0", 7, "plan.years", "from 1 to 30"),
        ("opening = 400000", "opening = nan", 11, "reserves.opening", "finite"),
        ("opening = 400000", "opening = inf", 11, "reserves.opening", "finite"),
        ("discount_rate = 0.035", "discount_rate = 3.5", 8, "plan.discount_rate", "0.035"),
        ("discount_rate = 0.035", "demand_quantile = 1", 8, "plan.demand_quantile", "between"),
        ('name = "Smallshire (illustrative)"', 'name = ""', 3, "council.name", "blank"),
        ('name = "Smallshire (illustrative)"', "name = 5", 3, "council.name", "not text"),
        ("[reserves]", "[reserve]", 10, "reserve", "Write [reserves]."),
        ("[reserves]", "[forecast]\nlevel = 0.8\n[reserves]", 11, "forecast.level", "take it"),
        ("[reserves]", "[weather]\n[reserves]", 10, "weather", "The sections are"),
        ("years = 3\n", "", None, "plan.years", "Add years under [plan]"),
    ],
)
def test_a_fault_of_the_settings_has_its_line(small, there, instead, line, column, word):
    path = small / "case.toml"
    text = path.read_text(encoding="utf-8")
    assert there in text
    path.write_text(text.replace(there, instead), encoding="utf-8", newline="\r\n")
    fault = only(read_folder(small).faults)
    assert (fault.table, fault.line, fault.column) == ("case.toml", line, column)
    assert word in str(fault)


def test_empty_settings_lack_each_that_has_no_default(small):
    (small / "case.toml").write_bytes(b"")
    needed = [f"{s.section}.{s.column.name}" for s in SETTINGS if s.default is None]
    assert [f.column for f in read_folder(small).faults] == needed


def test_every_column_can_be_published_and_every_reference_exists():
    for table in TABLES.values():
        assert table.key
        assert table.doc.endswith(".")
        for column in table.columns:
            assert column.doc.endswith(".")
            assert (column.kind is Kind.CHOICE) == bool(column.choices)
            if column.refers:
                other, name = column.refers.split(".")
                assert name in TABLES[other].names


def test_a_case_is_read_without_loading_pandas():
    """``virement check`` must not wait a second for what it does not use."""
    code = (
        "import sys, planning.tables.checks\n"
        "sys.exit('pandas' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
