"""A case as the rest of the house sees it: settings and tables."""

import dataclasses
import random
import shutil
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from planning.case import Case
from planning.tables.faults import InputError
from planning.tables.schema import TABLES, Kind

FILES = Path(__file__).parent / "files"


@pytest.fixture
def small(tmp_path):
    """Return a copy of the small case, to be rewritten."""
    return Path(shutil.copytree(FILES / "small_case", tmp_path / "case"))


def assert_same(case, other):
    """Compare two cases' settings, and their tables cell by cell and type by type."""
    assert case.settings == other.settings
    assert list(case.tables) == list(other.tables) == list(TABLES)
    for name, table in case.tables.items():
        assert_frame_equal(table, other.tables[name], check_exact=True)


def rewrite(folder, change):
    """Rewrite every table of a case, given the lines of each."""
    for path in sorted(folder.glob("*.csv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_bytes(change(lines))


def quoted(lines):
    return "\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in lines).encode()


def from_excel(lines):
    """As Excel saves it: a byte order mark, CRLF, blank trailing columns and rows."""
    rows = [f"{line},,," for line in lines] + [","] * 3
    return ("\ufeff" + "\r\n".join(rows) + "\r\n").encode()


@pytest.mark.parametrize(
    "change",
    [
        quoted,
        from_excel,
        lambda lines: "\r".join(lines).encode(),
        lambda lines: ("\n\n".join(lines) + "\n\n\n").encode(),
        lambda lines: "\n".join(line.replace(",", " ,\u00a0") for line in lines).encode(),
        lambda lines: "\n".join([lines[0], *reversed(lines[1:])]).encode(),
        lambda lines: "\n".join(
            [lines[0], *random.Random(5).sample(lines[1:], len(lines) - 1)]
        ).encode(),
        lambda lines: "\n".join(",".join(reversed(line.split(","))) for line in lines).encode(),
    ],
    ids=["quoted", "Excel", "CR", "blank rows", "spaces", "reversed", "shuffled", "columns"],
)
def test_however_a_case_is_saved_it_is_the_same_case(small, change):
    rewrite(small, change)
    assert_same(Case.read(small), Case.read(FILES / "small_case"))


def test_however_a_figure_is_written_it_is_the_same_figure(small):
    changes = {
        "offers.csv": [
            ("15.20,0.025,30000", '£15.20,2.5%,"30,000"'),
            ("19,0.02,45000", '" £19.00 ",2%,45000.0'),
            ("home_care,south,spot,2014-15", "home_care,south,Spot,2014/15"),
        ],
        "income.csv": [("1448000", '"£1,448,000"'), ("2014-15,1420000", "FY2014-15,1420000.00")],
        "rules.csv": [("0.7", "70%"), ("500000", '"£500,000"')],
        "proposals.csv": [("10000,yes", '"10,000.00",YES')],
        "services.csv": [("hour,yes", "hour,Yes")],
    }
    for file, pairs in changes.items():
        text = (small / file).read_text(encoding="utf-8")
        for there, instead in pairs:
            assert text.count(there) == 1
            text = text.replace(there, instead)
        (small / file).write_text(text, encoding="utf-8")
    assert_same(Case.read(small), Case.read(FILES / "small_case"))


def test_a_table_has_every_column_of_the_schema_in_its_own_type():
    case = Case.read(FILES / "small_case")
    for name, table in TABLES.items():
        frame = case.tables[name]
        assert tuple(frame.columns) == table.names
        for column in table.columns:
            dtype = frame[column.name].dtype
            if column.numeric:
                assert dtype == "float64"
            else:
                assert dtype == ("bool" if column.kind is Kind.YES_NO else "str")


def test_blanks_are_empty_text_and_numbers_not_known():
    offers = Case.read(FILES / "small_case").offers.set_index("offer")
    assert offers.at["sb_mutual", "locality"] == ""
    assert pd.isna(offers.at["sb_mutual", "capacity"])
    assert offers.at["hc_council", "committed"] == 30000.0
    assert set(offers["note"]) == {""}
    assert set(offers["source"]) == {"illustrative"}


def test_rows_are_sorted_by_key():
    demand = Case.read(FILES / "small_case").demand
    keys = list(zip(demand["service"], demand["locality"], demand["period"], strict=True))
    assert keys == sorted(keys)
    assert list(demand.index) == list(range(21))


def test_the_years_follow_from_the_settings():
    case = Case.read(FILES / "small_case")
    assert case.years == ("2015-16", "2016-17", "2017-18")
    assert case.name == "Smallshire (illustrative)"
    assert (case.settings.opening, case.settings.seed) == (400000.0, 2015)


@pytest.mark.parametrize("table", [t.name for t in TABLES.values() if t.optional])
def test_a_table_left_out_has_no_rows_but_all_its_columns_and_types(small, table):
    (small / f"{table}.csv").unlink(missing_ok=True)
    if table == "drivers":
        path = small / "services.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("over_65", ""), encoding="utf-8")
    if table == "costs":
        (small / "proposals.csv").unlink()
    whole = Case.read(FILES / "small_case").tables[table]
    assert_frame_equal(Case.read(small).tables[table], whole.iloc[:0].reset_index(drop=True))


def test_the_fields_of_a_case_are_the_tables_of_the_schema():
    names = [field.name for field in dataclasses.fields(Case)]
    assert names == ["source", "settings", "years", "digests", "files", "edits", *TABLES]


def test_a_case_at_fault_is_not_a_case():
    with pytest.raises(InputError, match="30 faults found") as error:
        Case.read(FILES / "thirty_faults")
    assert len(error.value.faults) == 30
    assert len(str(error.value).splitlines()) == 31


def test_nothing_is_written_where_a_case_is_read(small):
    before = {path: path.read_bytes() for path in small.rglob("*")}
    Case.read(small)
    assert {path: path.read_bytes() for path in small.rglob("*")} == before
