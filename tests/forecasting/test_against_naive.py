"""Was the forecast better than the last value? Worked by hand."""

import numpy as np
import pandas as pd
import pytest

from forecasting.against_naive import compare_with_naive, sum_up


def backtest(**scores):
    """Return the backtest of series given as (combination, naive, seasonal naive)."""
    rows = [
        (name, model, 2, mase, 0.8)
        for name, three in scores.items()
        for model, mase in zip(("combination", "naive", "seasonal naive"), three, strict=True)
    ]
    return pd.DataFrame(rows, columns=["series", "model", "origins", "mase", "coverage80"])


@pytest.mark.parametrize(
    ("mase", "naive", "verdict"),
    [
        (0.94, 1.0, "better"),
        (0.96, 1.0, "much the same"),
        (1.04, 1.0, "much the same"),
        (1.06, 1.0, "worse"),
        (0.0, 0.0, "much the same"),
        (0.1, 0.0, "worse"),
        (np.nan, np.nan, "cannot be told"),
    ],
)
def test_a_verdict_needs_a_twentieth_either_way(mase, naive, verdict):
    table = compare_with_naive(backtest(visits=(mase, naive, np.nan)))
    assert table["verdict"].to_list() == [verdict]


def test_the_ratio_is_to_the_better_of_last_value_and_last_season():
    """0.6 / 0.8 = 0.75, whatever the naive forecast that ignores the season did."""
    row = compare_with_naive(backtest(visits=(0.6, 1.2, 0.8))).iloc[0]
    assert (row["naive_mase"], row["ratio"]) == (0.8, pytest.approx(0.75))


def test_the_panel_is_summed_up_by_its_mean_errors():
    """(0.5 + 1.0 + 3.0) / 3 = 1.50 beside (1.0 + 1.0 + 2.0) / 3 = 1.33."""
    none = np.nan
    table = compare_with_naive(
        backtest(a=(0.5, 1.0, none), b=(1.0, 1.0, none), c=(3.0, 2.0, none), d=(none, none, none))
    )
    assert table["series"].to_list() == ["a", "b", "c", "d"]
    assert sum_up(table) == (
        "Better than naive on 1, much the same on 1, worse on 1; mean error 1.50 times the usual "
        "step, naive 1.33. 1 of 4 series cannot be compared."
    )


def test_where_nothing_was_tried_nothing_is_claimed():
    table = compare_with_naive(backtest(a=(np.nan, np.nan, np.nan)))
    assert sum_up(table) == "1 of 1 series cannot be compared."
