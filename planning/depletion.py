"""When reserves run out if the council goes on as before: path by path, with nothing planned anew.

A plan chooses what gives, and may keep its reserves by buying less. This asks the other question:
if demand is met as it is today, and savings come as well as they come, how long does the money
last?
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray
from forecasting.paths import Paths
from optimisation.problem import CORPORATE
from planning.case import Case
from planning.chances import share
from planning.delivery import AS_EXPECTED, Delivery, delivered, trade
from planning.futures import draw
from planning.outlook import Outlook
from planning.papers.charts import Chart
from planning.papers.charts_reserves import Fan, reserves_chart
from planning.papers.view import View
from planning.pressure import INCOME, cost_of_demand, service_units, unit_prices
from planning.problem import problem_of
from planning.ring_fences import fences, usable
from planning.tables.histories import names_of
from planning.tables.schema import GIVES

BOUNDS = {"lo95": 0.025, "lo80": 0.1, "median": 0.5, "hi80": 0.9, "hi95": 0.975}
"""The quantiles that are told."""

POUND = 1.0
"""£ that rounding may take of a minimum."""


@dataclass(frozen=True)
class Depletion:
    """Reserves on every path, if the council goes on as before.

    Parameters
    ----------
    case : Case
        The case.
    delivery : Delivery
        How well savings and trade come in.
    opening, minimum : float
        £ of the reserves that may pay any cost, before the plan; and that they may not fall below.
    balances : array of shape (years, paths)
        £ at the end of each year; below the minimum is what nothing covers.
    """

    case: Case
    delivery: Delivery
    opening: float
    minimum: float
    balances: FloatArray

    @property
    def out(self) -> np.ndarray:
        """Whether reserves have run out by the end of each year, shape (years, paths).

        They have in the first year that would end below the minimum, and from then on.
        """
        below = self.balances < self.minimum - POUND
        return np.asarray(np.logical_or.accumulate(below, axis=0))

    def bands(self) -> pd.DataFrame:
        """Return year, lo95, lo80, median, hi80, hi95 of reserves at the year's end, in £."""
        bounds = np.quantile(self.balances, [*BOUNDS.values()], axis=1).T
        table = pd.DataFrame(bounds, columns=[*BOUNDS])
        table.insert(0, "year", self.case.years)
        return table

    def chances(self) -> pd.DataFrame:
        """Return year, run_out (share of futures in which reserves have), and its se."""
        rows = [(year, *share(out)) for year, out in zip(self.case.years, self.out, strict=True)]
        return pd.DataFrame(rows, columns=["year", "run_out", "se"])

    def chance(self, year: str) -> float:
        """Return in which share of the futures reserves have run out by the end of a year."""
        return float(self.out[self.case.years.index(year)].mean())

    def year_by(self, probability: float) -> str:
        """Return the first year by whose end at least this share have run out; blank if none."""
        table = self.chances()
        reached = table[table["run_out"] >= probability]
        return str(reached["year"].iloc[0]) if len(reached) else ""

    def view(self) -> View:
        """Return reserves at the end of each year, and how likely they are to have run out."""
        table = self.bands().merge(self.chances().drop(columns="se"), on="year")
        when = self.year_by(0.5)
        middle = f"by {when} more likely than not" if when else "in fewer than half the futures"
        return View(
            f"{self.delivery.name}, all else as before: reserves run out {middle}",
            table,
            f"£; run out is the share of {self.balances.shape[1]:,} futures in which reserves have "
            f"fallen below their minimum of £{self.minimum:,.0f} by the year's end. Demand is met "
            "at today's mix, nothing is planned anew.",
            pounds=tuple(BOUNDS),
        )

    def chart(self) -> Chart:
        """Return the chart of reserves with their 80% band."""
        year = self.case.years[-1]
        return reserves_chart(
            [Fan(self.delivery.name, self.bands())],
            opening=self.opening,
            minimum=self.minimum,
            title=f"Reserves have run out by {year} in {self.chance(year):.0%} of futures",
            source=f"Source: the case of {self.case.name}.",
        )

    def _repr_html_(self) -> str:
        """Return the chart and the table behind it."""
        return self.chart().html + self.view()._repr_html_()


@dataclass(frozen=True)
class _Ground:
    """What does not depend on savings: amounts in £, arrays of shape (years, paths)."""

    case: Case
    opening: float
    minimum: float
    one_off_paid: FloatArray
    cost: FloatArray
    free: FloatArray
    fenced: Mapping[str, FloatArray]
    pays: Mapping[str, frozenset[str]]
    services: Mapping[str, FloatArray]


def deplete(outlook: Outlook, delivery: Delivery = AS_EXPECTED) -> Depletion:
    r"""Carry reserves along every path of an outlook, demand met at today's mix.

    .. math:: R_y = R_{y-1} + I_y + F_y + T_y + S_y - C_y + K_y

    with :math:`C` the cost of demand at today's mix (``pressure.cost_of_demand``), :math:`I`
    income that may pay for anything, :math:`F` ring-fenced income as far as it can be used,
    :math:`S` savings and new income as they come, :math:`T` what trade brings back, its activity
    limit left aside, and :math:`K` one-off cost that reserves kept for it pay.

    Parameters
    ----------
    outlook : Outlook
        Its paths, with what edits of the case make of them.
    delivery : Delivery
        How well savings and trade come in.
    """
    return _carry(_ground(outlook), delivery)


def share_needed(outlook: Outlook, *, year: str, chance: float) -> float | None:
    """Return the least share of savings at which reserves run out by a year no likelier than this.

    To the whole percent, savings on time and trade as expected; None where not even all suffice.

    Parameters
    ----------
    outlook : Outlook
        Its paths.
    year : str
        By whose end.
    chance : float
        The share of futures in which they may have run out.
    """
    ground = _ground(outlook)

    def held(percent: int) -> bool:
        some = Delivery(f"{percent}% of savings", percent / 100.0)
        return _carry(ground, some).chance(year) <= chance

    # More savings never make it likelier, so the answer is where it first holds.
    least = bisect_left(range(101), True, key=held)
    return least / 100.0 if least <= 100 else None


def _carry(ground: _Ground, delivery: Delivery) -> Depletion:
    """Carry reserves along every path, savings and trade as they come."""
    case = ground.case
    given = delivered(case, delivery)
    costs = {
        service: np.maximum(cost - given.get(service, np.zeros(1))[:, np.newaxis], 0.0)
        for service, cost in ground.services.items()
    }
    steady = sum(given.values(), trade(case, delivery) + ground.one_off_paid)
    moved = ground.free + usable(ground.fenced, ground.pays, costs) + steady[:, np.newaxis]
    balances = ground.opening + np.cumsum(moved - ground.cost, axis=0)
    return Depletion(case, delivery, ground.opening, ground.minimum, balances)


def _ground(outlook: Outlook) -> _Ground:
    """Return what of an outlook does not depend on savings."""
    case, paths = outlook.case, edited_paths(outlook)
    pays = fences(case)
    incomes = {stream: _stream(case, paths, stream) for stream in case.streams["stream"]}
    free = [income for stream, income in incomes.items() if stream not in pays]
    prices = {year: unit_prices(case, year) for year in case.years}
    reserves = problem_of(outlook).reserves
    own, kept = reserves[~reserves["one_off_only"]], reserves[reserves["one_off_only"]]
    room = float((kept["opening"] - kept["minimum"]).clip(lower=0.0).sum())
    return _Ground(
        case=case,
        opening=float(own["opening"].sum()),
        minimum=float(own["minimum"].sum()),
        one_off_paid=_one_off_paid(case, room=room),
        cost=cost_of_demand(case, paths),
        free=sum(free, np.zeros((len(case.years), 1))),
        fenced={stream: incomes[stream] for stream in pays},
        pays=pays,
        services={
            service: _cost(case, paths, service, prices)
            for service in sorted(frozenset().union(*pays.values()))
        },
    )


def _cost(
    case: Case, paths: Paths, service: str, prices: Mapping[str, Mapping[str, float]]
) -> FloatArray:
    """Return what a service costs at today's mix, with its pressures, before any saving."""
    table = case.proposals
    rises = table[~table["kind"].isin(GIVES) & (table["service"].replace("", CORPORATE) == service)]
    fixed = rises if service != CORPORATE else pd.concat([rises, case.costs])
    added = fixed.groupby("year")["amount"].sum().reindex(case.years, fill_value=0.0)
    if service == CORPORATE:
        return np.tile(added.to_numpy()[:, np.newaxis], paths.values.shape[2])
    units = [service_units(case, paths, service, year) for year in case.years]
    price = [prices[year].get(service, 0.0) for year in case.years]
    return np.asarray(
        np.array(units) * np.array(price)[:, np.newaxis] + added.to_numpy()[:, np.newaxis]
    )


def _stream(case: Case, paths: Paths, stream: str) -> FloatArray:
    """Return a stream's income on every path, £, shape (years, paths)."""
    row = paths.series.index(INCOME + stream)
    columns = [paths.periods.index(year) for year in case.years]
    return np.asarray(paths.values[row, columns])


def _one_off_paid(case: Case, *, room: float) -> FloatArray:
    """Return £ a year of one-off cost that so much kept for it pays, the earliest first."""
    rises = case.proposals[~case.proposals["kind"].isin(GIVES)]
    once = pd.concat([table[table["one_off"]] for table in (case.costs, rises)])
    due = once.groupby("year")["amount"].sum().reindex(case.years, fill_value=0.0).to_numpy()
    return np.asarray(np.diff(np.minimum(np.cumsum(due), room), prepend=0.0))


def edited_paths(outlook: Outlook) -> Paths:
    """Return an outlook's paths after the edits that its case makes of what is forecast."""
    paths, case = outlook.paths, outlook.case
    if not any(edit.table.startswith("outlook.") for edit in case.edits):
        return paths
    drawn = draw(outlook, paths.values.shape[2], seed=case.settings.seed)
    values = paths.values.copy()
    for kind, table, found in (
        ("demand", outlook.demand, drawn.demand),
        ("income", outlook.income, drawn.income),
    ):
        keys = table[table.columns[:-2]].itertuples(index=False, name=None)
        row = [paths.series.index(f"{kind}:{names_of(key)[1]}") for key in keys]
        values[row, [paths.periods.index(year) for year in table["year"]]] = found.T
    return replace(paths, values=values)
