"""A plan of the past beside what came: whether it would have said that the reserves run out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planning.case import Case
from planning.delivery import AS_EXPECTED, HALF_AND_LATE, IN_FULL, delivery_edits
from planning.depletion import POUND, Depletion, deplete
from planning.explained import key_of
from planning.outlook import Outlook
from planning.outturn import (
    ABOVE,
    AFTER_SAVINGS,
    INSIDE,
    OTHER_COUNT,
    SAME,
    beside_forecast,
    read_outturn,
    reserves_left,
)
from planning.papers.charts import Chart
from planning.papers.charts_forecast import POUNDS
from planning.papers.charts_hindsight import Comparison, came_chart
from planning.papers.charts_reserves import Fan, Line, reserves_chart
from planning.papers.view import View
from planning.verdict import Verdict, verdict_of

DELIVERIES = (IN_FULL, AS_EXPECTED, HALF_AND_LATE)
"""Without a haircut, with the case's own, and with one of half the savings and trade, late."""


@dataclass(frozen=True)
class Hindsight:
    """A case, what was forecast and planned of it, and what came.

    Parameters
    ----------
    case : Case
        As it was before the plan.
    outlook : Outlook
        Its forecast.
    outturn : DataFrame
        What came, see ``planning.outturn``.
    budgets : mapping of str to DataFrame
        ``budget.csv`` of the plan that is best for each of `DELIVERIES`, by its name.
    depletions : tuple of Depletion
        Reserves with nothing planned anew, for each of `DELIVERIES`.
    """

    case: Case
    outlook: Outlook
    outturn: pd.DataFrame
    budgets: Mapping[str, pd.DataFrame]
    depletions: tuple[Depletion, ...]

    @property
    def years(self) -> list[str]:
        """The plan's years for which it is known what reserves were left."""
        known = set(reserves_left(self.outturn)["year"])
        return [year for year in self.case.years if year in known]

    @property
    def year_out(self) -> str:
        """The first year whose end saw reserves below their minimum; blank if none did."""
        left = reserves_left(self.outturn)
        below = left[left["balance"] < self.depletions[0].minimum - POUND]
        return str(below["year"].iloc[0]) if len(below) else ""

    def inputs(self, *, as_of: str) -> View:
        """Return what the plan knew of each series, and what of it a year's end came after.

        Parameters
        ----------
        as_of : str
            The month in which the plan is thought to be made, such as ``2014-12``.
        """
        case = self.case
        past = case.demand.rename(columns={"service": "series"}).assign(status="outturn")
        known = pd.concat([past, case.income.rename(columns={"stream": "series"})])
        rows = []
        for series, part in known.groupby("series"):
            told = part.groupby("status")["period"].agg(["min", "max"])
            later = part[(part["status"] != "assumed") & (part["period"].map(_ended) > as_of)]
            rows.append(
                {
                    "series": series,
                    "outturn": _span(told, "outturn"),
                    "announced": _span(told, "confirmed"),
                    "assumed": _span(told, "assumed"),
                    f"year_ends_after_{as_of}": ", ".join(sorted(set(later["period"]))),
                }
            )
        ends = known.loc[known["status"] == "outturn", "period"].max()
        firm = known.loc[known["status"] == "confirmed", "period"].max()
        return View(
            f"What the plan knew: outturn to {ends}, announcements to {firm}, nothing later",
            pd.DataFrame(rows),
            "Assumed years are held at a figure that was known, with the forecast's own spread.",
        )

    def track(self, *series: str) -> Chart:
        """Return the chart of what was known, forecast and came, of one to four series.

        Raises
        ------
        ValueError
            If there is no such series, nothing is told of what came of it, or they are none, or too
            many to read.
        """
        return came_chart(
            [self._comparison(key_of(one, self.outlook.paths.series)) for one in series],
            source="Sources: demand.csv, income.csv and outturn.csv of the case, by publisher.",
        )

    def _comparison(self, key: str) -> Comparison:
        """Return one series, from what was known to what came."""
        kind, _, name = key.partition(":")
        own = self.outturn[(self.outturn["kind"] == kind) & (self.outturn["series"] == name)]
        ahead = self.outlook.forecast
        ahead = ahead[(ahead["kind"] == kind) & (ahead["series"] == name)]
        ahead = ahead[ahead["period"] <= self.years[-1]]
        past = self.outlook.history
        if own.empty:
            raise ValueError(f"nothing is told of what came of {name!r} in outturn.csv")
        tables = (self.case.services, self.case.streams)
        names = pd.concat([table.set_index(table.columns[0])["name"] for table in tables])
        return Comparison(
            name=own["name"].iloc[0] or names[name.partition("/")[0]],
            unit=POUNDS if kind == "income" else own["unit"].iloc[0],
            history=past.loc[past["series"] == key, ["period", "value"]].dropna(),
            ahead=ahead[["period", "median", "lo80", "hi80", "lo95", "hi95"]],
            came=own[["period", "value"]].sort_values("period"),
            alike=bool((own["basis"] == SAME).all()),
        )

    def forecasts(self) -> View:
        """Return each outturn beside its forecast, and how many fell inside the intervals."""
        table = beside_forecast(self.outlook, self.outturn)
        table = table[table["basis"] != AFTER_SAVINGS]
        like = table[table["basis"] == SAME]
        columns = ["outturn", "median", "lo80", "hi80", "lo95", "hi95"]
        money = table["unit"] == POUNDS
        shown = table.assign(
            name=table["name"].where(~money, table["name"] + ", £m"),
            **{name: table[name].where(~money, table[name] / 1e6) for name in columns},
        )
        other = sorted(set(table.loc[table["basis"] == OTHER_COUNT, "name"]))
        return View(
            f"{(like['in80'] == INSIDE).sum()} of {len(like)} outturns fell inside the 80% "
            f"interval, {(like['in95'] == INSIDE).sum()} inside the 95%",
            shown[["name", "period", *columns, "in80", "in95"]].replace({"": "–"}),
            "A series' years err together, and these are of "
            f"{like['series'].nunique()} series. {_outside(like)} Counted anew since, or of other "
            f"scope, so that no error is told: {', '.join(other)}.",
        )

    def spending(self) -> View:
        """Return what organisations' services cost beside the forecast before any saving."""
        table = beside_forecast(self.outlook, self.outturn)
        table = table[table["basis"] == AFTER_SAVINGS]
        more = table[table["outturn"] > table["hi80"]]
        told = [f"{row.name} {row.period}" for row in more.itertuples(index=False)]
        return View(
            f"Spending came above the 80% interval in {len(more)} of {len(table)} years"
            + (f": {', '.join(told)}" if told else ""),
            table[["name", "period", "outturn", "median", "lo80", "hi80"]],
            "£. The forecast is of cost at today's mix before any saving, the outturn is after the "
            "savings that came: above the interval, the forecast was too low; below it, either it "
            "was too high or savings came.",
            pounds=("outturn", "median", "lo80", "hi80"),
        )

    def reserves(self) -> Chart:
        """Return the chart of reserves: as carried on, as planned, and as they were."""
        left = reserves_left(self.outturn)
        own = left[left["year"].isin(self.years)]
        plan = self.budgets[AS_EXPECTED.name].rename(columns={"reserves_balance": "balance"})
        fans = [one for one in self.depletions if one.delivery in (AS_EXPECTED, HALF_AND_LATE)]
        when = self.year_out or self.years[-1]
        ran = f"Reserves ran out by March {_ends(when)}" if self.year_out else "Reserves lasted"
        early, hard = (f"{one.chance(when):.0%}" for one in fans)
        late = fans[1].delivery.name
        return reserves_chart(
            [Fan(f.delivery.name, f.bands()[lambda t: t["year"].isin(self.years)]) for f in fans],
            [
                Line("What came", own[["year", "balance"]]),
                Line("The plan", plan.loc[plan["year"].isin(self.years), ["year", "balance"]]),
            ],
            opening=fans[0].opening,
            minimum=fans[0].minimum,
            title=f"{ran}; seen from before the plan, with nothing planned anew, the chance of it "
            f"was {early}, or {hard} with {late[:1].lower()}{late[1:]}",
            source="Sources: MHCLG Revenue Outturn, by outturn.csv; the case, partly illustrative.",
        )

    def haircut(self) -> View:
        """Return how likely reserves are to have run out by each year, however savings come."""
        when = self.year_out or self.years[-1]
        rows = []
        for one in self.depletions:
            bands = one.bands().set_index("year").loc[when]
            chances = one.chances().set_index("year")["run_out"].round(2)
            rows.append(
                {"savings_and_trade": one.delivery.name}
                | {f"out_by_{year}": float(chances[year]) for year in self.case.years}
                | {"likelier_than_not": one.year_by(0.5) or "none"}
                | {f"left_{when}_£m": bands["median"] / 1e6, "lo80": bands["lo80"] / 1e6}
                | {"hi80": bands["hi80"] / 1e6}
            )
        told = ", ".join(f"{one.chance(when):.0%}" for one in self.depletions)
        return View(
            f"Run out by March {_ends(when)}: {told} of futures, as savings and trade come",
            pd.DataFrame(rows),
            f"The share of {self.depletions[0].balances.shape[1]:,} futures in which reserves have "
            f"fallen below £{self.depletions[0].minimum:,.0f} by a year's end, and what is left of "
            "them, with its 80% interval. Demand is met at today's mix.",
        )

    def verdict(self) -> Verdict:
        """Return the answer, with its figures."""
        return verdict_of(
            self.outlook,
            self.outturn,
            depletions=self.depletions,
            budgets=self.budgets,
            year_out=self.year_out,
        )


def look_back(folder: str | Path) -> Hindsight:
    """Forecast and plan a case of the past, and read what came of it.

    Parameters
    ----------
    folder : str or Path
        The case's, with ``outturn/outturn.csv`` below it.

    Raises
    ------
    InputError
        If the case or its outturn is at fault.
    """
    outturn, case = read_outturn(folder), Case.read(folder)
    outlook = case.forecast()
    budgets = {}
    for delivery in DELIVERIES:
        expected = case.edit(*delivery_edits(case, delivery))
        budgets[delivery.name] = expected.plan(outlook.of(expected)).allocation.budget
    depletions = tuple(deplete(outlook, delivery) for delivery in DELIVERIES)
    return Hindsight(case, outlook, outturn, budgets, depletions)


def _outside(like: pd.DataFrame) -> str:
    """Say which outturns fell outside the 80% interval, and on which side."""
    parts = []
    for side in (ABOVE, "below"):
        rows = like[like["in80"] == side]
        if len(rows):
            told = [f"{row.name} {row.period}" for row in rows.itertuples(index=False)]
            parts.append(f"{side.capitalize()} it: {', '.join(told)}.")
    return " ".join(parts)


def _span(told: pd.DataFrame, status: str) -> str:
    """Return the first and last period of a status, once where they are one."""
    if status not in told.index:
        return ""
    first, last = told.loc[status]
    return str(first) if first == last else f"{first} to {last}"


def _ends(year: str) -> int:
    """Return the calendar year in which a financial year ends."""
    return int(year[:4]) + 1


def _ended(year: str) -> str:
    """Return the month in which a period's financial year ends, such as 2015-03."""
    return f"{_ends(year)}-03"
