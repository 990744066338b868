"""The jaws: what demand costs at today's mix of offers, beside what there is to pay for it."""

from math import sqrt

import pandas as pd

from planning.case import Case

BAND = ["median", "lo80", "hi80"]


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


def cost_of_demand(case: Case, forecast: pd.DataFrame) -> pd.DataFrame:
    """Return year, median, lo80, hi80 in £: forecast demand at today's mix, plus what is fixed.

    What has no demand series is bought as today. Fixed cost is ``costs.csv`` with pressures and
    investments: savings are what a plan decides, not what demand does. Intervals of the series are
    added in quadrature, that is, as if their errors were independent.

    Parameters
    ----------
    case : Case
        The case.
    forecast : DataFrame
        The rows of ``forecast.csv`` for demand.
    """
    rows = []
    for year in case.years:
        prices = unit_prices(case, year)
        now = forecast[forecast["period"] == year]
        price = now["series"].str.split("/").str[0].map(prices).fillna(0.0)
        steady = _fixed(case, year) + _bought_without_demand(case, prices)
        rows.append((year, *_total(now[BAND].mul(price, axis=0), steady)))
    return pd.DataFrame(rows, columns=["year", *BAND])


def income_by_year(case: Case, forecast: pd.DataFrame) -> pd.DataFrame:
    """Return year, median, lo80, hi80 in £ over every stream; intervals added in quadrature."""
    rows = [(y, *_total(forecast.loc[forecast["period"] == y, BAND], 0.0)) for y in case.years]
    return pd.DataFrame(rows, columns=["year", *BAND])


def cost_before(case: Case) -> float:
    """Return what the last known year's demand cost at the prices of the year before the plan, £.

    Fixed cost is the first year's recurring ``costs.csv``, which proposals change from there.
    """
    prices = unit_prices(case, "")
    last = case.demand.sort_values("period").groupby(["service", "locality"])["units"].last()
    bought = sum(units * prices.get(key[0], 0.0) for key, units in last.items())
    costs = case.costs
    fixed = costs.loc[(costs["year"] == case.years[0]) & ~costs["one_off"], "amount"].sum()
    return float(bought + fixed + _bought_without_demand(case, prices))


def changes(case: Case, forecast: pd.DataFrame) -> pd.DataFrame:
    """Return item, before, after, change, lo80, hi80 in £, from before the plan to its last year.

    The first item is the cost of demand at today's mix, the others are the streams of income; the
    bounds are those of the change. A stream not known in the year before is blank.

    Parameters
    ----------
    case : Case
        The case.
    forecast : DataFrame
        ``forecast.csv``.
    """
    demand, income = (forecast[forecast["kind"] == kind] for kind in ("demand", "income"))
    cost = cost_of_demand(case, demand).iloc[-1]
    rows = [("cost of demand", cost_before(case), *cost[BAND])]
    past = case.income[case.income["period"] < case.years[0]]
    last = past.sort_values("period").groupby("stream")["amount"].last()
    final = income[income["period"] == case.years[-1]].set_index("series")
    rows += [(s, last.get(s, float("nan")), *final.loc[s, BAND]) for s in case.streams["stream"]]
    table = pd.DataFrame(rows, columns=["item", "before", "after", "lo80", "hi80"])
    moved = table[["after", "lo80", "hi80"]].sub(table["before"], axis=0)
    return table[["item", "before", "after"]].assign(
        change=moved["after"], lo80=moved["lo80"], hi80=moved["hi80"]
    )


def _step(case: Case, year: str) -> int:
    """Return years since the plan's first; blank is the year before it."""
    return case.years.index(year) if year else -1


def _total(parts: pd.DataFrame, steady: float) -> tuple[float, float, float]:
    """Return median, lo80 and hi80 of a sum of independent parts and a steady amount."""
    middle = parts["median"].sum() + steady
    below = sqrt(((parts["median"] - parts["lo80"]) ** 2).sum())
    above = sqrt(((parts["hi80"] - parts["median"]) ** 2).sum())
    return float(middle), float(middle - below), float(middle + above)


def _fixed(case: Case, year: str) -> float:
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
