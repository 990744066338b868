"""Dates that stand at even steps: which period each stands for, and which dates come next."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecasting.periods import Frequency

Dates = npt.NDArray[np.datetime64]
"""To the microsecond."""

_FREQUENCIES = {1: Frequency.MONTH, 3: Frequency.QUARTER, 12: Frequency.YEAR}
_DAY = 24 * 60 * 60 * 1_000_000
_APRIL_OF_YEAR_0 = 3 - 12 * 1970
"""In months since January 1970, where NumPy begins to count."""


@dataclass(frozen=True)
class Step:
    """How far apart dates stand: whole months, or else a fixed time.

    Parameters
    ----------
    months : int
        0 where the time is fixed.
    microseconds : int
        The fixed time; 0 where there are months.
    at_end : bool
        Whether the dates are the last days of their months, whose ends they mark; else they mark
        where a period starts.
    """

    months: int = 0
    microseconds: int = 0
    at_end: bool = False

    @property
    def frequency(self) -> Frequency:
        """What the periods are to the models: those of no council's calendar are integers."""
        return _FREQUENCIES.get(self.months, Frequency.INTEGER)


@dataclass(frozen=True)
class Calendar:
    """The dates of one series, in both directions: from date to period and from period to date.

    A year, quarter or month is the one of the council's calendar in which the middle of what the
    date stands for lies. So the years stamped 31 March 2016 and 1 April 2015 are both 2015-16; the
    calendar year 2015, stamped 31 December or 1 January 2015, is 2015-16 too, with which it shares
    nine months. Other steps are counted from 1.

    Parameters
    ----------
    origin : datetime64
        The first date.
    step : Step
        From each date to the next.
    """

    origin: np.datetime64
    step: Step

    @property
    def whole_days(self) -> bool:
        """Whether no date of it has a time of day."""
        midnight = bool(self.origin == self.origin.astype("datetime64[D]"))
        return midnight and self.step.microseconds % _DAY == 0

    def ordinals(self, dates: Dates) -> npt.NDArray[np.int64]:
        """Return the place of each date in the calendar of its periods, array of the same shape."""
        step = self.step
        if not step.months:
            return (dates - self.origin).astype(np.int64) // step.microseconds + 1
        months = _month(dates)
        if step.frequency is Frequency.INTEGER:
            return (months - _month(self.origin)) // step.months + 1
        starts = months - (step.months - 1 if step.at_end else 0)
        return (starts + step.months // 2 - _APRIL_OF_YEAR_0) // step.months

    def dates(self, ordinals: npt.NDArray[np.int64]) -> Dates:
        """Return the date of each period, array of the same shape; see ``ordinals``."""
        steps = ordinals - self.ordinals(np.array([self.origin]))[0]
        if not self.step.months:
            return np.asarray(self.origin + steps * np.timedelta64(self.step.microseconds, "us"))
        months = (_month(self.origin) + steps * self.step.months).astype("datetime64[M]")
        clock = self.origin - self.origin.astype("datetime64[D]")
        if self.step.at_end:
            days = (months + 1).astype("datetime64[D]") - 1
        else:
            days = months.astype("datetime64[D]") + _into_month(self.origin)
        return np.asarray(days.astype("datetime64[us]") + clock)


def infer_step(dates: Dates) -> Step:
    """Return the widest step that leads to every one of some dates.

    Months are tried first: dates that are all the last day of their month, or all the same day.
    Periods may be missing between them, but not more than there are.

    Parameters
    ----------
    dates : array of datetime64
        In any order, some perhaps repeated.

    Raises
    ------
    ValueError
        If there is one date only, or no even step.
    """
    distinct = np.unique(dates)
    if len(distinct) < 2:
        raise ValueError("one date alone does not say how long its period is")
    months, days = _month(distinct), _into_month(distinct)
    at_end = bool(np.all(_month(distinct + np.timedelta64(1, "D")) > months))
    clocks = distinct - distinct.astype("datetime64[D]")
    # The 29th is not in every month.
    one_day = at_end or (bool(np.all(days == days[0])) and days[0] < 28)
    monthly = one_day and bool(np.all(clocks == clocks[0]))
    places = months if monthly else distinct.astype(np.int64)
    apart = int(np.gcd.reduce(np.diff(places)))
    if (places[-1] - places[0]) // apart + 1 > 2 * len(places):
        raise ValueError("its dates keep no even step")
    return Step(months=apart, at_end=at_end) if monthly else Step(microseconds=apart)


def _month(dates: Dates | np.datetime64) -> npt.NDArray[np.int64]:
    return np.asarray(dates.astype("datetime64[M]").astype(np.int64))


def _into_month(dates: Dates | np.datetime64) -> npt.NDArray[np.int64]:
    """Return the whole days since the month began."""
    days = dates.astype("datetime64[D]")
    return np.asarray((days - days.astype("datetime64[M]")).astype(np.int64))
