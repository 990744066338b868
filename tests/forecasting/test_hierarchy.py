"""Tables of totals and parts, and the summing matrices that they make."""

import numpy as np
import pandas as pd
import pytest

from forecasting.hierarchy import Hierarchy, build_hierarchy


def table(*pairs):
    return pd.DataFrame(pairs, columns=["total", "part"])


def test_a_total_of_totals_counts_every_bottom_series():
    """Whole = north + south; south = town + village."""
    built = build_hierarchy(
        table(("whole", "north"), ("whole ", "south"), ("south", " town"), ("south", "village"))
    )
    assert built.series == ("whole", "south", "north", "town", "village")
    assert built.bottom == ("north", "town", "village")
    assert built.summing.tolist() == [[1, 1, 1], [0, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert built.bottom_rows.tolist() == [2, 3, 4]
    assert built.is_bottom.tolist() == [False, False, True, True, True]


def test_in_a_crossed_grouping_each_part_counts_once_in_the_total_of_both():
    """Homes and visits of north and south: four parts by two places and by two kinds."""
    pairs = [("all", group) for group in ("north", "south", "homes", "visits")]
    for place in ("north", "south"):
        for kind in ("homes", "visits"):
            pairs += [(place, f"{place} {kind}"), (kind, f"{place} {kind}")]
    built = build_hierarchy(table(*pairs))
    assert built.series[:5] == ("all", "homes", "north", "south", "visits")
    assert built.bottom == ("north homes", "north visits", "south homes", "south visits")
    assert built.summing[:5].tolist() == [
        [1, 1, 1, 1],
        [1, 0, 1, 0],
        [1, 1, 0, 0],
        [0, 0, 1, 1],
        [0, 1, 0, 1],
    ]


def test_the_order_of_rows_changes_nothing():
    pairs = [("all", "x"), ("all", "y"), ("x", "1"), ("x", "2"), ("y", "3"), ("y", "2")]
    one, other = build_hierarchy(table(*pairs)), build_hierarchy(table(*reversed(pairs)))
    assert (one.series, one.bottom) == (other.series, other.bottom)
    assert np.array_equal(one.summing, other.summing)


def test_every_fault_is_told_at_once_with_its_remedy():
    rows = table(
        ("council", "north"),
        ("council", "north"),
        ("council", None),
        (" ", "south"),
        ("north", "north"),
        ("a", "b"),
        ("b", "c"),
        ("c", "a"),
        ("council", "sotuh"),
    )
    with pytest.raises(ValueError, match="cannot be built") as fault:
        build_hierarchy(rows, forecast=["council", "north", "south"])
    assert str(fault.value).splitlines()[1:] == [
        "row 2 repeats north as a part of council: drop the row",
        "row 3 has no part: name it or drop the row",
        "row 4 has no total: name it or drop the row",
        "row 5 makes north its own total: drop the row",
        "a, b, c are parts of each other: take out a row between them",
        "sotuh has neither a forecast nor parts: is it south?",
    ]


def test_a_total_needs_no_forecast_but_a_bottom_series_does():
    rows = table(("council", "north"), ("council", "xyz"))
    build_hierarchy(rows, forecast=["north", "xyz"])
    with pytest.raises(ValueError, match="xyz has neither a forecast nor parts: add its history"):
        build_hierarchy(rows, forecast=["council", "north"])


def test_a_table_without_rows_or_a_column_is_refused():
    with pytest.raises(ValueError, match="is empty"):
        build_hierarchy(table())
    with pytest.raises(ValueError, match="no column part"):
        build_hierarchy(pd.DataFrame({"total": ["a"]}))


@pytest.mark.parametrize(
    ("series", "bottom", "summing", "fault"),
    [
        ("tab", "ab", [[1, 1], [1, 0]], "shape"),
        ("taa", "aa", [[1, 1], [1, 0], [0, 1]], "names a more than once"),
        ("tab", "ac", [[1, 1], [1, 0], [0, 1]], "bottom series c have no row"),
        ("tab", "ab", [[2, 1], [1, 0], [0, 1]], "0 and 1 alone"),
        ("tab", "ab", [[0, 0], [1, 0], [0, 1]], "t would be the sum of nothing"),
        ("tab", "ab", [[1, 1], [1, 1], [0, 1]], "itself alone"),
    ],
)
def test_a_matrix_that_is_no_summing_matrix_is_refused(series, bottom, summing, fault):
    with pytest.raises(ValueError, match=fault):
        Hierarchy(tuple(series), tuple(bottom), np.array(summing, dtype=float))
