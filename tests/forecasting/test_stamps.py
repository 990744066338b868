"""Dates at even steps, against the calendar and against pandas' own frequencies."""

import numpy as np
import pandas as pd
import pytest

from forecasting.periods import Frequency, Period
from forecasting.stamps import Calendar, Step, infer_step


def dates(*texts):
    return np.array(texts, dtype="datetime64[us]")


def calendar(*texts):
    stamped = dates(*texts)
    return Calendar(stamped.min(), infer_step(stamped))


def label(found, date):
    (ordinal,) = found.ordinals(dates(date))
    return Period(found.step.frequency, int(ordinal)).label


FREQUENCIES = {
    "MS": Frequency.MONTH,
    "ME": Frequency.MONTH,
    "QS-APR": Frequency.QUARTER,
    "QE": Frequency.QUARTER,
    "QS-FEB": Frequency.QUARTER,
    "YS": Frequency.YEAR,
    "YE": Frequency.YEAR,
    "YS-APR": Frequency.YEAR,
    "YE-MAR": Frequency.YEAR,
    "YE-FEB": Frequency.YEAR,
    "6MS": Frequency.INTEGER,
    "2ME": Frequency.INTEGER,
    "W": Frequency.INTEGER,
    "D": Frequency.INTEGER,
    "10D": Frequency.INTEGER,
    "h": Frequency.INTEGER,
}


@pytest.mark.parametrize(("alias", "frequency"), FREQUENCIES.items())
@pytest.mark.parametrize("start", ["1999-11-30", "2003-04-01", "2016-02-29"])
def test_every_pandas_frequency_is_inferred_and_continued(alias, frequency, start):
    """The 8 periods after the first 12 are dated as pandas dates them."""
    stamped = pd.date_range(start, periods=20, freq=alias).to_numpy().astype("datetime64[us]")
    found = Calendar(stamped[0], infer_step(stamped[:12]))
    assert found.step.frequency is frequency
    ordinals = found.ordinals(stamped)
    np.testing.assert_array_equal(np.diff(ordinals), 1)
    ahead = ordinals[11] + np.arange(1, 9)
    np.testing.assert_array_equal(found.dates(ahead), stamped[12:])


@pytest.mark.parametrize(
    ("date", "next_date", "expected"),
    [
        ("2016-03-31", "2017-03-31", "2015-16"),
        ("2015-04-01", "2016-04-01", "2015-16"),
        ("2015-12-31", "2016-12-31", "2015-16"),
        ("2015-01-01", "2016-01-01", "2015-16"),
        ("2016-06-30", "2017-06-30", "2015-16"),
        ("2015-07-01", "2016-07-01", "2015-16"),
        ("2015-04-01", "2015-07-01", "2015-16 Q1"),
        ("2015-06-30", "2015-09-30", "2015-16 Q1"),
        ("2015-01-01", "2015-04-01", "2014-15 Q4"),
        ("2015-05-01", "2015-08-01", "2015-16 Q1"),
        ("2015-04-30", "2015-07-31", "2014-15 Q4"),
        ("2015-04-01", "2015-05-01", "2015-04"),
        ("2015-04-30", "2015-05-31", "2015-04"),
        ("2015-04-15", "2015-05-15", "2015-04"),
    ],
)
def test_a_date_stands_for_the_period_in_which_its_middle_lies(date, next_date, expected):
    """July 2015 to June 2016 and the calendar year 2015 share nine months with April to March.

    Of quarters out of step, May to July shares two months with April to June, and February to
    April two with January to March.
    """
    assert label(calendar(date, next_date), date) == expected


def test_missing_months_are_found_and_keep_the_step():
    found = calendar("2015-01-31", "2015-02-28", "2015-04-30", "2015-05-31")
    assert found.step == Step(months=1, at_end=True)
    assert label(found, "2015-05-31") == "2015-05"


def test_a_leap_day_is_the_end_of_its_month():
    found = calendar("2015-02-28", "2016-02-29", "2017-02-28")
    assert found.step == Step(months=12, at_end=True)
    (last,) = found.ordinals(dates("2017-02-28"))
    np.testing.assert_array_equal(
        found.dates(last + np.arange(1, 4)), dates("2018-02-28", "2019-02-28", "2020-02-29")
    )


def test_days_of_one_month_are_days_and_not_months():
    assert infer_step(dates("2015-01-01", "2015-01-02", "2015-01-04")).months == 0


def test_what_is_not_a_period_of_the_council_is_counted_from_one():
    weeks = calendar("2015-04-06", "2015-04-13", "2015-04-27")
    np.testing.assert_array_equal(weeks.ordinals(dates("2015-04-06", "2015-04-27")), [1, 4])
    halves = calendar("2015-03-31", "2015-09-30")
    np.testing.assert_array_equal(halves.ordinals(dates("2015-03-31", "2016-03-31")), [1, 3])


def test_a_time_of_day_is_kept():
    found = calendar("2015-01-01T09:30", "2015-02-01T09:30")
    assert not found.whole_days
    np.testing.assert_array_equal(
        found.dates(found.ordinals(dates("2015-02-01T09:30")) + 1), dates("2015-03-01T09:30")
    )


@pytest.mark.parametrize(
    ("stamped", "wrong"),
    [
        (["2015-01-01"], "one date alone does not say how long its period is"),
        (["2015-01-01", "2015-01-01"], "one date alone does not say how long its period is"),
        (["2015-01-17", "2015-03-05", "2015-09-10"], "its dates keep no even step"),
        (["2015-03-30", "2015-04-30", "2015-05-30"], "its dates keep no even step"),
        (["2010-01-01", "2011-01-01", "2012-01-01", "2012-02-01"], "its dates keep no even step"),
    ],
)
def test_dates_without_a_step_are_refused(stamped, wrong):
    """No month is stepped to by its 30th day; in the last, four dates stand in 26 months."""
    with pytest.raises(ValueError, match=wrong):
        infer_step(dates(*stamped))
