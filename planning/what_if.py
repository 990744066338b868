"""What would follow from a few changes, soon enough to be asked again: values, edits, a sketch.

The forecast is not made again, and nothing is certified: a change worth keeping is saved as a
scenario, whose plan ``virement stress`` draws up in full.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

import pandas as pd

from optimisation.refusals import Infeasible
from optimisation.sketch import sketch
from planning.case import Case
from planning.outlook import Outlook
from planning.papers.view import View
from planning.problem import problem_of
from planning.scenario_file import add_scenario
from planning.stress import Cell, failure
from planning.summary import PENNY, summarise
from planning.tables.edits import Edit
from planning.tables.faults import InputError
from planning.tables.schema import SETTINGS_FILE

TRIED = "what if"
"""The scenario's name until it is saved under one of its own."""

SOURCE = "assumption of the what-if panel"
"""Where the rows of a saved scenario are from, with what they change."""

AS_IT_IS, AFTER = "as it is", "after"
"""What figures and charts are of."""


@dataclass(frozen=True)
class Values:
    """What is changed, in every year of the plan; as it stands, nothing.

    Parameters
    ----------
    grant, council_tax : float
        More of this income, as a share of it: -0.05 is 5% less.
    demand_quantile : float or None
        The quantile of the forecast planned for, between 0 and 1, by services that have none of
        their own; None is the case's.
    failing : str
        A provider whose offers are gone; blank is none.
    outcome, target : str, float
        The outcome whose targets are changed, and by which share of each.
    trading : float
        By how much the market for work for others is multiplied.
    """

    grant: float = 0.0
    council_tax: float = 0.0
    demand_quantile: float | None = None
    failing: str = ""
    outcome: str = ""
    target: float = 0.0
    trading: float = 1.0

    def cells(self, case: Case) -> Iterator[Cell]:
        """Yield the cells that are changed."""
        for kind, share in (("grant", self.grant), ("council_tax", self.council_tax)):
            for stream in case.streams.loc[case.streams["kind"] == kind, "stream"]:
                if share:
                    yield "outlook.income", f"{stream}/*", "amount", _times(1.0 + share)
        if (risk := self._risk(case)) is not None:
            yield SETTINGS_FILE, "", "plan.demand_quantile", f"{risk:.9g}"
        if self.failing:
            yield from failure(case, self.failing)
        if self.outcome and self.target:
            yield "targets", f"{self.outcome}/*", "target", _times(1.0 + self.target)
        if self.trading != 1.0:
            yield "organisations", "*", "external_market", _times(self.trading)

    def _risk(self, case: Case) -> float | None:
        """Return the quantile planned for if it is another than the case's."""
        same = self.demand_quantile == case.settings.demand_quantile
        return None if same else self.demand_quantile

    def edits(self, case: Case, *, name: str = TRIED) -> tuple[Edit, ...]:
        """Return the changes as a scenario's edits; none where nothing is changed."""
        return tuple(Edit(name, *cell) for cell in self.cells(case))

    def words(self, case: Case) -> str:
        """Return what is changed, for a reader."""
        return "; ".join(self._told(case)) or "nothing changed"

    def _told(self, case: Case) -> Iterator[str]:
        for income, share in (("grants", self.grant), ("council tax", self.council_tax)):
            if share:
                yield f"{income} {_more(share)}"
        if (risk := self._risk(case)) is not None:
            own = case.services["demand_quantile"].notna().any()
            but = ", but for services with a quantile of their own" if own else ""
            yield f"demand at the {risk:.0%} quantile of the forecast{but}"
        if self.failing:
            yield f"{named(case.providers, 'provider')[self.failing]} fails"
        if self.outcome and self.target:
            target = named(case.outcomes, "outcome")[self.outcome]
            yield f"target “{target}” {_more(self.target, 'higher', 'lower')}"
        if self.trading != 1.0:
            yield f"the market for organisations' work for others times {self.trading:g}"


@dataclass(frozen=True)
class Tried:
    """What follows from some changes, or why nothing can.

    Parameters
    ----------
    words : str
        What was changed.
    case : Case
        The case after it, or as it is where the change is refused.
    tables : mapping of str to DataFrame
        The plan's tables by the name of their file; none where there is no plan.
    refused : tuple of str
        Why there is none, line by line.
    """

    words: str
    case: Case
    tables: Mapping[str, pd.DataFrame]
    refused: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """What is met and missed, and what of it is illustrative; or why there is no plan."""
        return [*self.refused] if self.refused else summarise(self.case, self.tables)[1:]


@dataclass(frozen=True)
class WhatIf:
    """A case that is asked what if, over and over, on one forecast.

    Parameters
    ----------
    case : Case
        The case as it is.
    outlook : Outlook
        Its forecast.
    before : mapping of str to DataFrame
        Its plan's tables, by the name of their file.
    """

    case: Case
    outlook: Outlook
    before: Mapping[str, pd.DataFrame]

    @classmethod
    def of(cls, case: Case, outlook: Outlook | None = None) -> Self:
        """Forecast a case, unless that is done, and plan it as it is.

        Raises
        ------
        Infeasible
            If hard rules of the case contradict each other.
        InputError
            If a series cannot be forecast.
        """
        ahead = case.forecast() if outlook is None else outlook.of(case)
        return cls(case, ahead, sketch(problem_of(ahead)))

    def tried(self, values: Values) -> Tried:
        """Return what follows from some changes.

        Raises
        ------
        SolverError
            If HiGHS stops without a proven optimum.
        """
        words, edits = values.words(self.case), values.edits(self.case)
        if not edits:
            return Tried(words, self.case, self.before)
        try:
            case = self.case.edit(*edits)
            return Tried(words, case, sketch(problem_of(self.outlook.of(case))))
        except InputError as error:
            return Tried(words, self.case, {}, tuple(str(fault) for fault in error.faults))
        except Infeasible as refusal:
            return Tried(words, self.case, {}, _told(refusal))

    def saved(self, values: Values, name: str) -> Self:
        """Save some changes as a scenario of the case, and return what goes on from there.

        Raises
        ------
        InputError
            If the name is taken or none, nothing is changed, or the case would be at fault; see
            ``planning.scenario_file``. Nothing is written then.
        """
        new = values.edits(self.case)
        made = (*self.case.edits, *new) if new else ()
        case = add_scenario(
            self.case,
            [replace(edit, scenario=name, line=None) for edit in made],
            source=f"{SOURCE}: {values.words(self.case)}",
            note="",
        )
        return replace(self, case=case, outlook=self.outlook.of(case))

    @property
    def minimum(self) -> float:
        """What reserves may never fall below, all together, £."""
        own = self.case.reserves
        return float(own["minimum"].sum()) if len(own) else self.case.settings.minimum

    def figures(self, tried: Tried) -> View:
        """Return gap, cost and what pays for it, before and after."""
        before, after = (_figures(t["budget"]) for t in (self.before, tried.tables))
        table = pd.DataFrame({"figure": list(before), AS_IT_IS: before.values()})
        table = table.assign(**{AFTER: after.values()})
        change = table[AFTER] - table[AS_IT_IS]
        table = table.assign(change=change.where(change.abs() >= PENNY, 0.0))
        return View(f"What if: {tried.words}", table, pounds=(AS_IT_IS, AFTER, "change"))

    def by_year(self, tried: Tried) -> View:
        """Return what the charts show, year by year."""
        budgets = (self.before["budget"], tried.tables["budget"])
        columns = {
            f"{name}, {when}": figure(budget)
            for name, figure in BY_YEAR.items()
            for when, budget in zip((AS_IT_IS, AFTER), budgets, strict=True)
        }
        table = pd.DataFrame({"year": budgets[0]["year"], **columns})
        return View("Year by year, £", table, pounds=tuple(columns))


def _told(refusal: Infeasible) -> tuple[str, ...]:
    """Return what cannot all hold and what alone would do, line by line."""
    ways = ("One of these alone would do, the least first:", *refusal.ways_out)
    head = "No plan keeps every rule. These cannot all hold:"
    return head, *refusal.conflict, *(ways if refusal.ways_out else ())


def _figures(budget: pd.DataFrame) -> dict[str, float]:
    """Return what is told of a plan, in £."""
    last = budget["year"].iloc[-1]
    return {
        "Gap that nothing covers, all years": float(budget["managed_gap"].sum()),
        f"Structural gap in {last}": float(budget["structural_gap"].iloc[-1]),
        "Cost, all years": float(cost(budget).sum()),
        "Income and trading, all years": float(income(budget).sum()),
        f"Reserves at the end of {last}": float(budget["reserves_balance"].iloc[-1]),
    }


def cost(budget: pd.DataFrame) -> pd.Series:
    """Return what a plan costs by year, £."""
    return budget["cost"] + budget["fixed_cost"]


def income(budget: pd.DataFrame) -> pd.Series:
    """Return what comes in by year, trading with it and reserves without, £."""
    return budget["income"] + budget["trading"]


BY_YEAR: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "cost": cost,
    "income": income,
    "gap": lambda budget: budget["managed_gap"],
    "reserves": lambda budget: budget["reserves_balance"],
}
"""What the charts show, and where a budget has it."""


def _times(factor: float) -> str:
    """Return a factor as an edit; a spreadsheet that opens and saves it leaves it as it is."""
    return f"x{factor:.9f}".rstrip("0").rstrip(".")


def _more(share: float, up: str = "more", down: str = "less") -> str:
    return f"{abs(100 * share):.3g}% {up if share > 0.0 else down}"


def named(table: pd.DataFrame, key: str) -> Mapping[str, str]:
    """Return the names of a table's rows by their key, in order of name."""
    return dict(sorted(zip(table[key], table["name"], strict=True), key=lambda one: one[::-1]))
