"""A long table checked and split into series; what is wrong with one stops no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray
from forecasting.breaks import Event, mend, split_events
from forecasting.periods import Frequency, Period, parse_periods
from forecasting.scales import PLAIN, Scale, choose_scale

HISTORY_COLUMNS = ("series", "period", "value")
KNOWN_COLUMNS = ("series", "period", "value", "status")


class Status(StrEnum):
    """Where a future value comes from."""

    FORECAST = "forecast"
    CONFIRMED = "confirmed"
    INDICATIVE = "indicative"
    ASSUMED = "assumed"
    FAILED = "failed"


LEAST_KNOWN = 0.5
"""The share of a history, from its first period to its last, that must be known."""
ANNOUNCED = (Status.CONFIRMED, Status.INDICATIVE, Status.ASSUMED)
"""What a known future value may be."""


@dataclass(frozen=True)
class Known:
    """A future value that was announced, and how firmly."""

    value: float
    status: Status


@dataclass(frozen=True)
class Series:
    """One series, ready for the candidates, or with what is wrong with it.

    Parameters
    ----------
    name : str
        Its key in every table.
    values : array of shape (n,)
        What the models are fitted to: the history and the confirmed values that follow on it, per
        unit of the driver if there is one; NaN where one is missing, but never the first. Empty
        where there is a fault.
    periods : tuple of Period
        To be forecast, in order; empty if the series is too faulty to tell.
    known : tuple of Known or None
        What is announced for each of these.
    exposure : array of shape (horizon,)
        The driver's future; ones where there is none.
    past_exposure : array of shape (n,)
        The driver's past; ones where there is none.
    season : int
        Periods in a year.
    scale : Scale
        On which the models see the values.
    floor : float
        0 where neither history nor announcements go below it, else minus infinity.
    fault : str
        Why it cannot be forecast; empty if it can.
    note : str
        Why it is forecast without its driver; empty if there is nothing to say.
    """

    name: str
    values: FloatArray
    periods: tuple[Period, ...] = ()
    known: tuple[Known | None, ...] = ()
    exposure: FloatArray = field(default_factory=lambda: np.ones(0))
    past_exposure: FloatArray = field(default_factory=lambda: np.ones(0))
    season: int = 1
    scale: Scale = PLAIN
    floor: float = -np.inf
    fault: str = ""
    note: str = ""

    @property
    def past(self) -> tuple[Period, ...]:
        """The periods of `values`."""
        first = self.fitted_ahead - len(self.values)
        return tuple(self.periods[0] + step for step in range(first, self.fitted_ahead))

    @property
    def fitted_ahead(self) -> int:
        """The periods to be forecast that are confirmed and fitted to, as they follow on."""
        ahead = 0
        for known in self.known:
            if known is None or known.status is not Status.CONFIRMED:
                break
            ahead += 1
        return ahead


_Dated = Mapping[Period, float]


def read_panel(
    history: pd.DataFrame,
    *,
    horizon: int | Mapping[str, int],
    known: pd.DataFrame | None = None,
    drivers: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    season: int | None = None,
) -> tuple[Series, ...]:
    """Split long tables into series, sorted by name; see ``forecasting.forecasts.forecast``.

    Raises
    ------
    ValueError
        If a table lacks a column, its values are not numbers, a status or kind is not known, an
        event lies outside its series or a horizon is not a positive whole number: faults of the
        caller, not of a series.
    """
    if season is not None and season < 1:
        raise ValueError(f"the season is {season!r}, not a positive number")
    past = _split(history, HISTORY_COLUMNS, "history")
    announced = _split(known, KNOWN_COLUMNS, "known")
    driving = _split(drivers, HISTORY_COLUMNS, "drivers")
    breaks = split_events(events)
    if isinstance(horizon, Mapping):
        steps = {str(name): horizon[name] for name in horizon}
    else:
        steps = dict.fromkeys([*past, *announced], horizon)
    for name in sorted(steps):
        if not isinstance(steps[name], int | np.integer) or steps[name] < 1:
            raise ValueError(f"the horizon of {name} is {steps[name]!r}, not a positive number")
    if strange := sorted(set(breaks) - set(past)):
        raise ValueError(f"events names {', '.join(strange)}, of which there is no history")
    empty = pd.DataFrame(columns=list(KNOWN_COLUMNS))
    return tuple(
        _read_series(
            name,
            _Given(
                past.get(name, empty),
                announced.get(name, empty),
                driving.get(name),
                breaks.get(name, ()),
            ),
            horizon=int(steps[name]),
            season=season,
        )
        for name in sorted(steps)
    )


def _split(
    table: pd.DataFrame | None, columns: tuple[str, ...], title: str
) -> dict[str, pd.DataFrame]:
    """Return the rows of each series.

    Raises
    ------
    ValueError
        If a column is missing, or holds what it cannot.
    """
    if table is None or table.empty:
        return {}
    if missing := [column for column in columns if column not in table.columns]:
        raise ValueError(
            f"{title} has no column {', '.join(missing)}: it needs {', '.join(columns)}"
        )
    if not pd.api.types.is_numeric_dtype(table["value"]):
        raise ValueError(f"{title} has values that are not numbers: convert them first")
    if "status" in columns and (odd := sorted(set(table["status"].map(str)) - set(ANNOUNCED))):
        raise ValueError(f"{title} has status {', '.join(odd)}: write {', '.join(ANNOUNCED)}")
    return {str(name): rows for name, rows in table.groupby("series", sort=True)}


class _Given(NamedTuple):
    """What the tables say of one series."""

    past: pd.DataFrame
    announced: pd.DataFrame
    driver: pd.DataFrame | None
    events: Sequence[Event]


def _read_series(name: str, given: _Given, *, horizon: int, season: int | None) -> Series:
    """Check one series and join to it what is confirmed."""
    try:
        dated, ahead = _dated(given.past, given.announced)
    except ValueError as problem:
        return Series(name, np.zeros(0), fault=str(problem))
    if not dated and not ahead:
        return Series(name, np.zeros(0), fault="it has no history")
    first = max(dated) + 1 if dated else min(ahead)
    periods = tuple(first + step for step in range(horizon))
    known = tuple(ahead.get(period) for period in periods)
    numbers = [*dated.values(), *(one.value for one in known if one is not None)]
    series = Series(
        name=name,
        values=np.zeros(0),
        periods=periods,
        known=known,
        exposure=np.ones(horizon),
        season=season if season is not None and not first.dated else first.per_year,
        floor=-np.inf if any(number < 0.0 for number in numbers) else 0.0,
        fault=_fault(dated, ahead, periods),
    )
    if series.fault:
        return series
    return _joined(series, dated, _driver(given.driver, first.frequency), given.events)


def _dated(past: pd.DataFrame, announced: pd.DataFrame) -> tuple[_Dated, Mapping[Period, Known]]:
    """Return history and announcements by period.

    Raises
    ------
    ValueError
        If a label is no period, a period is repeated, or the frequencies differ.
    """
    periods = parse_periods([*past["period"], *announced["period"]])
    if len(kinds := sorted({period.frequency for period in periods})) > 1:
        raise ValueError(f"its periods are of several kinds: {', '.join(kinds)}")
    before, after = periods[: len(past)], periods[len(past) :]
    for span, what in ((before, "history"), (after, "what is known ahead")):
        if repeated := sorted({p for p in span if span.count(p) > 1}):
            raise ValueError(f"its {what} gives {repeated[0]} more than once")
    rows = zip(announced["value"], announced["status"], strict=True)
    known = [Known(float(value), Status(status)) for value, status in rows]
    return (
        {period: float(value) for period, value in zip(before, past["value"], strict=True)},
        dict(zip(after, known, strict=True)),
    )


def _fault(dated: _Dated, ahead: Mapping[Period, Known], periods: tuple[Period, ...]) -> str:
    """Return what is wrong with a series, or nothing."""
    if overlap := sorted(set(dated) & set(ahead)):
        return f"{overlap[0]} is both in its history and known ahead"
    if strange := sorted(p for p in periods if p in ahead and not np.isfinite(ahead[p].value)):
        return f"what is known for {strange[0]} is not a finite number"
    if not dated:
        return ""
    if all(np.isnan(value) for value in dated.values()):
        return "every value is missing"
    if strange := sorted(p for p in dated if np.isinf(dated[p])):
        return f"the value of {strange[0]} is not a finite number"
    span = max(dated) - min(dated) + 1
    known = sum(np.isfinite(value) for value in dated.values())
    if known < LEAST_KNOWN * span:
        return f"of the {span} periods of its history only {known} are known"
    return ""


def _joined(series: Series, dated: _Dated, driver: _Dated | str, events: Sequence[Event]) -> Series:
    """Return the series with the values to fit: history, then what is confirmed straight after."""
    ahead = series.fitted_ahead
    confirmed = [known.value for known in series.known[:ahead] if known is not None]
    start = min(period for period in dated if np.isfinite(dated[period])) if dated else None
    last = series.periods[0]
    past = [start + step for step in range(last - start)] if start is not None else []
    values = np.array([*(dated.get(period, np.nan) for period in past), *confirmed], dtype=float)
    wanted = [*past, *series.periods]
    note, units = driver if isinstance(driver, str) else "", np.ones(len(wanted))
    if not isinstance(driver, str):
        lacking = [p for p in wanted if p not in driver or not 0.0 < driver[p] < np.inf]
        if lacking:
            note = f"its driver has no positive value for {lacking[0]}"
        else:
            units = np.array([driver[period] for period in wanted])
    per_unit = values / units[: len(values)]
    scale = choose_scale(per_unit, floor=series.floor)
    if not len(per_unit) and series.fitted_ahead < len(series.periods):
        return replace(series, fault="it has no history, nor a first year that is confirmed")
    try:
        mended = mend(per_unit, past, events, scale=scale)
    except ValueError as problem:
        return replace(series, fault=str(problem))
    past_units, units = units[len(values) - len(mended) : len(values)], units[len(past) :]
    driven = replace(series, exposure=units, past_exposure=past_units, note=note)
    return replace(driven, values=mended, scale=scale)


def _driver(table: pd.DataFrame | None, frequency: Frequency) -> _Dated | str:
    """Return a driver by period, or why there is none to use; nothing to say if none is named."""
    if table is None:
        return ""
    try:
        periods = parse_periods(table["period"])
    except ValueError as problem:
        return f"its driver cannot be read: {problem}"
    if {period.frequency for period in periods} != {frequency}:
        return f"its driver is not given by {frequency}"
    if len(set(periods)) < len(periods):
        return "its driver gives a period more than once"
    return {p: float(value) for p, value in zip(periods, table["value"], strict=True)}
