"""Tables as CSV: every figure comes back as it was, and no text runs as a formula."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.papers.columns import TABLES, Kind
from planning.papers.csv_files import csv_bytes, read_table


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


def test_every_column_of_every_table_is_documented_and_pounds_say_so():
    for table in TABLES.values():
        assert table.title
        assert table.doc.endswith(".")
        for column in table.columns:
            assert column.doc.endswith(".")
            if column.kind in (Kind.MONEY, Kind.RATE):
                assert "£" in column.doc
