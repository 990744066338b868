"""A typed cell of a workbook or a database as the text that a CSV file would hold."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

_WHOLE = 10**15
"""Floats up to this are whole where they look it."""


def plain_text(value: object) -> str | None:
    """Return a cell's text: 5 and not 5.0, yes for true, 2015-02-19; None where it has none.

    Figures keep every digit: a float is written as Python writes it, which reads back as the same
    float, and a decimal is written out. What is null is blank.
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case int() | float() | Decimal():
            return _figure(value)
        case date() | time():
            return _day(value)
        case timedelta() | UUID():
            return str(value)
    return None


def _figure(value: float | Decimal) -> str:
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _WHOLE
        return str(int(value)) if whole else repr(value)
    written = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return written.rstrip("0").rstrip(".") if "." in written else written


def _day(value: date | time) -> str:
    """Return a day or a time of day; of midnight the day alone."""
    if isinstance(value, datetime) and value.timetz() == time.min:
        return value.date().isoformat()
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()


def is_date(value: object) -> bool:
    """Whether a cell is held as a day."""
    return isinstance(value, date)
