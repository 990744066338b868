"""The jaws: what demand costs at today's mix of offers, beside what there is to pay for it."""

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray
from forecasting.calendar import roll_up
from forecasting.paths import Paths
from forecasting.periods import Period, parse_periods
from planning.case import Case

BAND = ["median", "lo80", "hi80"]
DEMAND, INCOME = "demand:", "income:"
"""What stands before the names of series, by kind."""


def unit_prices(case: Case, year: str) -> dict[str, float]:
    """Return £ a unit by service in a year: its offers' prices, by what is bought of each today.

    Where a service's purchases of today are not known its open offers count alike. A price is
    ``unit_cost * (1 + indexation) ** t`` with ``t`` years since the plan's first, so that of the
    year before is one indexation down.
    """
    step = _step(case, year)
    prices: dict[str, float] = {}
    for service, offers in case.offers.groupby("service"):
        open_now = offers[
            (offers["first_year"] <= case.years[0])
            & ((offers["last_year"] == "") | (offers["last_year"] >= case.years[0]))
        ]
        weights = open_now["current"].fillna(0.0)
        if weights.sum() == 0.0:
            weights = weights + 1.0
        price = open_now["unit_cost"] * (1.0 + open_now["indexation"]) ** step
        if len(open_now):
            prices[str(service)] = float((price * weights).sum() / weights.sum())
    return prices


def cost_of_demand(case: Case, paths: Paths) -> FloatArray:
    """Return what forecast demand costs at today's mix on every path, £, shape (years, paths).

    What has no demand series is bought as today. Fixed cost is ``costs.csv`` with pressures and
    investments: savings are what a plan decides, not what demand does.

    Parameters
    ----------
    case : Case
        The case.
    paths : Paths
        Of every series, those of demand named ``demand:service`` or ``demand:service/locality``.
    """
    rows = []
    for year in case.years:
        prices = unit_prices(case, year)
        steady = fixed_cost(case, year) + _bought_without_demand(case, prices)
        price = [prices.get(_service(series), 0.0) for series in paths.series]
        rows.append(steady + np.array(price) @ _units(paths, year))
    return np.array(rows)


def service_units(case: Case, paths: Paths, service: str, year: str) -> FloatArray:
    """Return a service's units in a year on every path: its demand, or what is bought of it today.

    Parameters
    ----------
    case : Case
        The case.
    paths : Paths
        Of every series.
    service : str
        One of services.csv.
    year : str
        One of the plan's years.
    """
    own = [_service(series) == service for series in paths.series]
    if any(own):
        return np.asarray(_units(paths, year)[own].sum(axis=0))
    bought = case.offers.loc[case.offers["service"] == service, "current"].sum()
    return np.full(paths.values.shape[2], float(bought))


def income_by_year(case: Case, paths: Paths) -> FloatArray:
    """Return income over every stream on every path, £, shape (years, paths)."""
    streams = np.array([series.startswith(INCOME) for series in paths.series], dtype=float)
    return np.array([streams @ _units(paths, year) for year in case.years])


def banded(case: Case, amounts: FloatArray) -> pd.DataFrame:
    """Return year, median, lo80, hi80 in £ of amounts on paths, array of shape (years, paths)."""
    band = np.quantile(amounts, [0.5, 0.1, 0.9], axis=1).T
    return pd.DataFrame(band, columns=BAND).assign(year=case.years)[["year", *BAND]]


def cost_before(case: Case) -> float:
    """Return what the last known year's demand cost at the prices of the year before the plan, £.

    Fixed cost is the first year's recurring ``costs.csv``, which proposals change from there.
    """
    prices = unit_prices(case, "")
    bought = sum(units * prices.get(service, 0.0) for service, units in demand_before(case).items())
    costs = case.costs
    fixed = costs.loc[(costs["year"] == case.years[0]) & ~costs["one_off"], "amount"].sum()
    return float(bought + fixed + _bought_without_demand(case, prices))


def demand_before(case: Case) -> dict[str, float]:
    """Return the units of the last known year by service, over its localities."""
    how = case.services.set_index("service")["aggregation"]
    units: dict[str, float] = {}
    for key, part in case.demand.groupby(["service", "locality"]):
        if yearly := roll_up(_by_period(part), how=how[key[0]]):
            units[key[0]] = units.get(key[0], 0.0) + [*yearly.values()][-1]
    return units


def _by_period(demand: pd.DataFrame) -> dict[Period, float]:
    """Return the units of one series by period."""
    return dict(zip(parse_periods(demand["period"]), demand["units"], strict=True))


def changes(case: Case, paths: Paths) -> pd.DataFrame:
    """Return item, before, after, change, lo80, hi80 in £, from before the plan to its last year.

    The first item is the cost of demand at today's mix, the others are the streams of income; the
    interval is that of the change. Before the plan a stream is what its last known year brought.

    Parameters
    ----------
    case : Case
        The case.
    paths : Paths
        Of every series.
    """
    past = case.income[case.income["period"] < case.years[0]]
    last = past.sort_values("period").groupby("stream")["amount"].last()
    final = _units(paths, case.years[-1])
    items = [("cost of demand", cost_before(case), cost_of_demand(case, paths)[-1])]
    items += [
        (stream, float(last.get(stream, np.nan)), final[paths.series.index(INCOME + stream)])
        for stream in case.streams["stream"]
    ]
    rows = []
    for item, before, after in items:
        middle, low, high = np.quantile(after, [0.5, 0.1, 0.9])
        rows.append((item, before, middle, middle - before, low - before, high - before))
    return pd.DataFrame(rows, columns=["item", "before", "after", "change", "lo80", "hi80"])


def _service(series: str) -> str:
    """Return the service of a series of demand; blank for any other."""
    kind, _, name = series.partition(":")
    return name.split("/")[0] if f"{kind}:" == DEMAND else ""


def _units(paths: Paths, year: str) -> FloatArray:
    """Return a year on every path, shape (series, paths)."""
    return np.asarray(paths.values[:, paths.periods.index(year)])


def _step(case: Case, year: str) -> int:
    """Return years since the plan's first; blank is the year before it."""
    return case.years.index(year) if year else -1


def fixed_cost(case: Case, year: str) -> float:
    """Return fixed cost of a year in £, before savings and income proposals."""
    costs = case.costs.loc[case.costs["year"] == year, "amount"].sum()
    rises = case.proposals["kind"].isin(["pressure", "investment"])
    added = case.proposals.loc[rises & (case.proposals["year"] == year), "amount"].sum()
    return float(costs + added)


def _bought_without_demand(case: Case, prices: dict[str, float]) -> float:
    """Return what today's purchases cost of services that have no demand series, in £."""
    counted = set(case.demand["service"])
    today = case.offers.groupby("service")["current"].sum()
    return float(sum(u * prices.get(s, 0.0) for s, u in today.items() if s not in counted))
