"""Any file of series: what is read, and what is said of what cannot be."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.tables.faults import InputError
from planning.tables.long_files import read_long

TEXTS = ("a", "00123", "NA", " b ", "", " ", "=1", "\u200b", "x\ty", "2015-16", "ä")
FIGURES = ("1", "2.50", "-0.1", "+3", ".5", "7.", " 8 ", "", "nan", "inf", "1_0", "£4", "5%", "six")
HEADINGS = ("series,period,value", "value,series,period", "series,period,value,other", "series,y")


def csv(folder, content, name="visits.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def parquet(folder, table, name="visits.parquet"):
    path = folder / name
    table.to_parquet(path)
    return path


def outcome(path):
    """Return the table that a file is read as, or its faults."""
    try:
        return read_long(path).to_dict("list")
    except InputError as error:
        return error.faults


@settings(max_examples=400, derandomize=True, deadline=None)
@given(
    st.sampled_from((*HEADINGS[:1] * 5, *HEADINGS)),
    st.lists(
        st.tuples(st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.sampled_from(FIGURES))
        | st.lists(st.sampled_from(TEXTS), max_size=4),
        max_size=3,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_plain_file_is_read_as_it_would_be_cell_by_cell(tmp_path_factory, heading, rows, end):
    """A file with a quotation mark anywhere is read cell by cell, and one in its heading is that.

    Whether a file is plain or not, what is read and what is at fault are the same.
    """
    folder = tmp_path_factory.mktemp("csv")
    first, _, others = heading.partition(",")
    lines = [",".join(row) for row in rows]
    plain = outcome(csv(folder, end.join([heading, *lines]) + end))
    quoted = outcome(csv(folder, end.join([f'"{first}",{others}', *lines]) + end))
    assert str(plain) == str(quoted)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ('series,period,value\n"a"b,1,5\n', "a quotation mark out of place"),
        ("series,period,value,notes\na,1,5,x\n", "not a column of this table"),
        ("series,period,value\na,1,5,x\n", "a row of 4 cells under 3 headings"),
        ("series,period,value\na,1,nan\n", "not a number"),
        ("series,period,value\na,1\n", "a row of 2 cells under 3 headings"),
    ],
)
def test_nothing_is_dropped_or_guessed_for_the_sake_of_speed(tmp_path, content, wrong):
    with pytest.raises(InputError, match=wrong):
        read_long(csv(tmp_path, content))


def test_text_is_text_and_a_blank_value_is_missing(tmp_path):
    found = read_long(csv(tmp_path, "period,value,series\n1,5,00123\n2,,00123\n1,0,NA\n"))
    assert found["series"].to_list() == ["00123", "00123", "NA"]
    assert found["period"].to_list() == ["1", "2", "1"]
    np.testing.assert_array_equal(found["value"], [5.0, np.nan, 0.0])


def test_the_fields_names_are_kept_and_spreadsheets_figures_are_read(tmp_path):
    lines = ["\ufeff,,", '"unique_id"," ds ",y', "", '"a, b",2015-04-01,"£1,234"']
    found = read_long(csv(tmp_path, "\r\n".join(lines)))
    assert found.to_dict("list") == {"unique_id": ["a, b"], "ds": ["2015-04-01"], "y": [1234.0]}


def test_every_fault_of_a_csv_file_is_named_at_once(tmp_path):
    path = csv(tmp_path, "unique_id,ds,y\na,1,12\na,2,many\n,3,14\na,4,n/a\n")
    with pytest.raises(InputError) as refusal:
        read_long(path)
    assert [str(fault) for fault in refusal.value.faults] == [
        'visits.csv, line 3, y "many": not a number. Write it as 12.5 or 1,234.',
        "visits.csv, line 4, unique_id: blank. Fill it in.",
        'visits.csv, line 5, y "n/a": a placeholder, not a number. Leave the cell blank.',
    ]


def test_a_column_misspelt_is_named_under_the_names_of_its_own_frame(tmp_path):
    with pytest.raises(InputError) as refusal:
        read_long(csv(tmp_path, "uniqueid,ds,y\na,1,12\n"))
    wrongs = {(f.column, f.wrong, f.remedy) for f in refusal.value.faults}
    assert ("uniqueid", "not a column of this table", "Rename it to unique_id.") in wrongs


def test_a_parquet_file_keeps_its_numbers_and_dates(tmp_path):
    table = pd.DataFrame(
        {
            "unique_id": pd.Series(["00123", "NA"], dtype="category"),
            "ds": pd.to_datetime(["2015-04-01", "2015-05-01"]).date,
            "y": pd.array([1, None], dtype="Int64"),
        }
    )
    found = read_long(parquet(tmp_path, table))
    assert found["unique_id"].to_list() == ["00123", "NA"]
    assert found["ds"].to_list() == [pd.Timestamp("2015-04-01"), pd.Timestamp("2015-05-01")]
    np.testing.assert_array_equal(found["y"], [1.0, np.nan])


def test_a_parquet_file_of_text_is_read_as_a_csv_file_would_be(tmp_path):
    text = pd.DataFrame(
        {"series": ["a"] * 3, "period": ["1", "2", "3"], "value": ["1,234", "", "5%"]}
    )
    found = read_long(parquet(tmp_path, text))
    np.testing.assert_array_equal(found["value"], [1234.0, np.nan, 0.05])


def test_keys_in_the_index_of_a_parquet_file_are_read(tmp_path):
    table = pd.DataFrame({"unique_id": [7, 7], "ds": [1, 2], "y": [1.0, 2.0]})
    found = read_long(parquet(tmp_path, table.set_index("unique_id")))
    pd.testing.assert_frame_equal(found, table)


def test_every_fault_of_a_parquet_file_is_named_at_once_by_its_row(tmp_path):
    table = pd.DataFrame(
        {
            "series": ["a", None, "c", "d"],
            "priod": [1, 2, 3, 4],
            "value": pd.Series([1.5, "many", np.inf, None], dtype="str"),
        }
    )
    with pytest.raises(InputError) as refusal:
        read_long(parquet(tmp_path, table))
    found = {(f.line, f.column, f.value, f.wrong, f.remedy) for f in refusal.value.faults}
    assert found == {
        (None, "priod", "", "not a column of this table", "Rename it to period."),
        (2, "series", "", "blank", "Fill it in."),
        (2, "value", "many", "not a number", "Write it as 12.5 or 1,234."),
        (3, "value", "inf", "not a finite number", "Leave the cell blank."),
    }
    assert {fault.table for fault in refusal.value.faults} == {"visits.parquet"}


@pytest.mark.parametrize("values", [[True, False], [np.inf, 1.0]], ids=["yes and no", "no end"])
def test_what_is_no_number_in_a_column_of_another_kind_is_a_fault(tmp_path, values):
    table = pd.DataFrame({"series": "a", "period": [1, 2], "value": values})
    with pytest.raises(InputError) as refusal:
        read_long(parquet(tmp_path, table))
    assert refusal.value.faults[0].line == 1


@pytest.mark.parametrize(
    ("name", "content", "wrong"),
    [
        ("x.parquet", b"PAR1 and no more", "not a Parquet file that can be read"),
        ("x.csv", b"PK\x03\x04", "an Excel workbook under the name of a text file"),
        ("x.csv", b"", "the file is empty"),
        ("x.csv", b"series,period,value\n", "no rows below the headings"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, name, content, wrong):
    with pytest.raises(InputError, match=wrong):
        read_long(csv(tmp_path, content, name))


def test_a_parquet_file_without_rows_is_refused_as_a_csv_file_is(tmp_path):
    empty = pd.DataFrame({"series": [], "period": [], "value": []})
    with pytest.raises(InputError, match="no rows below the headings"):
        read_long(parquet(tmp_path, empty))


def test_a_parquet_file_of_nothing_but_missing_values_is_read(tmp_path):
    table = pd.DataFrame({"series": ["a"], "period": ["1"], "value": [None]})
    assert read_long(parquet(tmp_path, table))["value"].isna().all()


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="there is no such case or file"):
        read_long(tmp_path / "nowhere.csv")


def test_a_large_plain_file_is_read_in_a_moment(tmp_path):
    """200,000 rows take 0.1 s; cell by cell they would take over two."""
    rows = "\n".join(f"s{n // 60},{n % 60 + 1},{n}.25" for n in range(200_000))
    path = csv(tmp_path, f"series,period,value\n{rows}\n")
    began = time.perf_counter()
    assert len(read_long(path)) == 200_000
    assert time.perf_counter() - began < 1.0


def test_a_figure_may_be_larger_than_a_councils_in_any_file(tmp_path):
    for name in ("a", '"a, b"'):
        found = read_long(csv(tmp_path, f"series,period,value\n{name},1,2.5e14\n"))
        assert found["value"].to_list() == [2.5e14]
