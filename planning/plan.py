"""A plan: the allocation with all that explains it, as tables, as a page and as a folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from optimisation import Allocation, allocate
from planning.case import Case
from planning.outlook import Outlook
from planning.papers.view import View, html_table
from planning.problem import problem_of
from planning.status import Status
from planning.summary import has_shortfall, millions, summarise

if TYPE_CHECKING:
    from planning.choices import Choices
    from planning.comparison.comparison import Comparison
    from planning.delivery import Delivery
    from planning.depletion import Depletion
    from planning.futures import Futures
    from planning.papers.charts import Chart


@dataclass(frozen=True)
class Plan:
    """One case, its outlook and the allocation that is best for it."""

    case: Case
    outlook: Outlook
    allocation: Allocation

    @property
    def allocated(self) -> Mapping[str, pd.DataFrame]:
        """The tables of the allocation alone, by the name of their file."""
        return {
            name: getattr(self.allocation, name)
            for name in (
                "allocation",
                "demand",
                "targets",
                "income",
                "funding",
                "budget",
                "reserves",
                "organisations",
                "goals",
                "prices",
                "rules",
            )
        }

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table of the plan, by the name of its file, in the order of the contract."""
        return MappingProxyType(
            dict(self.allocated)
            | {
                "sensitivities": self.sensitivities,
                "options": self.options,
                "forecast": self.outlook.forecast,
                "backtest": self.outlook.backtest,
            }
        )

    @cached_property
    def sensitivities(self) -> pd.DataFrame:
        """What hangs on what: ``sensitivities.csv``, made when first asked for, in seconds."""
        from planning.sensitivities import sensitivity_table  # It makes plans: wanted only here.

        return sensitivity_table(problem_of(self.outlook), self.allocation.budget)

    @cached_property
    def options(self) -> pd.DataFrame:
        """What the case's own scenarios come to: ``options.csv``, made when first asked for.

        Raises
        ------
        InputError
            If what the case is read from has changed since.
        """
        from planning.options import option_table  # It makes plans: wanted only here.

        return option_table(self.outlook, self.allocation.budget)

    @property
    def status(self) -> Status:
        """``SHORTFALL`` where the law is not met or a gap remains, else ``PLANNED``."""
        return Status.SHORTFALL if has_shortfall(self.allocation.goals) else Status.PLANNED

    def summary(self) -> list[str]:
        """Return what the plan comes to, in lines that a councillor can read."""
        return summarise(self.case, self.allocated)

    def budget(self) -> View:
        """Return what is spent and what pays for it, year by year."""
        return View("Budget, £", self.allocation.budget, "Reserves drawn are net of additions.")

    def gap(self) -> View:
        """Return the structural and the managed gap, year by year."""
        columns = ["year", "structural_gap", "reserves_drawn", "reserves_balance", "managed_gap"]
        return View(
            "The gap before and after one-off money, £",
            self.allocation.budget[columns],
            "The structural gap is recurring cost that recurring income does not pay for; the "
            "managed gap is what reserves and one-off income leave of it.",
        )

    def targets(self) -> View:
        """Return every target with what the plan achieves, the missed ones first."""
        names = self.case.outcomes.set_index("outcome")["name"]
        table = self.allocation.targets.assign(name=lambda t: t["outcome"].map(names))
        table = table.assign(met=table["shortfall"] == 0.0)
        table = table.sort_values(["met", "outcome", "year"])
        columns = ["name", "year", "target", "achieved", "shortfall", "marginal_cost"]
        return View(
            "Targets: what the plan achieves",
            table[columns].reset_index(drop=True),
            "A dash under marginal cost is a price that cannot be vouched for, not a nil.",
        )

    def bridge(self) -> "Chart":
        """Return the chart of what takes each year's requirement to the next."""
        from planning.budget_paper.figures import bridge_chart  # Papers are made of plans.
        from planning.schedules.mtfs import mtfs

        return bridge_chart(self.case, mtfs(self.case, self.allocated))

    def spending(self) -> "Chart":
        """Return the chart of what each organisation answers for, year by year."""
        from planning.budget_paper.figures import spending_chart

        return spending_chart(self.case, self.allocated)

    def reserves(self) -> "Chart":
        """Return the chart of reserves with their floor."""
        from planning.budget_paper.figures import reserves_chart

        return reserves_chart(self.case, self.allocated)

    def promises(self) -> "Chart":
        """Return the chart of what is achieved of each target, met or missed."""
        from planning.budget_paper.figures import targets_chart

        return targets_chart(self.case, self.allocated)

    def tornado(self) -> "Chart":
        """Return the chart of what hangs on what; the plan is made again for it, in seconds."""
        from planning.budget_paper.figures import tornado_chart

        return tornado_chart(self.case, self.tables)

    def prices(self) -> View:
        """Return what each promise costs."""
        table = self.allocation.prices
        told = table[(table["price_gap"] > 0.0) | (table["price_cost"] > 0.0)]
        unknown = len(table) - len(told)
        return View(
            "What one unit less of each requirement would save, £",
            told.reset_index(drop=True),
            "What a plan made again would save, between the levels lower and upper. Shares, "
            "changes and activity limits are counted in units, or £, beyond the rule."
            + (f" {unknown} others have a price that cannot be vouched for." if unknown else ""),
        )

    def organisations(self) -> View:
        """Return each organisation's turnover, what it brings back and what it has left."""
        table = self.allocation.organisations
        names = self.case.organisations.set_index("organisation")["name"]
        back = millions(table["returned"].sum())
        return View(
            f"Organisations: {back} comes back to the council from work for others",
            table.assign(organisation=table["organisation"].map(names)),
            "£; the share is of turnover. Reserves are its own, a dash where what it opened with "
            "is not known; below nil it is no going concern.",
        )

    def rules(self) -> View:
        """Return what each rule costs: by how much every goal would be less without it."""
        table = self.allocation.rules
        goals = [name for name in table.columns[2:] if (table[name] != 0.0).any()]
        told = table[(table[goals] != 0.0).any(axis=1)] if goals else table.iloc[:0]
        return View(
            f"What rules cost: {len(told)} of {len(table)} cost anything",
            told[["rule", "kind", *goals]].reset_index(drop=True),
            "By how much each goal would be less without the rule, every goal sought anew; in £, "
            "targets as shares. Below nil, a later goal gives what an earlier one then takes.",
        )

    def awards(self, *offers: str) -> View:
        """Return why each offer, or those named, won, lost or stopped, and at what price not.

        The plan is made again at other prices, for about half a second an offer, and longer where
        awards are whole.

        Raises
        ------
        ValueError
            If an offer is named that there is not.
        """
        from optimisation.awards import award_table  # It makes plans, and is wanted only here.

        costs = ("unit_cost", "keeping_unit_cost", "switching_unit_cost")
        table = award_table(problem_of(self.outlook), offers=offers or None)
        return View(
            "Why each offer sells what it sells, and the unit cost at which that would change",
            table[["offer", "years", "used", *costs, "sentence"]],
            "Above its keeping unit cost an offer wins less in these years than it does; above its "
            "switching unit cost nothing. A dash says that no price makes that difference.",
            rates=costs,
        )

    def largest_offers(self, count: int) -> list[str]:
        """Return the offers that are paid most over the years, the most first."""
        paid = self.allocation.allocation.groupby("offer")["cost"].sum()
        return [str(offer) for offer in paid.nlargest(count).index]

    def alternatives(self, *, within: float = 0.01) -> "Choices":
        """Return up to five plans nearly as good, for members to choose between."""
        from planning.choices import choose  # It makes plans, and knows this module.

        return choose(self, within=within)

    def frontier(self, outcome: str | None = None) -> View:
        """Return what each level of one outcome would cost; of the dearest unless it is named.

        Raises
        ------
        KeyError
            If the outcome has no target, or there are none.
        """
        from planning.choices import frontier_view

        return frontier_view(self, outcome)

    def depletion(self, delivery: "Delivery | None" = None) -> "Depletion":
        """Return when reserves run out if, instead, the council goes on as before.

        Parameters
        ----------
        delivery : Delivery, optional
            How well savings and trade come in; as the case expects them unless given.
        """
        from planning.delivery import AS_EXPECTED
        from planning.depletion import deplete  # It knows this module.

        return deplete(self.outlook, AS_EXPECTED if delivery is None else delivery)

    def in_whole_units(self) -> View:
        """Return the plan in whole placements, weeks and hours, certified; it may take a minute."""
        from planning.choices import whole_view

        return whole_view(self)

    def compare(self, other: "Plan") -> "Comparison":
        """Return what changed from another plan to this one, and why, in steps that add up.

        The other plan is the old one and this the new: a gap that rises is higher here.

        Raises
        ------
        NotComparable
            If the plans share no year.
        """
        from planning.comparison.comparison import compare_plans  # It makes plans, and knows this.

        return compare_plans(other, self)

    def futures(self, count: int = 200, *, seed: int | None = None, jobs: int = 1) -> "Futures":
        """Plan the case in some futures of its forecast, see ``planning.futures.run_futures``."""
        from planning.futures import run_futures  # joblib's processes are wanted only here.
        from planning.spread_work import Workers

        return run_futures(self.outlook, count, seed=seed, workers=Workers(jobs))

    def export(
        self,
        folder: str | Path,
        *,
        dated: str = "",
        started: str = "",
        seconds: float | None = None,
    ) -> Path:
        """Write the plan's folder, all or nothing, and return where it is.

        Parameters
        ----------
        folder : str or Path
            Where to write; an earlier plan there is replaced whole.
        dated : str, optional
            The day that the papers bear, ``2015-02-19``, against which review dates are held.
        started : str, optional
            When the run began, for the manifest; only the command line reads the clock.
        seconds : float, optional
            How long the run took.

        Raises
        ------
        FileExistsError
            If the folder holds anything but an earlier plan.
        """
        from planning.export import write_plan  # XlsxWriter is wanted only here.

        return write_plan(self, Path(folder), dated=dated, started=started, seconds=seconds)

    def _repr_html_(self) -> str:
        """Return the summary and the budget."""
        head, *lines = self.summary()
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        budget = html_table("Budget, £", self.allocation.budget)
        return f"<p><strong>{escape(head)}</strong></p><ul>{items}</ul>{budget}"


def draw_up(outlook: Outlook, *, say: Callable[[str], None] = lambda _: None) -> Plan:
    """Return the plan that is best for an outlook.

    Raises
    ------
    Infeasible
        If hard rules of the case contradict each other.
    SolverError
        If HiGHS stops without a proven optimum.
    """
    return Plan(outlook.case, outlook, allocate(problem_of(outlook), say=say))
