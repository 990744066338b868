"""The council's calendar: which quarters, months and mid-years make a financial year.

A year that is known only in part is never scaled up to a whole one. Pure Python, as ``periods`` is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from itertools import count
from math import fsum, nan
from statistics import fmean
from typing import NamedTuple

from forecasting.periods import Frequency, Period, parse_period, parse_periods

MID_YEAR = "mid-"
"""What stands before the year in ``mid-2015``, the 30 June of 2015."""

_MAKES: Mapping[str, Callable[[Iterable[float]], float]] = {"sum": fsum, "mean": fmean}


class EventKind(StrEnum):
    """What a known break does to a series."""

    PULSE = "pulse"
    """The period was out of line: its value says nothing of the level."""
    STEP = "step"
    """From the period on, the series is counted or delivered in another way."""
    MISSING = "missing"
    """The period's value is not to be used."""


class PartYear(NamedTuple):
    """A year of which some periods are known and others are not."""

    year: str
    known: int
    periods: int


def parse_dates(labels: Iterable[str]) -> list[Period]:
    """Return the periods of one series, ``mid-2015`` as the integer 2015.

    Raises
    ------
    ValueError
        If a label is neither a period nor a mid-year.

    Examples
    --------
    >>> [written(date) for date in parse_dates(["mid-2015", "mid-2016"])]
    ['mid-2015', 'mid-2016']
    """
    return parse_periods(label.removeprefix(MID_YEAR) for label in labels)


def written(date: Period) -> str:
    """Return the label of what ``parse_dates`` read."""
    return f"{MID_YEAR}{date}" if date.frequency is Frequency.INTEGER else date.label


def parse_beside(label: str, frequency: Frequency) -> Period:
    """Return the period of a label that stands beside a series, and may be longer than its periods.

    Beside months ``2003-04`` is April 2003, beside anything else it is the year.

    Raises
    ------
    ValueError
        If the label is no period.

    Examples
    --------
    >>> [parse_beside("2003-04", f).frequency.value for f in (Frequency.MONTH, Frequency.QUARTER)]
    ['month', 'year']
    """
    try:
        return parse_period(label, frequency=frequency)
    except ValueError:
        return parse_period(label)


def parts(period: Period, frequency: Frequency) -> list[Period]:
    """Return the periods of a frequency that make up a longer one, or itself; none of a shorter.

    A financial year is made of two mid-years, its own and the next: see ``mid_year_to_financial``.

    Examples
    --------
    >>> [str(part) for part in parts(parse_period("2015-16 Q4"), Frequency.MONTH)]
    ['2016-01', '2016-02', '2016-03']
    >>> parts(parse_period("2016-01"), Frequency.QUARTER)
    []
    """
    if frequency is Frequency.INTEGER:
        return [Period(frequency, period.ordinal + n) for n in (0, 1)]
    many = frequency.per_year // period.per_year
    return [Period(frequency, many * period.ordinal + n) for n in range(many)]


def whole_years(periods: Iterable[Period]) -> list[Period]:
    """Return the financial years of which every part is among the periods, in order."""
    have = set(periods)
    years = {(_year(period), period.frequency) for period in have}
    return sorted({year for year, frequency in years if have.issuperset(parts(year, frequency))})


def incomplete_years(periods: Iterable[Period]) -> list[PartYear]:
    """Return the years of which only some quarters or months are among the periods, in order."""
    known = Counter((_year(period), period.per_year) for period in set(periods))
    return [PartYear(y.label, n, of) for (y, of), n in sorted(known.items()) if n < of]


def roll_up(values: Mapping[Period, float], *, how: str) -> dict[str, float]:
    """Return one series by financial year, from its first whole year to its last.

    A year between them that is not whole is not known (NaN): no total is made of three quarters, no
    mean of the busier half of a year. One before or after them is left out.

    Parameters
    ----------
    values : mapping of Period to float
        What each year, quarter or month came to.
    how : {"sum", "mean"}
        How the periods of a year make the year.
    """
    whole = whole_years(values)
    if not whole:
        return {}
    frequency = next(iter(values)).frequency
    span = (whole[0] + n for n in range(whole[-1] - whole[0] + 1))
    return {
        year.label: _MAKES[how](values[p] for p in parts(year, frequency)) if year in whole else nan
        for year in span
    }


def mid_year_to_financial(values: Mapping[int, float]) -> dict[str, float]:
    r"""Return what is counted at 30 June for the financial years between: :math:`¾M_y + ¼M_{y+1}`.

    The middle of the year that begins in April of :math:`y`, 30 September, lies a quarter of the
    way from one 30 June to the next. Growth between the two is taken as even. A year whose next
    30 June is not known is not known: nothing is extrapolated.

    Parameters
    ----------
    values : mapping of int to float
        The count at 30 June of each calendar year.

    References
    ----------
    The date of the counts: Office for National Statistics, Annual mid-year population estimates,
    Quality and Methodology Information ("the usually resident population on 30 June of each year").

    Examples
    --------
    >>> mid_year_to_financial({2015: 1000.0, 2016: 1040.0})
    {'2015-16': 1010.0}
    """
    return {
        Period(Frequency.YEAR, year).label: 0.75 * values[year] + 0.25 * values[year + 1]
        for year in sorted(values)
        if year + 1 in values
    }


def yearly_events(events: Iterable[tuple[Period, EventKind]]) -> dict[str, EventKind]:
    """Return what the events of one series do to its financial years.

    One month that is not to be used spoils the total of its year, and so does one out of line. A
    step within a year leaves that year half of one kind and half of the other, comparable to
    neither, and begins with the next. So does a step in a year that says nothing anyhow.

    Examples
    --------
    >>> october = [(parse_period("2014-10"), EventKind.STEP)]
    >>> {year: kind.value for year, kind in yearly_events(october).items()}
    {'2014-15': 'pulse', '2015-16': 'step'}
    """
    dated = [(*divmod(period.ordinal, period.per_year), kind) for period, kind in events]
    kinds = {
        year: EventKind.PULSE
        for year, into, kind in dated
        if kind is EventKind.PULSE or (kind is EventKind.STEP and into)
    }
    kinds |= {year: kind for year, _, kind in dated if kind is EventKind.MISSING}
    steps = [year for year, _, kind in dated if kind is EventKind.STEP]
    begins = [next(y for y in count(year) if y not in kinds) for year in steps]
    kinds |= dict.fromkeys(begins, EventKind.STEP)
    return {Period(Frequency.YEAR, year).label: kinds[year] for year in sorted(kinds)}


def _year(period: Period) -> Period:
    """Return the financial year that a period, or the 30 June of a mid-year, lies in."""
    return Period(Frequency.YEAR, period.ordinal // period.per_year)
