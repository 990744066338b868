"""The case's history as the forecaster reads it: long tables of financial years."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from types import MappingProxyType

import pandas as pd

from forecasting.calendar import (
    EventKind,
    incomplete_years,
    mid_year_to_financial,
    parse_beside,
    parse_dates,
    parts,
    roll_up,
    yearly_events,
)
from forecasting.periods import Frequency, Period, parse_period, years_between
from planning.case import Case
from planning.tables.histories import names_of

COLUMNS = ["series", "period", "value"]


@dataclass(frozen=True)
class History:
    """Series of one kind, ready to be forecast.

    Parameters
    ----------
    history : DataFrame
        series, period, value: financial years, up to the year before the plan. A year that is not
        known, between years that are, has no value (NaN).
    horizon : dict of str to int
        Years to forecast, so that each series reaches the plan's last year.
    keys : dict of str to tuple of str
        By series, the case's own key: (service, locality) or (stream,).
    parts : dict of str to tuple of str
        By total, the series that add up to it. A total is forecast so that its localities may
        learn from it, and is not planned for.
    """

    history: pd.DataFrame
    horizon: dict[str, int]
    keys: dict[str, tuple[str, ...]]
    parts: dict[str, tuple[str, ...]]

    def part_table(self) -> pd.DataFrame | None:
        """Return total, part: what adds up to what; None if nothing does."""
        rows = [(total, part) for total, parts in self.parts.items() for part in parts]
        return pd.DataFrame(rows, columns=["total", "part"]) if rows else None


@dataclass(frozen=True)
class _Past:
    """What a case tells of one series before the plan.

    Parameters
    ----------
    name : str
        Its name in every table here, such as ``demand:home_care/north``.
    key : tuple of str
        The case's own key.
    values : mapping of Period to float
        What is known and not marked missing.
    how : str
        How periods make a year: ``"sum"`` or ``"mean"``.
    events : tuple of (Period, EventKind)
        What events.csv marks.
    """

    name: str
    key: tuple[str, ...]
    values: Mapping[Period, float]
    how: str
    events: tuple[tuple[Period, EventKind], ...]

    @cached_property
    def years(self) -> dict[str, float]:
        """Its financial years, from the first whole one to the last."""
        return roll_up(self.values, how=self.how)


def demand_history(case: Case) -> History:
    """Return demand by financial year, see ``forecasting.calendar.roll_up``.

    Quarters and months are added up or averaged, as ``services.aggregation`` says.
    """
    past, totals = list(_demand(case)), list(_totals(case))
    parts = {
        total.name: tuple(one.name for one in past if one.key[0] == total.key[0])
        for total in totals
    }
    keys = {one.name: one.key for one in past}
    return _history(case, [*past, *totals], keys, parts=parts)


def income_history(case: Case) -> History:
    """Return income received, or budgeted, before the plan."""
    keys = {f"income:{stream}": (stream,) for stream in case.streams["stream"]}
    return _history(case, _income(case), keys)


def known_income(case: Case) -> pd.DataFrame:
    """Return income announced for the plan's years: series, period, value, status."""
    ahead = case.income[case.income["period"] >= case.years[0]]
    return pd.DataFrame(
        {
            "series": "income:" + ahead["stream"],
            "period": ahead["period"],
            "value": ahead["amount"],
            "status": ahead["status"],
        }
    )


def driver_history(case: Case, demand: History) -> pd.DataFrame:
    """Return the driver of every demand series that names one: series, period, value.

    Quarters and months are averaged; mid-years become the financial years between them.
    """
    driver = case.services.set_index("service")["driver"]
    yearly = {
        name: _driver_years(part["period"], part["value"])
        for name, part in case.drivers.groupby("driver")
    }
    keys = {total: demand.keys[parts[0]] for total, parts in demand.parts.items()} | demand.keys
    rows = [
        (series, year, value)
        for series, key in keys.items()
        for year, value in yearly.get(driver[key[0]], {}).items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"value": float})


def event_history(case: Case) -> pd.DataFrame:
    """Return what events.csv does to the years of each history: series, period, kind.

    See ``forecasting.calendar.yearly_events``. A missing year has no value in the history either. A
    mark before its first year or after its last, or a step at its first, has nothing to act on.
    """
    rows = [
        (past.name, year, kind.value)
        for past in [*_demand(case), *_totals(case), *_income(case)]
        for year, kind in yearly_events(past.events).items()
        if year in past.years and (kind is not EventKind.STEP or year > min(past.years))
    ]
    return pd.DataFrame(rows, columns=["series", "period", "kind"], dtype="str")


def part_years(case: Case) -> pd.DataFrame:
    """Return the years of demand that are known only in part, and what is done with each.

    Returns
    -------
    DataFrame
        series, year, known, periods, done: how many of the year's quarters or months are known, of
        how many, and a few words.
    """
    rows = [
        (past.name, *part, _done(part.year, list(past.years)))
        for past in _demand(case)
        for part in incomplete_years(past.values)
    ]
    return pd.DataFrame(rows, columns=["series", "year", "known", "periods", "done"])


def _done(year: str, years: list[str]) -> str:
    """Say what is done with a year that is known in part."""
    if not years or year < years[0]:
        return "left out: before the first whole year"
    if year > years[-1]:
        return "left out: after the last whole year"
    return "taken as not known"


def _demand(case: Case) -> Iterator[_Past]:
    """Yield every series of demand."""
    how = case.services.set_index("service")["aggregation"]
    for key, rows in case.demand.groupby(["service", "locality"]):
        name = "demand:" + "/".join(part for part in key if part)
        dates = zip(parse_dates(rows["period"]), rows["units"], strict=True)
        yield _past(case, name, key, dict(dates), how=how[key[0]])


def _totals(case: Case) -> Iterator[_Past]:
    """Yield, by year, the sum of its localities of every service that has several.

    Of the years that are known of all of them; an average over localities is no sum of theirs. What
    breaks one of them breaks the sum.
    """
    by_service: dict[str, list[_Past]] = defaultdict(list)
    for past in _demand(case):
        by_service[past.key[0]].append(past)
    for service, places in by_service.items():
        if len(places) > 1 and places[0].how == "sum":
            known = set.intersection(*({*place.years} for place in places))
            values = {parse_period(year): sum(p.years[year] for p in places) for year in known}
            events = {
                (parse_period(year), kind)
                for place in places
                for year, kind in yearly_events(place.events).items()
            }
            used = {period: value for period, value in values.items() if not isnan(value)}
            yield _Past(f"demand:{service}", (service, ""), used, "sum", tuple(sorted(events)))


def _income(case: Case) -> Iterator[_Past]:
    """Yield every stream with income before the plan."""
    before = case.income[case.income["period"] < case.years[0]]
    for stream, rows in before.groupby("stream"):
        dates = zip(parse_dates(rows["period"]), rows["amount"], strict=True)
        yield _past(case, f"income:{stream}", (stream,), dict(dates), how="sum")


def _past(
    case: Case, name: str, key: tuple[str, ...], values: Mapping[Period, float], *, how: str
) -> _Past:
    """Return one series, without the values of periods that are marked missing."""
    frequency = next(iter(values)).frequency
    marked = case.events[case.events["series"].isin(names_of(key))]
    events = tuple(
        (parse_beside(row.period, frequency), EventKind(row.kind)) for row in marked.itertuples()
    )
    missing = {
        part
        for period, kind in events
        if kind is EventKind.MISSING
        for part in parts(period, frequency)
    }
    used = {period: value for period, value in values.items() if period not in missing}
    return _Past(name, key, used, how, events)


def _driver_years(labels: pd.Series, values: pd.Series) -> dict[str, float]:
    """Return one driver by financial year."""
    dated = dict(zip(parse_dates(labels), values, strict=True))
    if next(iter(dated)).frequency is Frequency.INTEGER:
        return mid_year_to_financial({date.ordinal: value for date, value in dated.items()})
    return roll_up(dated, how="mean")


def _history(
    case: Case,
    series: Iterable[_Past],
    keys: Mapping[str, tuple[str, ...]],
    *,
    parts: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> History:
    """Return the series with the years that each must be forecast for."""
    rows = [(past.name, year, value) for past in series for year, value in past.years.items()]
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"value": float})
    last = table.groupby("series")["period"].max().to_dict()
    # A series with no past is announced for every year of the plan.
    horizon = {
        series: years_between(last[series], case.years[-1]) if series in last else len(case.years)
        for series in [*keys, *parts]
    }
    return History(table, horizon, dict(keys), dict(parts))
