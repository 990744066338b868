"""Labels of periods are read as planners write them and written one way."""

import doctest
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting import periods
from forecasting.periods import (
    Frequency,
    Period,
    financial_year,
    parse_period,
    parse_periods,
    years_between,
)


@pytest.mark.parametrize(
    "label", ["2015-16", "2015/16", "FY2015-16", "FY2015/16", " 2015-16 ", "fy2015 - 16", "2015–16"]
)
def test_a_year_is_read_in_every_spelling_and_written_in_one(label):
    assert parse_period(label) == Period(Frequency.YEAR, 2015)
    assert parse_period(label).label == "2015-16"


def test_a_century_turns_within_a_year():
    assert parse_period("1999-00").label == "1999-00"
    assert (parse_period("1998-99") + 1).label == "1999-00"


def test_a_year_begins_in_april():
    """Q1 is April to June, so January to March 2016 is the fourth quarter of 2015-16."""
    months = ["2015-04", "2015-06", "2015-07", "2015-12", "2016-01", "2016-03", "2016-04"]
    assert [financial_year(parse_period(m)) for m in months] == ["2015-16"] * 6 + ["2016-17"]
    assert financial_year(parse_period("2015-16 Q4")) == "2015-16"
    assert (parse_period("2015-16 Q4") + 1).label == "2016-17 Q1"
    assert parse_period("2016-03") - parse_period("2015-04") == 11


def test_a_label_that_may_be_year_or_month_follows_its_series():
    years = parse_periods(["2002-03", "2003-04", "2004-05"])
    months = parse_periods(["2003-03", "2003-04", "2003-05"])
    assert {p.frequency for p in years} == {Frequency.YEAR}
    assert {p.frequency for p in months} == {Frequency.MONTH}
    assert [p.label for p in months] == ["2003-03", "2003-04", "2003-05"]
    assert parse_period("2003-04").frequency is Frequency.YEAR
    assert parse_period("2003-04", frequency=Frequency.MONTH).ordinal == 12 * 2003


def test_a_stroke_always_means_a_year():
    assert [p.frequency for p in parse_periods(["2003/04", "2003-06"])] == [
        Frequency.YEAR,
        Frequency.MONTH,
    ]


@pytest.mark.parametrize(
    "label",
    ["", "2015-18", "2015-16 Q5", "2015-13", "2015/04", "April 2015", "2015-4", "1.5", True],
)
def test_what_is_no_period_is_refused_with_what_is_wanted(label):
    with pytest.raises(ValueError, match="write a year such as 2015-16"):
        parse_period(label)


def test_another_frequency_than_expected_is_refused():
    with pytest.raises(ValueError, match="'2015-16 Q1' is a quarter, where a year is expected"):
        parse_period("2015-16 Q1", frequency=Frequency.YEAR)


def test_integers_continue_as_integers():
    assert (parse_period("11") + 1).label == "12"
    assert (parse_period(11) + 1).label == "12"
    with pytest.raises(ValueError, match="no financial year"):
        financial_year(parse_period(11))


def test_seasonal_lengths():
    labels = ["2015-16", "2015-16 Q1", "2015-04", "7"]
    assert [parse_period(label).per_year for label in labels] == [1, 4, 12, 1]


def test_years_between_counts_steps():
    assert years_between("2014-15", "2019-20") == 5
    assert years_between("2019-20", "2014-15") == -5
    with pytest.raises(ValueError, match="a year is expected"):
        years_between("2014-15", "2019-20 Q1")


def test_periods_of_two_calendars_are_not_compared():
    with pytest.raises(TypeError):
        assert parse_period("2015-16") < parse_period("2015-04")
    with pytest.raises(ValueError, match="is a year"):
        parse_period("2015-16") - parse_period("2015-04")


@given(st.sampled_from(sorted(Frequency)), st.integers(20_000, 30_000))
def test_a_label_reads_back_as_its_period_and_successors_are_in_order(frequency, ordinal):
    if frequency is Frequency.YEAR:
        ordinal //= 12
    run = [Period(frequency, ordinal) + step for step in range(5)]
    assert [parse_period(p.label, frequency=frequency) for p in run] == run
    assert all(earlier < later and later - earlier == 1 for earlier, later in pairwise(run))


def test_the_examples_hold():
    tried = doctest.testmod(periods)
    assert tried.attempted >= 10
    assert tried.failed == 0


def test_periods_load_without_pandas_or_statsmodels():
    code = (
        "import sys, forecasting.periods\n"
        "print([m for m in ('numpy', 'pandas', 'statsmodels') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
