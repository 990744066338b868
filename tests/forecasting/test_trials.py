"""Forecasts of the past as a table, beside the backtest and the history that they are made from."""

import numpy as np
import pandas as pd
import pytest

from forecasting import forecast
from forecasting.accuracy import mase_scale
from tests.forecasting.panels import known, local_level, long, random_walk_with_drift

RNG = np.random.default_rng(31)
PANEL = {
    "a": random_walk_with_drift(RNG, 12),
    "b": local_level(RNG, 10),
    "c": random_walk_with_drift(RNG, 6),
    "short": np.array([5.0, 7.0, 6.0]),
}
BOUNDS = ["median", "lo80", "hi80"]


@pytest.fixture(scope="module")
def made():
    return forecast(long(PANEL), horizon=4)


def actual_of(history, trials):
    """Return the history's values in the rows of the trials."""
    values = history.set_index(["series", "period"])["value"]
    return [values[key] for key in zip(trials["series"], trials["period"], strict=True)]


def test_what_came_is_the_history_itself(made):
    assert made.trials["actual"].to_list() == pytest.approx(actual_of(long(PANEL), made.trials))
    assert (made.trials["lo80"] < made.trials["median"]).all()
    assert (made.trials["median"] < made.trials["hi80"]).all()


def test_a_trial_begins_after_its_origin_and_runs_to_the_horizon_or_the_end(made):
    """Six years to 2014-15, a horizon of 4: tried from the 4th and the 5th, to the 6th."""
    rows = made.trials[made.trials["series"] == "c"]
    assert list(zip(rows["origin"], rows["period"], strict=True)) == [
        ("2012-13", "2013-14"),
        ("2012-13", "2014-15"),
        ("2013-14", "2014-15"),
    ]


def test_a_series_too_short_to_be_tried_has_no_rows(made):
    assert set(made.trials["series"]) == {"a", "b", "c"}


def test_the_table_adds_up_to_the_backtest(made):
    """Coverage and MASE are worked again from the rows: two ways to one figure."""
    for name in ("a", "b", "c"):
        rows = made.trials[made.trials["series"] == name]
        scores = made.backtest.set_index(["series", "model"]).loc[(name, "combination")]
        inside = rows["actual"].between(rows["lo80"], rows["hi80"])
        assert inside.mean() == pytest.approx(scores["coverage80"])
        assert rows["origin"].nunique() == scores["origins"]
        periods = long(PANEL)[lambda table, name=name: table["series"] == name]["period"].to_list()
        units = [
            mase_scale(PANEL[name][: periods.index(origin) + 1], season=1)
            for origin in rows["origin"]
        ]
        error = np.abs(rows["median"] - rows["actual"]) / units
        assert error.mean() == pytest.approx(scores["mase"])


def test_a_driven_series_is_in_its_own_units_at_every_period():
    """Forecast per head, and each period times its own heads; the first year has no value."""
    history = long(PANEL | {"a": np.r_[np.nan, PANEL["a"]]})
    drivers = pd.DataFrame(
        [
            (name, f"{year}-{(year + 1) % 100:02d}", 50.0 + 3.0 * (year - 2000))
            for name in PANEL
            for year in range(2000, 2020)
        ],
        columns=["series", "period", "value"],
    )
    heads = drivers.set_index(["series", "period"])["value"]
    index = pd.MultiIndex.from_frame(history[["series", "period"]])
    per_head = history.assign(value=history["value"].to_numpy() / heads[index].to_numpy())
    driven = forecast(history, horizon=4, drivers=drivers).trials
    plain = forecast(per_head, horizon=4).trials
    assert driven[["series", "origin", "period"]].equals(plain[["series", "origin", "period"]])
    times = heads[pd.MultiIndex.from_frame(plain[["series", "period"]])].to_numpy()
    for column in [*BOUNDS, "actual"]:
        np.testing.assert_allclose(driven[column], plain[column] * times)
    assert driven["actual"].to_list() == pytest.approx(actual_of(history, driven))


def test_confirmed_values_are_what_came_too():
    given = known(("a", "2015-16", 130.0, "confirmed"))
    trials = forecast(long({"a": PANEL["a"]}), horizon=4, known=given).trials
    last = trials[trials["period"] == "2015-16"]
    assert len(last)
    assert last["actual"].to_list() == pytest.approx([130.0] * len(last))


def test_what_is_missing_did_not_come():
    values = PANEL["a"].copy()
    values[-2] = np.nan
    trials = forecast(long({"a": values}), horizon=4).trials
    assert trials.loc[trials["period"] == "2013-14", "actual"].isna().all()
    assert trials[BOUNDS].notna().all(axis=None)


def test_an_empty_panel_has_an_empty_table_with_its_columns():
    trials = forecast(long({"short": PANEL["short"]}), horizon=2).trials
    assert trials.columns.to_list() == ["series", "origin", "period", *BOUNDS, "actual"]
    assert trials.empty
