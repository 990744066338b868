"""The case's history as the forecaster reads it: one long table of financial years."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from forecasting.periods import financial_year, parse_periods, years_between
from planning.case import Case

COLUMNS = ["series", "period", "value"]


@dataclass(frozen=True)
class History:
    """Series of one kind, ready to be forecast.

    Parameters
    ----------
    history : DataFrame
        series, period, value: financial years, up to the year before the plan.
    horizon : dict of str to int
        Years to forecast, so that each series reaches the plan's last year.
    keys : dict of str to tuple of str
        By series, the case's own key: (service, locality) or (stream,).
    """

    history: pd.DataFrame
    horizon: dict[str, int]
    keys: dict[str, tuple[str, ...]]


def demand_history(case: Case) -> History:
    """Return demand by financial year; a year known only in part is left out.

    Quarters and months are added up or averaged, as ``services.aggregation`` says.
    """
    how = case.services.set_index("service")["aggregation"]
    rows, keys = [], {}
    for (service, locality), part in case.demand.groupby(["service", "locality"]):
        series = f"demand:{service}/{locality}" if locality else f"demand:{service}"
        keys[series] = (service, locality)
        yearly = roll_up(part["period"], part["units"], how=how[service])
        rows += [(series, year, value) for year, value in yearly.items()]
    return _history(case, rows, keys)


def roll_up(labels: pd.Series, values: pd.Series, *, how: str) -> dict[str, float]:
    """Return one series by financial year, but for the years that are known only in part.

    Parameters
    ----------
    labels, values : Series of shape (periods,)
        The periods of one series, all years, quarters or months, and what each came to.
    how : {"sum", "mean"}
        How the periods of a year make the year.
    """
    periods = parse_periods(labels)
    years = [financial_year(period) for period in periods]
    parts = pd.Series(values.to_numpy()).groupby(years)
    whole = parts.agg(how)[parts.size() == periods[0].per_year]
    return {str(year): float(value) for year, value in whole.items()}


def income_history(case: Case) -> History:
    """Return income received, or budgeted, before the plan."""
    past = case.income[case.income["period"] < case.years[0]]
    keys = {f"income:{stream}": (stream,) for stream in case.streams["stream"]}
    rows = [(f"income:{r.stream}", r.period, float(r.amount)) for r in past.itertuples()]
    return _history(case, rows, keys)


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
    """Return the driver of every demand series that names one: series, period, value."""
    driver = case.services.set_index("service")["driver"]
    rows = [
        (series, year, value)
        for series, key in demand.keys.items()
        for name, part in case.drivers.groupby("driver")
        if name == driver[key[0]]
        for year, value in roll_up(part["period"], part["value"], how="mean").items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"value": float})


def _history(
    case: Case, rows: list[tuple[str, str, float]], keys: Mapping[str, tuple[str, ...]]
) -> History:
    """Return the series with the years that each must be forecast for."""
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"value": float})
    last = table.groupby("series")["period"].max().to_dict()
    # A series with no past is announced for every year of the plan.
    horizon = {
        series: years_between(last[series], case.years[-1]) if series in last else len(case.years)
        for series in keys
    }
    return History(table, horizon, dict(keys))
