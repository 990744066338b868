"""The room's one verb, from long table to forecast."""

import doctest

import numpy as np
import pandas as pd
import pytest

from forecasting import Forecast, forecast, forecasts
from forecasting.candidates import CANDIDATES
from tests.forecasting.panels import known, long, random_walk_with_drift

NUMBERS = ["mean", "median", "lo80", "hi80", "lo95", "hi95"]
WALKS = {
    f"s{i}": random_walk_with_drift(np.random.default_rng(i), n)
    for i, n in enumerate([3, 4, 5, 6, 7, 8, 10, 12])
}


@pytest.fixture(scope="module")
def made() -> Forecast:
    return forecast(long(WALKS), horizon=3)


def only(table, series):
    return table[table["series"] == series].reset_index(drop=True)


def test_every_series_has_a_row_for_every_period_ahead(made):
    table = made.table
    assert list(table.columns) == ["series", "period", *NUMBERS, "status", "models"]
    assert [*zip(table["series"], table["period"], strict=True)] == [
        (name, period) for name in WALKS for period in ("2015-16", "2016-17", "2017-18")
    ]
    assert set(table["status"]) == {"forecast"}
    assert np.isfinite(table[NUMBERS].to_numpy()).all()


def test_intervals_hold_one_another_and_widen_with_the_horizon(made):
    ordered = made.table[["lo95", "lo80", "median", "hi80", "hi95"]].to_numpy()
    assert (np.diff(ordered, axis=1) > 0).all()
    width = (made.table["hi80"] - made.table["lo80"]).to_numpy().reshape(-1, 3)
    assert (np.diff(width, axis=1) > 0).all()


def test_the_columns_are_the_quantiles_they_say(made):
    for column, q in {
        "median": 0.5,
        "lo80": 0.1,
        "hi80": 0.9,
        "lo95": 0.025,
        "hi95": 0.975,
    }.items():
        found = made.quantile(q)
        assert list(found.columns) == ["series", "period", "value"]
        np.testing.assert_array_equal(found["value"], made.table[column])
    with pytest.raises(ValueError, match="between 0 and 1"):
        made.quantile(1.0)


def test_every_candidate_of_every_series_has_a_weight_or_a_reason(made):
    weights = made.weights
    assert len(weights) == len(WALKS) * len(CANDIDATES)
    assert ((weights["weight"] > 0) != (weights["reason"] != "")).all()
    np.testing.assert_allclose(weights.groupby("series")["weight"].sum(), 1.0)


def test_the_models_named_are_those_weighted(made):
    row = only(made.table, "s7").iloc[0]
    weights = only(made.weights, "s7").set_index("model")["weight"]
    named = dict(part.rsplit(" ", 1) for part in row["models"].split(" + "))
    assert {name: float(share) for name, share in named.items()} == pytest.approx(
        weights[weights > 0].to_dict(), abs=0.005
    )


def test_the_backtest_has_every_candidate_and_the_combination(made):
    table = only(made.backtest, "s7")
    assert table["model"].to_list() == ["combination", *(c.name for c in CANDIDATES)]
    assert table.set_index("model").loc["combination", "origins"] == 4
    short = only(made.backtest, "s1")
    assert (short["origins"] == 0).all()
    assert short[["mase", "rmsse", "coverage80", "coverage95"]].isna().all(axis=None)


def test_the_backtest_of_naive_by_hand():
    """From [1, 3, 2, 6] carried to 7, and [1, 3, 2, 6, 7] to 5: errors of 1 and 2.

    Horizon 1, so four origins at most but only two after four periods: scaled by 7/3 and 8/4,
    (3/7 + 1)/2 = 5/7.
    """
    made = forecast(long({"a": [1.0, 3.0, 2.0, 6.0, 7.0, 5.0]}), horizon=1)
    naive = only(made.backtest, "a").set_index("model").loc["naive"]
    assert naive["origins"] == 2
    assert naive["mase"] == pytest.approx(5 / 7)


def test_the_order_of_rows_changes_nothing(made):
    again = forecast(long(WALKS).sample(frac=1.0, random_state=1), horizon=3)
    pd.testing.assert_frame_equal(again.table, made.table, check_exact=True)
    pd.testing.assert_frame_equal(again.backtest, made.backtest, check_exact=True)
    pd.testing.assert_frame_equal(again.weights, made.weights, check_exact=True)


def test_what_is_given_is_not_written_on():
    history, ahead = long(WALKS), known(("s7", "2015-16", 110.0, "confirmed"))
    before = history.copy(), ahead.copy()
    forecast(history, horizon=2, known=ahead, drivers=long({"s7": np.ones(14)}, last="2016-17"))
    pd.testing.assert_frame_equal(history, before[0])
    pd.testing.assert_frame_equal(ahead, before[1])


def test_what_is_confirmed_has_no_spread_and_counts_as_history(made):
    """Confirmed at 2015-16 and fitted to: the years after are those of the longer history."""
    ahead = known(("s7", "2015-16", 115.0, "confirmed"))
    both = only(forecast(long(WALKS), horizon=3, known=ahead).table, "s7")
    assert both["status"].to_list() == ["confirmed", "forecast", "forecast"]
    assert (both.loc[0, NUMBERS] == 115.0).all()
    longer = long({k: v for k, v in WALKS.items() if k != "s7"})
    extended = pd.concat([longer, long({"s7": [*WALKS["s7"], 115.0]}, last="2015-16")])
    steps = dict.fromkeys(WALKS, 3) | {"s7": 2}
    other = only(forecast(extended, horizon=steps).table, "s7")
    np.testing.assert_allclose(both.loc[1:, NUMBERS], other[NUMBERS])


def test_what_is_indicative_is_the_median_with_the_spread_of_the_forecast(made):
    """The announced 150 lies far off; the spread is that of a root, and grows with its level.

    The width of a square is in proportion to its root: sqrt(150/median) times as wide.
    """
    ahead = known(("s7", "2016-17", 150.0, "indicative"))
    table = only(forecast(long(WALKS), horizon=3, known=ahead).table, "s7")
    plain = only(made.table, "s7")
    assert table["status"].to_list() == ["forecast", "indicative", "forecast"]
    assert table.loc[1, "median"] == pytest.approx(150.0)
    assert table.loc[1, "mean"] == pytest.approx(150.0, rel=0.01)
    width = [float(t.loc[1, "hi80"] - t.loc[1, "lo80"]) for t in (table, plain)]
    wider = np.sqrt(150.0 / plain.loc[1, "median"])
    assert width[0] == pytest.approx(wider * width[1], rel=0.1)
    np.testing.assert_allclose(table.loc[[0, 2], NUMBERS], plain.loc[[0, 2], NUMBERS])


def test_a_series_announced_throughout_needs_no_history():
    ahead = known(("new", "2015-16", 5.0, "confirmed"), ("new", "2016-17", 6.0, "confirmed"))
    made = forecast(long({}), horizon=2, known=ahead)
    assert made.table["median"].to_list() == [5.0, 6.0]
    assert made.table["lo95"].to_list() == [5.0, 6.0]
    assert set(made.table["status"]) == {"confirmed"}
    assert made.weights["reason"].str.contains("every period is confirmed").all()


def test_an_announcement_too_new_for_a_spread_borrows_the_panels():
    """One confirmed value and one assumed: like series lend their relative spread."""
    ahead = known(("new", "2015-16", 50.0, "confirmed"), ("new", "2016-17", 50.0, "assumed"))
    steps = {**dict.fromkeys(WALKS, 2), "new": 2}
    table = only(forecast(long(WALKS), horizon=steps, known=ahead).table, "new")
    assert table["status"].to_list() == ["confirmed", "assumed"]
    assert table.loc[1, "median"] == pytest.approx(50.0)
    half = float(table.loc[1, "hi80"] - 50.0) / 50.0
    assert 0.005 < half < 0.08


def test_without_a_panel_an_announcement_too_new_for_a_spread_fails_and_says_so():
    ahead = known(("new", "2015-16", 50.0, "confirmed"), ("new", "2016-17", 50.0, "assumed"))
    made = forecast(long({}), horizon=2, known=ahead)
    assert made.table["status"].to_list() == ["confirmed", "failed"]
    assert made.table.loc[0, "median"] == 50.0
    assert made.table.loc[1, NUMBERS].isna().all()
    assert made.weights["reason"].str.contains("too short to measure its spread").all()


def test_a_series_follows_its_driver():
    """Demand of 2 a head, and a population that doubles: the forecast doubles."""
    noise = 1 + 0.01 * np.random.default_rng(2).normal(size=10)
    heads = np.full(10, 500.0)
    driver = long({"a": [*heads, 1000.0, 1000.0]}, last="2016-17")
    made = forecast(long({"a": 2 * heads * noise}), horizon=2, drivers=driver)
    np.testing.assert_allclose(made.table["median"], 2000.0, rtol=0.03)
    plain = forecast(long({"a": 2 * heads * noise}), horizon=2)
    np.testing.assert_allclose(made.table["hi80"], 2 * plain.table["hi80"])


def test_a_driven_series_goes_on_from_what_is_confirmed_with_the_driver_of_each_year():
    """2 a head; 1,000 confirmed for the 500 of the first year, and 700 and 900 heads after it."""
    noise = 1 + 0.01 * np.random.default_rng(2).normal(size=10)
    driver = long({"a": [*np.full(11, 500.0), 700.0, 900.0]}, last="2017-18")
    ahead = known(("a", "2015-16", 1000.0, "confirmed"))
    made = forecast(long({"a": 1000 * noise}), horizon=3, drivers=driver, known=ahead)
    np.testing.assert_allclose(made.table["median"], [1000.0, 1400.0, 1800.0], rtol=0.02)


def test_a_driver_that_is_left_out_is_said_to_be():
    made = forecast(
        long({"a": WALKS["s7"]}), horizon=2, drivers=long({"a": np.ones(12)}, last="2014-15")
    )
    (reason,) = made.weights.loc[made.weights["model"] == "driver", "reason"]
    assert reason == "forecast without it: its driver has no positive value for 2015-16"


def test_integers_go_on_as_integers():
    table = pd.DataFrame({"series": "a", "period": range(5, 11), "value": WALKS["s3"]})
    assert forecast(table, horizon=2).table["period"].to_list() == [11, 12]


def test_a_straight_line_goes_on_near_its_line():
    """Below nought it is a line to the models too; drift, which continues it, has no width."""
    made = forecast(long({"a": -30.0 + np.arange(12)}), horizon=2)
    np.testing.assert_allclose(made.table["median"], [-18.0, -17.0], atol=0.25)
    assert np.isfinite(made.table[NUMBERS].to_numpy()).all()


def test_a_falling_line_has_every_number():
    made = forecast(long({"a": -np.arange(1.0, 9.0)}), horizon=3)
    assert np.isfinite(made.table[NUMBERS].to_numpy()).all()


def test_what_never_moves_has_no_width_and_says_so():
    made = forecast(long({"a": np.full(9, 7.0)}), horizon=2)
    assert (made.table[NUMBERS] == 7.0).all(axis=None)
    drift = made.weights.set_index("model").loc["drift"]
    assert drift["reason"] == "it fits this history without error: its interval has no width"


def test_the_weight_and_the_reason_of_every_candidate_that_stands():
    """Weighted, it needs no reason; under 3% it says that its errors are why."""
    rng = np.random.default_rng(7)
    made = forecast(long({f"s{i}": random_walk_with_drift(rng, 30) for i in range(8)}), horizon=4)
    light = made.weights[made.weights["reason"].str.contains("under 3% of the weight")]
    assert len(light)
    assert (light["weight"] == 0.0).all()


def test_errors_are_one_step_and_of_unit_variance(made):
    """From the second period of a series, labelled with it, up to its last."""
    errors = made.errors
    assert list(errors.columns) == ["series", "period", "value"]
    s7 = only(errors, "s7")
    assert s7["period"].iloc[-1] == "2014-15"
    assert np.mean(s7["value"] ** 2) == pytest.approx(1.0)
    assert set(errors["series"]) == set(WALKS)


@pytest.mark.parametrize("factor", [1000.0, 1e-9, 1e12])
def test_a_series_in_other_units_has_the_same_forecast_in_them(made, factor):
    scaled = forecast(long({k: factor * v for k, v in WALKS.items()}), horizon=3)
    np.testing.assert_allclose(scaled.table[NUMBERS], factor * made.table[NUMBERS], rtol=1e-9)


def test_the_years_of_a_history_do_not_matter(made):
    """The same values, fifteen years earlier."""
    earlier = forecast(long(WALKS, last="1999-00"), horizon=3).table
    pd.testing.assert_frame_equal(
        earlier.drop(columns="period"), made.table.drop(columns="period"), check_exact=True
    )


HARD = {
    "constant": np.full(9, 7.0),
    "noughts": np.zeros(6),
    "one": np.array([5.0]),
    "two": np.array([5.0, 6.0]),
    "three": np.array([5.0, 6.0, 5.5]),
    "missing": np.full(6, np.nan),
    "hole": np.where(np.arange(12) == 6, np.nan, WALKS["s7"]),
    "trailing": np.array([*WALKS["s7"], np.nan, np.nan]),
    "sparse": np.where(np.arange(12) % 2 == 0, WALKS["s7"], np.nan)[:11],
    "gap": np.array([3.0, np.nan, np.nan, np.nan, np.nan, 4.0]),
    "infinite": np.array([3.0, 5.0, np.inf, 4.0]),
    "negative": -WALKS["s6"],
    "huge": 1e12 * WALKS["s7"],
    "tiny": 1e-12 * WALKS["s7"],
    "intermittent": np.array([0, 0, 3, 0, 0, 0, 1, 0, 0, 2, 0, 0], dtype=float),
    "jump": np.array([1, 1, 1, 1, 1, 1, 1, 1e9]),
    "long": random_walk_with_drift(np.random.default_rng(9), 200),
}


@pytest.mark.parametrize("names", [[name] for name in HARD] + [list(HARD)], ids=[*HARD, "together"])
@pytest.mark.parametrize("last", ["2014-15", "2014-15 Q3", "2015-08", "250"])
def test_every_hard_series_is_forecast_or_refused_with_a_reason(names, last):
    made = forecast(long({name: HARD[name] for name in names}, last=last), horizon=5)
    table = made.table
    assert len(table) == 5 * len(names)
    failed = table["status"] == "failed"
    assert table.loc[failed, NUMBERS].isna().all(axis=None)
    assert np.isfinite(table.loc[~failed, NUMBERS].to_numpy()).all()
    ordered = table.loc[~failed, ["lo95", "lo80", "median", "hi80", "hi95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= -1e-12 * np.abs(ordered[:, 1:])).all()
    assert (table.loc[~failed, "models"] != "").all()
    reasons = made.weights[made.weights["series"].isin(table.loc[failed, "series"])]["reason"]
    assert (reasons != "").all()
    never_below = {"constant", "noughts", "intermittent", "huge", "tiny", "long", "jump"}
    floored = table[table["series"].isin(never_below)]
    assert (floored["lo95"] >= 0.0).all()
    assert {"missing", "gap", "infinite"} & set(names) <= set(table.loc[failed, "series"])
    stands = {"constant", "negative", "huge", "tiny", "intermittent", "hole", "trailing", "sparse"}
    assert not stands & set(table.loc[failed, "series"])


def test_an_empty_panel_has_an_empty_forecast():
    made = forecast(long({}), horizon=3)
    assert made.table.empty
    assert made.table.columns.to_list() == ["series", "period", *NUMBERS, "status", "models"]
    assert made.backtest.empty
    assert made.quantile(0.5).empty


def test_what_is_missing_at_the_end_makes_the_next_period_less_sure(made):
    """s7 without its last value: the period after it is as uncertain as two steps ahead."""
    cut = forecast(long({**WALKS, "s7": [*WALKS["s7"][:-1], np.nan]}), horizon=2)
    assert only(cut.table, "s7")["period"].to_list() == ["2015-16", "2016-17"]
    width = [
        only(t, "s7").loc[0, "hi80"] - only(t, "s7").loc[0, "lo80"] for t in (cut.table, made.table)
    ]
    assert width[0] > 1.15 * width[1]
    assert "2014-15" not in set(only(cut.errors, "s7")["period"])


def test_the_period_of_a_hole_has_no_error():
    holed = forecast(long({"a": HARD["hole"]}), horizon=1).errors
    assert "2009-10" not in set(holed["period"])
    assert "2011-12" in set(holed["period"])


def test_a_series_that_is_only_assumed_fails_and_says_so():
    ahead = known(("new", "2015-16", 50.0, "assumed"))
    made = forecast(long({"a": WALKS["s7"]}), horizon={"a": 1, "new": 1}, known=ahead)
    assert made.table["status"].to_list() == ["forecast", "failed"]
    assert (only(made.weights, "new")["reason"] != "").all()


def test_an_announcement_below_nought_is_the_median_all_the_same():
    ahead = known(("a", "2015-16", -5.0, "indicative"))
    table = forecast(long({"a": WALKS["s7"]}), horizon=1, known=ahead).table
    assert table.loc[0, "median"] == pytest.approx(-5.0)


def test_a_series_asked_for_and_not_given_fails_with_a_reason():
    made = forecast(long({"a": WALKS["s7"]}), horizon={"a": 1, "ghost": 1})
    assert only(made.table, "ghost")["status"].to_list() == ["failed"]
    assert set(only(made.weights, "ghost")["reason"]) == {"it has no history"}


def test_a_trend_is_recovered_from_a_long_series():
    """A line of slope 2 with noise of 1: 40 periods on 100 the median is within 2.5 of it."""
    y = 50 + 2.0 * np.arange(100) + np.random.default_rng(4).normal(size=100)
    table = forecast(long({"a": y}), horizon=5).table
    np.testing.assert_allclose(table["median"], 50 + 2.0 * np.arange(100, 105), atol=2.5)


def test_a_season_is_continued():
    season = np.tile([8.0, -2.0, -7.0, 1.0], 10)
    y = 100 + season + np.random.default_rng(4).normal(size=40)
    table = forecast(long({"a": y}, last="2014-15 Q4"), horizon=4).table
    np.testing.assert_allclose(table["median"], 100 + season[:4], atol=2.0)


def test_integers_have_the_season_that_is_named():
    """A month's pattern of twelve under plain integers."""
    season = 10 * np.sin(np.arange(12) / 12 * 2 * np.pi)
    y = 100 + np.tile(season, 6) + np.random.default_rng(4).normal(size=72)
    table = pd.DataFrame({"series": "a", "period": range(1, 73), "value": y})
    seasonal = forecast(table, horizon=12, season=12).table
    assert seasonal["period"].to_list() == list(range(73, 85))
    np.testing.assert_allclose(seasonal["median"], 100 + season, atol=3.0)
    plain = forecast(table, horizon=12).table
    assert np.max(np.abs(plain["median"] - (100 + season))) > 8


def test_the_mean_is_that_of_the_paths(made):
    """Of 20,000 draws, within a sixteenth of a standard deviation."""
    paths = made.paths(20_000, seed=3)
    drawn = paths.table().groupby(["series", "period"])["value"].agg(["mean", "std"])
    table = made.table.set_index(["series", "period"])
    apart = (drawn["mean"] - table["mean"]).abs() / drawn["std"]
    assert (apart < 1 / 16).all()


def test_the_examples_hold():
    tried = doctest.testmod(forecasts)
    assert tried.attempted >= 4
    assert tried.failed == 0
