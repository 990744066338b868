"""Periods and their labels: English financial years, their quarters, months, and plain integers.

Pure Python, so that a table can be checked without loading pandas.

A year runs from April to March and is written ``2015-16``; its first quarter, April to June, is
``2015-16 Q1``; a month is ``2015-04``. ``2015/16``, ``FY2015-16`` and ``fy2015 - 16`` are read too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import total_ordering

_YEAR = re.compile(r"(?:FY)?\s*(\d{4})\s*[-/–]\s*(\d{2})(?:\s*Q([1-4]))?", re.ASCII | re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,9}", re.ASCII)
_WANTED = (
    "a year such as 2015-16, a quarter such as 2015-16 Q1 (April to June), "
    "a month such as 2015-04, or a whole number"
)


class Frequency(StrEnum):
    """How long a period is."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    INTEGER = "integer"

    @property
    def per_year(self) -> int:
        """The periods in a year, which is the seasonal length; 1 for integers."""
        return _PER_YEAR[self]


_PER_YEAR = {
    Frequency.YEAR: 1,
    Frequency.QUARTER: 4,
    Frequency.MONTH: 12,
    Frequency.INTEGER: 1,
}


@total_ordering
@dataclass(frozen=True)
class Period:
    """One period of a calendar of equal steps.

    Parameters
    ----------
    frequency : Frequency
        Its calendar. Periods of two calendars cannot be ordered or subtracted.
    ordinal : int
        Its place in the calendar: periods since April of year 0, or the integer itself.

    Examples
    --------
    >>> (parse_period("2015-16 Q4") + 1).label
    '2016-17 Q1'
    >>> parse_period("2016-17") - parse_period("FY2014/15")
    2
    >>> parse_period("1999-00") < parse_period("2000-01")
    True
    """

    frequency: Frequency
    ordinal: int

    @property
    def label(self) -> str:
        """The period as it is written in every table."""
        if self.frequency is Frequency.INTEGER:
            return str(self.ordinal)
        if self.frequency is Frequency.MONTH:
            year, month = divmod(self.ordinal + 3, 12)
            return f"{year:04d}-{month + 1:02d}"
        year, quarter = divmod(self.ordinal, self.per_year)
        label = f"{year:04d}-{(year + 1) % 100:02d}"
        return label if self.frequency is Frequency.YEAR else f"{label} Q{quarter + 1}"

    @property
    def per_year(self) -> int:
        """The periods in a year, which is the seasonal length; 1 for integers."""
        return self.frequency.per_year

    @property
    def dated(self) -> bool:
        """Whether it lies in a year, as all but plain integers do."""
        return self.frequency is not Frequency.INTEGER

    def __str__(self) -> str:
        return self.label

    def __add__(self, steps: int) -> "Period":
        return Period(self.frequency, self.ordinal + steps)

    def __sub__(self, other: "Period") -> int:
        if self.frequency is not other.frequency:
            raise ValueError(f"{self.label} is a {self.frequency}, {other.label} is not")
        return self.ordinal - other.ordinal

    def __lt__(self, other: "Period") -> bool:
        if self.frequency is not other.frequency:
            return NotImplemented
        return self.ordinal < other.ordinal


def parse_period(label: str | int, *, frequency: Frequency | None = None) -> Period:
    """Return the period that a label stands for.

    ``2003-04`` may be a year or the month of April 2003. It is read as the year wherever the second
    part is the year after the first, unless `frequency` says that months are meant; for a whole
    series ``parse_periods`` settles it. With a stroke (``2003/04``) it is always the year.

    Parameters
    ----------
    label : str or int
        As written by a planner; spaces round it do not matter.
    frequency : Frequency, optional
        What is expected, where it is known.

    Raises
    ------
    ValueError
        If the label is none of these, or is not of the frequency that is expected.

    Examples
    --------
    >>> parse_period("2015/16 Q1")
    Period(frequency=<Frequency.QUARTER: 'quarter'>, ordinal=8060)
    >>> parse_period("2003-04").frequency.value
    'year'
    >>> parse_period("2003-04", frequency=Frequency.MONTH).label
    '2003-04'
    """
    readings = _readings(label)
    if not readings:
        raise ValueError(f"{label!r} is not a period: write {_WANTED}")
    if frequency is None:
        return readings[0]
    for period in readings:
        if period.frequency is frequency:
            return period
    raise ValueError(f"{label!r} is a {readings[0].frequency}, where a {frequency} is expected")


def parse_periods(labels: Iterable[str | int]) -> list[Period]:
    """Return the periods of one series, which settle among them what ``2003-04`` is.

    A label that may be a year or a month is a month if any other label of the series can be nothing
    but a month; else it is a year. The frequencies of a faulty series may still differ.

    Raises
    ------
    ValueError
        If a label is no period.

    Examples
    --------
    >>> [str(period.frequency) for period in parse_periods(["2003-04", "2003-05"])]
    ['month', 'month']
    >>> [str(period.frequency) for period in parse_periods(["2003-04", "2004-05"])]
    ['year', 'year']
    """
    written = list(labels)
    first = [parse_period(label) for label in written]
    if not any(period.frequency is Frequency.MONTH for period in first):
        return first
    return [
        next((p for p in _readings(label) if p.frequency is Frequency.MONTH), period)
        for label, period in zip(written, first, strict=True)
    ]


def financial_year(period: Period) -> str:
    """Return the label of the financial year, April to March, that a period lies in.

    Raises
    ------
    ValueError
        If the period is a plain integer, which lies in no year.

    Examples
    --------
    >>> financial_year(parse_period("2015-03")), financial_year(parse_period("2015-04"))
    ('2014-15', '2015-16')
    """
    if period.frequency is Frequency.INTEGER:
        raise ValueError(f"period {period.label} is a plain number and lies in no financial year")
    return Period(Frequency.YEAR, period.ordinal // period.per_year).label


def years_between(first: str, last: str) -> int:
    """Return the number of financial years from one to another, negative where it lies before.

    Raises
    ------
    ValueError
        If a label is no financial year.

    Examples
    --------
    >>> years_between("2014-15", "2019-20")
    5
    """
    year = Frequency.YEAR
    return parse_period(last, frequency=year) - parse_period(first, frequency=year)


def _readings(label: str | int) -> list[Period]:
    """Return every period that a label may stand for, the likeliest first."""
    text = str(label).strip()
    readings = []
    if match := _YEAR.fullmatch(text):
        year, second, quarter = int(match[1]), int(match[2]), match[3]
        if second == (year + 1) % 100:
            readings.append(
                Period(Frequency.QUARTER, 4 * year + int(quarter) - 1)
                if quarter
                else Period(Frequency.YEAR, year)
            )
    if match := _MONTH.fullmatch(text):
        readings.append(Period(Frequency.MONTH, 12 * int(match[1]) + int(match[2]) - 4))
    if _INTEGER.fullmatch(text) and not isinstance(label, bool):
        readings.append(Period(Frequency.INTEGER, int(text)))
    return readings
