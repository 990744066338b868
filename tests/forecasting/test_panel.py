"""The long tables are checked series by series."""

import numpy as np
import pandas as pd
import pytest

from forecasting.panel import read_panel
from tests.forecasting.panels import known, long


def one(history, **tables):
    (series,) = read_panel(history, **{"horizon": 3, **tables})
    return series


def test_series_come_out_by_name_and_rows_in_any_order():
    table = long({"b": [1.0, 2.0, 4.0], "a": [3.0, 5.0]})
    shuffled = read_panel(table.sample(frac=1.0, random_state=3), horizon=2)
    assert [s.name for s in shuffled] == ["a", "b"]
    np.testing.assert_array_equal(shuffled[1].values, [1.0, 2.0, 4.0])
    assert [p.label for p in shuffled[0].periods] == ["2015-16", "2016-17"]


@pytest.mark.parametrize(
    ("last", "season", "ahead"),
    [
        ("2014-15 Q4", 4, ["2015-16 Q1", "2015-16 Q2", "2015-16 Q3"]),
        ("2015-11", 12, ["2015-12", "2016-01", "2016-02"]),
        ("9", 1, ["10", "11", "12"]),
    ],
)
def test_every_frequency_continues_as_it_was(last, season, ahead):
    series = one(long({"a": [1.0, 2.0, 4.0]}, last=last))
    assert series.season == season
    assert [p.label for p in series.periods] == ahead


@pytest.mark.parametrize(
    ("periods", "values", "fault"),
    [
        (["2012-13", "2012-13"], [1, 2], "its history gives 2012-13 more than once"),
        (["2012-13", "2013-14"], [np.inf, 1], "the value of 2012-13 is not a finite number"),
        (["2012-13", "2013-14"], [np.nan, np.nan], "every value is missing"),
        (["2012-13", "2013-14 Q1"], [1, 2], "its periods are of several kinds: quarter, year"),
        (["2012-13", "last year"], [1, 2], "'last year' is not a period"),
        (["2007-08", "2012-13"], [1, 2], "of the 6 periods of its history only 2 are known"),
    ],
)
def test_what_is_wrong_with_a_series_is_said(periods, values, fault):
    table = pd.DataFrame({"series": "a", "period": periods, "value": np.array(values, dtype=float)})
    assert fault in one(table).fault


def test_a_fault_of_one_series_is_no_fault_of_another():
    table = pd.concat([long({"a": [1.0, np.inf, 3.0]}), long({"b": [1.0, 2.0, 3.0]})])
    assert [bool(s.fault) for s in read_panel(table, horizon=1)] == [True, False]


def test_a_hole_is_missing_whether_it_has_a_row_or_none():
    """2013-14 without a value, and without a row; leading ones are no history at all."""
    table = long({"a": [np.nan, 1.0, np.nan, 4.0]})
    for rows in (table, table.dropna()):
        series = one(rows)
        assert series.fault == ""
        np.testing.assert_array_equal(series.values, [1.0, np.nan, 4.0])
        assert [p.label for p in series.past] == ["2012-13", "2013-14", "2014-15"]


def test_what_is_missing_at_the_end_is_still_history():
    """A row without a value says that the period is over: what follows is forecast."""
    series = one(long({"a": [1.0, 2.0, 4.0, np.nan]}))
    np.testing.assert_array_equal(series.values, [1.0, 2.0, 4.0, np.nan])
    assert series.periods[0].label == "2015-16"


def test_integers_have_the_season_that_is_asked_for():
    table = long({"a": np.arange(9.0)}, last="9")
    assert one(table, season=3).season == 3
    assert one(table).season == 1
    # A quarter has four in its year, whatever is asked for.
    assert one(long({"a": np.arange(9.0)}, last="2014-15 Q4"), season=3).season == 4


def test_the_scale_is_that_of_what_the_models_see():
    """Per unit of its driver: 10/2 and 12/3 are about 4.5."""
    driver = long({"a": [2.0, 3.0, 4.0]}, last="2015-16")
    scale = one(long({"a": [10.0, 12.0]}), drivers=driver, horizon=1).scale
    assert (scale.unit, scale.power) == (4.5, 0.5)
    assert one(long({"a": [-10.0, 12.0]})).scale.power == 1.0


def test_what_is_confirmed_straight_after_the_history_is_fitted_to():
    ahead = known(
        ("a", "2015-16", 5.0, "confirmed"),
        ("a", "2016-17", 6.0, "indicative"),
        ("a", "2017-18", 7.0, "confirmed"),
    )
    series = one(long({"a": [1.0, 2.0, 4.0]}), known=ahead)
    np.testing.assert_array_equal(series.values, [1.0, 2.0, 4.0, 5.0])
    assert series.fitted_ahead == 1


def test_a_series_without_history_begins_with_its_first_announcement():
    ahead = known(("b", "2015-16", 5.0, "confirmed"), ("b", "2016-17", 6.0, "assumed"))
    series = one(long({}), known=ahead, horizon=2)
    assert [p.label for p in series.periods] == ["2015-16", "2016-17"]
    np.testing.assert_array_equal(series.values, [5.0])


def test_the_past_goes_on_into_what_is_confirmed():
    ahead = known(("a", "2015-16", 5.0, "confirmed"))
    past = one(long({"a": [1.0, 2.0, 4.0]}), known=ahead).past
    assert [p.label for p in past] == ["2012-13", "2013-14", "2014-15", "2015-16"]


def test_an_announcement_of_no_number_is_a_fault():
    ahead = known(("a", "2016-17", np.nan, "indicative"))
    fault = one(long({"a": [1.0, 2.0]}), known=ahead).fault
    assert fault == "what is known for 2016-17 is not a finite number"


def test_history_is_not_announced():
    ahead = known(("a", "2014-15", 5.0, "confirmed"))
    assert "both in its history and known ahead" in one(long({"a": [1.0, 2.0]}), known=ahead).fault


def test_a_series_is_taken_per_unit_of_its_driver():
    """10 / 2 = 5, 12 / 3 = 4, and 4 and 5 units ahead."""
    driver = long({"a": [2.0, 3.0, 4.0, 5.0]}, last="2016-17")
    series = one(long({"a": [10.0, 12.0]}), drivers=driver, horizon=2)
    np.testing.assert_array_equal(series.values, [5.0, 4.0])
    np.testing.assert_array_equal(series.exposure, [4.0, 5.0])
    assert series.note == ""


@pytest.mark.parametrize(
    ("driver", "note"),
    [
        (long({"a": [2.0, 3.0, 4.0]}, last="2015-16"), "no positive value for 2016-17"),
        (long({"a": [2.0, 0.0, 4.0, 5.0]}, last="2016-17"), "no positive value for 2014-15"),
        (long({"a": [2.0, 3.0, 4.0, 5.0]}, last="2015-06"), "not given by year"),
        (pd.concat([long({"a": [2.0]})] * 2), "a period more than once"),
        (long({"a": [2.0]}).assign(period="soon"), "cannot be read"),
    ],
)
def test_a_driver_that_falls_short_is_left_out_and_said_so(driver, note):
    series = one(long({"a": [10.0, 12.0]}), drivers=driver, horizon=2)
    np.testing.assert_array_equal(series.values, [10.0, 12.0])
    np.testing.assert_array_equal(series.exposure, [1.0, 1.0])
    assert note in series.note


def test_the_floor_is_nought_only_for_what_never_went_below():
    assert one(long({"a": [0.0, 2.0, 4.0]})).floor == 0.0
    assert one(long({"a": [-1.0, 2.0, 4.0]})).floor == -np.inf
    below = known(("a", "2015-16", -5.0, "assumed"))
    assert one(long({"a": [0.0, 2.0, 4.0]}), known=below).floor == -np.inf


def test_faults_of_the_caller_are_raised():
    table = long({"a": [1.0, 2.0]})
    with pytest.raises(ValueError, match="history has no column value"):
        read_panel(table.drop(columns="value"), horizon=1)
    with pytest.raises(ValueError, match="not numbers"):
        read_panel(table.astype({"value": str}), horizon=1)
    with pytest.raises(ValueError, match="the horizon of a is 0"):
        read_panel(table, horizon={"a": 0})
    with pytest.raises(ValueError, match="the season is 0"):
        read_panel(table, horizon=1, season=0)
    with pytest.raises(ValueError, match="status likely: write confirmed, indicative, assumed"):
        read_panel(table, horizon=1, known=known(("a", "2015-16", 1.0, "likely")))
