"""Tables as CSV: every figure comes back as it was, and no text runs as a formula."""

import csv

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.papers.columns import Kind
from planning.papers.contract import KINDS, TABLES
from planning.papers.csv_files import RUN_AS_FORMULA, csv_bytes, read_table


def goals(values):
    return pd.DataFrame(
        {"goal": [f"g{i}" for i in range(len(values))], "unit": "£", "value": values}
    ).astype({"value": float})


@settings(max_examples=60, derandomize=True)
@given(st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=1, max_size=5))
def test_a_figure_read_back_is_the_same_to_the_last_digit(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("csv") / "goals.csv"
    path.write_bytes(csv_bytes(goals(values)))
    back = read_table(path, "goals")["value"].to_numpy()
    np.testing.assert_array_equal(back, np.array(values) + 0.0)


def test_a_table_is_written_with_one_header_row_blanks_and_no_negative_nil():
    table = pd.DataFrame({"goal": ["a", "b"], "unit": ["£", ""], "value": [-0.0, float("nan")]})
    assert csv_bytes(table) == "goal,unit,value\na,£,0.0\nb,,\n".encode()


def test_text_that_a_spreadsheet_would_run_is_escaped_and_a_negative_number_is_not(tmp_path):
    table = pd.DataFrame({"goal": ["=1+1", "@x", "plain"], "unit": "£", "value": [-1.5, 2.0, 3.0]})
    written = csv_bytes(table)
    assert written.splitlines()[1:3] == ["'=1+1,£,-1.5".encode(), "'@x,£,2.0".encode()]
    (tmp_path / "goals.csv").write_bytes(written)
    assert list(read_table(tmp_path / "goals.csv", "goals")["goal"]) == ["=1+1", "@x", "plain"]


@settings(max_examples=300, derandomize=True)
@given(st.lists(st.text(alphabet="'=+-@\t\r\n\", ab", max_size=6), min_size=1, max_size=4))
def test_any_text_read_back_is_the_same_and_none_starts_as_a_formula(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("csv") / "goals.csv"
    path.write_bytes(csv_bytes(goals([1.0] * len(texts)).assign(goal=texts)))
    assert list(read_table(path, "goals")["goal"]) == texts
    with path.open(encoding="utf-8", newline="") as lines:
        assert not any(row[0].startswith(RUN_AS_FORMULA) for row in csv.reader(lines))


def test_text_with_an_apostrophe_of_its_own_keeps_it(tmp_path):
    """A leading apostrophe is the escape only before a formula; there it is doubled."""
    texts = ["'tis", "'=x", "=x"]
    written = csv_bytes(goals([1.0] * 3).assign(goal=texts))
    assert [line.split(b",")[0] for line in written.splitlines()[1:]] == [b"'tis", b"''=x", b"'=x"]
    (tmp_path / "goals.csv").write_bytes(written)
    assert list(read_table(tmp_path / "goals.csv", "goals")["goal"]) == texts


def test_a_name_that_means_two_things_has_no_kind_of_its_own():
    """``used`` is units in allocation.csv and pounds in income.csv."""
    assert "used" not in KINDS
    assert (KINDS["paid"], KINDS["amount"]) == (Kind.NUMBER, Kind.MONEY)


def test_every_column_of_every_table_is_documented_and_pounds_say_so():
    for table in TABLES.values():
        assert table.title
        assert table.doc.endswith(".")
        for column in table.columns:
            assert column.doc.endswith(".")
            if column.kind in (Kind.MONEY, Kind.RATE):
                assert "£" in column.doc
