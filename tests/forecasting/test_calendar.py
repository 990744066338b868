"""Financial years made of quarters, months and mid-years; nothing half known is made whole."""

from math import fsum, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.calendar import (
    EventKind,
    incomplete_years,
    mid_year_to_financial,
    parse_beside,
    parse_dates,
    parts,
    roll_up,
    whole_years,
    written,
    yearly_events,
)
from forecasting.periods import Frequency, Period, financial_year, parse_period, parse_periods

PULSE, STEP, MISSING = EventKind


def dated(values):
    """Return values by period, the labels settled among them."""
    return dict(zip(parse_periods(values), values.values(), strict=True))


def quarters(*years):
    return [f"{year} Q{q}" for year in years for q in (1, 2, 3, 4)]


def test_quarters_add_up_to_years_and_a_part_year_at_either_end_is_left_out():
    """1 + 2 + 3 + 4 = 10; of 2013-14 one quarter is known, of 2015-16 two: neither is a year."""
    labels = ["2013-14 Q4", *quarters("2014-15"), "2015-16 Q1", "2015-16 Q2"]
    values = dated(dict(zip(labels, [7.0, 1.0, 2.0, 3.0, 4.0, 50.0, 60.0], strict=True)))
    assert roll_up(values, how="sum") == {"2014-15": 10.0}
    assert incomplete_years(values) == [("2013-14", 1, 4), ("2015-16", 2, 4)]


def test_a_year_that_lacks_a_quarter_between_whole_years_is_not_known():
    """Neither the sum of three quarters nor their mean: the winter one may be twice the others."""
    labels = [q for q in quarters("2012-13", "2013-14", "2014-15") if q != "2013-14 Q4"]
    values = dated(dict.fromkeys(labels, 5.0))
    for how, year in (("sum", 20.0), ("mean", 5.0)):
        rolled = roll_up(values, how=how)
        assert list(rolled) == ["2012-13", "2013-14", "2014-15"]
        assert (rolled["2012-13"], rolled["2014-15"]) == (year, year)
        assert isnan(rolled["2013-14"])
    assert incomplete_years(values) == [("2013-14", 3, 4)]


def test_a_year_of_which_nothing_is_known_is_not_known_and_is_no_part_year():
    values = dated({"2012-13": 1.0, "2014-15": 3.0})
    rolled = roll_up(values, how="sum")
    assert list(rolled) == ["2012-13", "2013-14", "2014-15"]
    assert isnan(rolled["2013-14"])
    assert incomplete_years(values) == []


def test_a_mean_of_months_is_a_year_that_runs_from_april():
    """April 2003 to March 2004 are 1 to 12: their mean is 78 / 12 = 6.5. March 2003 stands alone.

    ``2003-04`` alone would be a financial year; among months it is April 2003.
    """
    labels = ["2003-03", *(f"2003-{m:02d}" for m in range(4, 13)), "2004-01", "2004-02", "2004-03"]
    values = dated(dict(zip(labels, [99.0, *map(float, range(1, 13))], strict=True)))
    assert roll_up(values, how="mean") == {"2003-04": pytest.approx(6.5)}


def test_without_a_whole_year_there_is_nothing():
    assert roll_up(dated(dict.fromkeys(quarters("2014-15")[1:], 1.0)), how="sum") == {}
    assert roll_up({}, how="sum") == {}


@given(
    st.sampled_from([Frequency.YEAR, Frequency.QUARTER, Frequency.MONTH]),
    st.dictionaries(st.integers(24000, 24060), st.integers(-999, 999), min_size=1),
)
def test_a_year_is_the_sum_of_all_its_periods_or_of_none(frequency, values):
    """Against a second way of telling: counting labels."""
    series = {Period(frequency, n): float(value) for n, value in values.items()}
    by_year = {}
    for period, value in series.items():
        by_year.setdefault(financial_year(period), []).append(value)
    full = {y: fsum(v) for y, v in by_year.items() if len(v) == frequency.per_year}
    rolled = roll_up(series, how="sum")
    assert {y: v for y, v in rolled.items() if not isnan(v)} == full
    assert [y.label for y in whole_years(series)] == sorted(full)
    assert {y for y, *_ in incomplete_years(series)} == set(by_year) - set(full)
    if full:
        assert (min(rolled), max(rolled)) == (min(full), max(full))


def test_a_financial_year_lies_between_two_mid_years():
    """By hand: 2014-15 is 0.75 * 1000 + 0.25 * 1040 = 1010; the next 0.75 * 1040 + 0.25 * 1000."""
    assert mid_year_to_financial({2014: 1000.0, 2015: 1040.0, 2016: 1000.0}) == {
        "2014-15": 1010.0,
        "2015-16": 1030.0,
    }


def test_on_a_straight_line_a_financial_year_is_the_mean_of_its_days():
    """The line through all mid-years, 30 June being day 181 of 365, averaged from 1 April on.

    The last day of March is nine months, or 274 days, after 30 June; the first of April 90 before.
    """
    slope = 730.0
    people = {year: 50000.0 + slope * (year - 2010) for year in range(2010, 2016)}
    days = np.arange(-90, 275)
    for year, value in mid_year_to_financial(people).items():
        mean = np.mean(people[int(year[:4])] + slope * days / 365.0)
        assert value == pytest.approx(mean, abs=3.0)  # A quarter of a year is 91.25 days, not 92.


def test_nothing_is_made_up_after_the_last_mid_year_or_across_a_missing_one():
    assert list(mid_year_to_financial({2012: 1.0, 2013: 1.0, 2015: 1.0})) == ["2012-13"]
    assert mid_year_to_financial({2015: 1.0}) == {}


def test_mid_years_are_read_and_written_back():
    dates = parse_dates(["mid-2015", "mid-2017"])
    assert [date.ordinal for date in dates] == [2015, 2017]
    assert [written(date) for date in dates] == ["mid-2015", "mid-2017"]
    assert [written(date) for date in parse_dates(["2015-16", "2016/17"])] == ["2015-16", "2016-17"]


@pytest.mark.parametrize(
    ("period", "frequency", "made_of"),
    [
        ("2015-16", Frequency.YEAR, ["2015-16"]),
        ("2015-16", Frequency.QUARTER, quarters("2015-16")),
        ("2015-16 Q4", Frequency.MONTH, ["2016-01", "2016-02", "2016-03"]),
        ("2015-16", Frequency.INTEGER, ["mid-2015", "mid-2016"]),
        ("2015-16 Q4", Frequency.YEAR, []),
        ("2016-01", Frequency.QUARTER, []),
    ],
)
def test_a_period_is_made_of_shorter_ones(period, frequency, made_of):
    assert [written(part) for part in parts(parse_period(period), frequency)] == made_of


def test_beside_months_a_label_that_may_be_either_is_a_month():
    assert parse_beside("2003-04", Frequency.MONTH).frequency is Frequency.MONTH
    assert parse_beside("2003-04", Frequency.YEAR).frequency is Frequency.YEAR
    assert parse_beside("2014-15", Frequency.MONTH).frequency is Frequency.YEAR
    with pytest.raises(ValueError, match="not a period"):
        parse_beside("spring", Frequency.MONTH)


@pytest.mark.parametrize(
    ("events", "years"),
    [
        ([("2012-13", MISSING)], {"2012-13": MISSING}),
        ([("2012-13", STEP)], {"2012-13": STEP}),
        # One month out of line, or not to be used, spoils its year: February 2013 is of 2012-13.
        ([("2013-02", PULSE)], {"2012-13": PULSE}),
        ([("2013-02", MISSING), ("2012-05", PULSE)], {"2012-13": MISSING}),
        # A step in April is a step of the year; in May the year is of both kinds.
        ([("2012-04", STEP)], {"2012-13": STEP}),
        ([("2012-05", STEP)], {"2012-13": PULSE, "2013-14": STEP}),
        ([("2012-13 Q1", STEP)], {"2012-13": STEP}),
        ([("2012-13 Q2", STEP)], {"2012-13": PULSE, "2013-14": STEP}),
        # A step into a year that says nothing shows in the next that does.
        ([("2012-13 Q2", STEP), ("2013-14 Q3", PULSE), ("2014-15", MISSING)],
         {"2012-13": PULSE, "2013-14": PULSE, "2014-15": MISSING, "2015-16": STEP}),
        ([("2012-13 Q1", STEP), ("2012-13 Q3", PULSE)], {"2012-13": PULSE, "2013-14": STEP}),
        # Two steps in one year are one.
        ([("2012-13 Q2", STEP), ("2012-13 Q4", STEP)], {"2012-13": PULSE, "2013-14": STEP}),
        ([], {}),
    ],
)  # fmt: skip
def test_what_events_do_to_years(events, years):
    found = yearly_events((parse_period(label), kind) for label, kind in events)
    assert found == years
    assert list(found) == sorted(found)
