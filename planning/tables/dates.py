"""A financial year, a quarter, a month or a day as planners write it."""

import re
from contextlib import suppress
from datetime import datetime

from forecasting.calendar import MID_YEAR
from forecasting.periods import Frequency, Period, parse_period
from planning.tables.text import MINUS, UnreadableCell, tidy

_MID_YEAR = re.compile(r"mid[- ]?(?:year ?)?(?P<year>[0-9]{4})", re.IGNORECASE)
_DATE = re.compile(r"[A-Za-z]{3,9}[- ][0-9]{2,4}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}")
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d 00:00:00")
"""How a day may be written; the last is how a spreadsheet's date comes."""


def day(text: str) -> str:
    """Return a day as ``2015-02-19``; where figures alone say it, the day stands before the month.

    Raises
    ------
    UnreadableCell
        If it is no day of the calendar.
    """
    plain = tidy(text).translate(MINUS)
    for layout in _DAYS:
        with suppress(ValueError):
            return datetime.strptime(plain, layout).date().isoformat()
    raise UnreadableCell("not a day", "Write it as 2015-02-19 or 19/02/2015.")


def period(text: str, *, years_only: bool) -> str:
    """Return the plain label of a financial year, or of a year, quarter or month.

    Raises
    ------
    UnreadableCell
        If it is none.
    """
    plain = tidy(text).translate(MINUS)
    try:
        found = parse_period(plain, frequency=Frequency.YEAR if years_only else None)
    except ValueError:
        raise _not_a_period(plain, years_only=years_only) from None
    if found.frequency is Frequency.INTEGER:
        raise _not_a_period(plain, years_only=years_only)
    return found.label


def period_or_mid_year(text: str) -> str:
    """Return the plain label of a period, or of the 30 June of a year, such as ``mid-2015``.

    Raises
    ------
    UnreadableCell
        If it is neither.
    """
    if found := _MID_YEAR.fullmatch(tidy(text).translate(MINUS)):
        return f"{MID_YEAR}{found['year']}"
    try:
        return period(text, years_only=False)
    except UnreadableCell as refusal:
        also = "What is counted at 30 June 2015 is of mid-2015."
        raise UnreadableCell(refusal.wrong, f"{refusal.remedy} {also}") from None


def _not_a_period(text: str, *, years_only: bool) -> UnreadableCell:
    """Say what stands where a year or a period should be, and what to do about it."""
    forms = "2015-16" if years_only else "2015-16, 2015-16 Q1 or 2015-04"
    if _MID_YEAR.fullmatch(text):
        wrong = "a mid-year, which only a driver may be given by"
        return UnreadableCell(wrong, f"Write it as {forms}.")
    if _DATE.fullmatch(text):
        wrong = "a date, perhaps made of a year by the spreadsheet"
        return UnreadableCell(wrong, f"Format the column as text, and write it as {forms}.")
    if found := re.fullmatch(r"(?:FY ?)?([0-9]{4})", text, flags=re.IGNORECASE):
        year = int(found[1])
        ends, starts = _year(year - 1), _year(year)
        wrong = "a calendar year, not a financial year"
        return UnreadableCell(wrong, f"Write {starts} if it starts in {year}, {ends} if it ends.")
    if found := re.fullmatch(r"([0-9]{4}) ?[-/] ?(?:[0-9]{2}|[0-9]{4})", text):
        wrong = "not one year: its second part is not the year after its first"
        return UnreadableCell(wrong, f"Write {_year(int(found[1]))}, if that is the year meant.")
    wrong = "not a financial year" if years_only else "not a year, a quarter or a month"
    return UnreadableCell(wrong, f"Write it as {forms}.")


def _year(start: int) -> str:
    return Period(Frequency.YEAR, start).label
