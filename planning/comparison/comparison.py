"""Two plans side by side: what changed from one to the other, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from planning.comparison.beside import PENNY
from planning.comparison.demand import demand_changes
from planning.comparison.figures import (
    allocation_changes,
    budget_changes,
    income_changes,
    reserve_changes,
    target_changes,
)
from planning.comparison.headline import sentences
from planning.comparison.inputs import input_changes
from planning.comparison.measures import TOLD, Levels, measure
from planning.comparison.sides import NotComparable, Side, common_years, sides_of
from planning.comparison.steps import ORDER_MATTERS, Step, steps_between
from planning.comparison.tables import TABLES
from planning.comparison.totals import step_table, total_table
from planning.comparison.variance import cost_variance
from planning.papers.columns import Kind
from planning.papers.view import View
from planning.problem import problem_of

if TYPE_CHECKING:
    from planning.plan import Plan

BY = {
    "service": "services",
    "organisation": "organisations",
    "provider": "providers",
    "offer": "offers",
}
"""The table of what is bought, by what it is grouped by."""


@dataclass(frozen=True)
class Comparison:
    """What changed from one plan to another, and why.

    Parameters
    ----------
    old, new : Side
        The two plans. Every change is the new one's figure less the old one's.
    years : tuple of str
        The years that both have, over which they are compared.
    ends : pair of mappings of str to float
        What each comes to over those years, see ``planning.comparison.measures``.
    causes : tuple of Step
        Why, in steps that add up; none where nothing changed or the causes cannot be told.
    untold : str
        Why the causes cannot be told; blank where they can.
    lines : tuple of str
        What changed, in sentences.
    tables : mapping of str to DataFrame
        By name, as ``planning.comparison.tables`` says; read-only by convention.
    """

    old: Side
    new: Side
    years: tuple[str, ...]
    ends: tuple[Levels, Levels]
    causes: tuple[Step, ...]
    untold: str
    lines: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]

    @property
    def same(self) -> bool:
        """Whether nothing at all differs."""
        return _same(self.tables)

    def totals(self) -> View:
        """Return the plans' totals, from the old to the new."""
        return self._view("totals")

    def steps(self) -> View:
        """Return why the plans differ: one group of inputs after another, adding up to the whole.

        Order matters, see ``planning.comparison.steps.steps_between``. Figures that no step changes
        are left out.
        """
        table = self.tables["steps"]
        moved = [name for name in TOLD if (table[name].abs() >= PENNY).any()]
        shown = table[["step", "cause", *moved]]
        return self._view("steps", shown, note=self.untold or ORDER_MATTERS)

    def inputs(self) -> View:
        """Return what changed in the inputs: settings, rows added or removed, and cells."""
        return self._view("inputs")

    def demand(self) -> View:
        """Return what changed in demand in the last year compared, and why; all years in tables."""
        table = self.tables["demand"]
        last = table[table["year"] == self.years[-1]].reset_index(drop=True)
        place = ["locality"] if (last["locality"] != "").any() else []
        trio = ["demand_from", "demand_to", "demand_change"]
        columns = ["service", *place, *trio, "forecast", "risk", "edit", "unmet_change", "why"]
        note = f"In {self.years[-1]}; every year is in the table demand. Forecast is the median's "
        note += "change, risk that of the quantile planned for above it, edit a scenario's."
        return self._view("demand", last[columns], note=note)

    def income(self) -> View:
        """Return the streams of income that change."""
        return self._view("income")

    def allocation(self, *, by: str = "service") -> View:
        """Return what is bought otherwise, by service, organisation, provider or offer.

        Raises
        ------
        ValueError
            If `by` is none of these.
        """
        if by not in BY:
            raise ValueError(f"by must be one of {', '.join(BY)}, not {by!r}")
        return self._view(BY[by])

    def cost(self) -> View:
        """Return why each service's cost changed: volume, mix and price."""
        return self._view("cost")

    def budget(self) -> View:
        """Return the lines of the budget that change."""
        table = self.tables["budget"]
        return self._view("budget", table[table["change"] != 0.0].reset_index(drop=True))

    def targets(self) -> View:
        """Return the targets that change, or are missed by more or less."""
        table = self.tables["targets"]
        asked = table["target_change"].isna() | (table["target_change"] != 0.0)
        shown = table[asked | (table["shortfall_change"] != 0.0)].reset_index(drop=True)
        figures = ("target", "achieved", "shortfall")
        columns = [f"{figure}_{end}" for figure in figures for end in ("from", "to")]
        return self._view("targets", shown[["outcome", "name", "year", *columns]])

    def reserves(self) -> View:
        """Return the reserves that stand otherwise."""
        return self._view("reserves")

    def _view(self, name: str, table: pd.DataFrame | None = None, *, note: str = "") -> View:
        """Return one of the tables; its note says which way round it is."""
        about, shown = TABLES[name], self.tables[name] if table is None else table
        money = [column.name for column in about.columns if column.kind is Kind.MONEY]
        way = f"From {self.old.name} to {self.new.name}."
        said = (note or about.doc) if len(shown) or note else "Nothing of it changes."
        kept = tuple(name for name in money if name in shown.columns)
        return View(about.title, shown, f"{way} {said}", pounds=kept)

    def _repr_html_(self) -> str:
        """Return the sentences, the totals and the steps."""
        head, *rest = self.lines
        items = "".join(f"<li>{escape(line)}</li>" for line in rest)
        shown = [self.totals(), self.steps()] if not self.same else []
        views = "".join(view._repr_html_() for view in shown)
        return f"<p><strong>{escape(head)}</strong></p><ul>{items}</ul>{views}"


def compare_plans(old: "Plan", new: "Plan") -> Comparison:
    """Return what changed from one plan to another, and why.

    Raises
    ------
    NotComparable
        If the plans share no year.
    """
    return compare_sides(*sides_of(old, new))


def compare_sides(
    old: Side, new: Side, *, say: Callable[[str], None] = lambda _: None
) -> Comparison:
    """Return what changed from one side to the other; the causes only where both cases are known.

    Raises
    ------
    NotComparable
        If the plans share no year.
    """
    years = common_years(old, new)
    ends = _measured(old, years), _measured(new, years)
    steps: tuple[Step, ...] = ()
    untold = ""
    try:
        steps = steps_between(old, new, years=years, ends=ends, say=say)
    except NotComparable as why:
        untold = f"No steps: {why}."
    say("Laying the plans side by side")
    tables = _tables(old, new, ends, steps, years)
    lines = (
        [f"Nothing differs between {old.name} and {new.name}."]
        if _same(tables)
        else sentences((old, new), ends, steps=steps, variance=tables["cost"], years=years)
    )
    if untold:
        lines.insert(1, untold)
    return Comparison(old, new, years, ends, steps, untold, tuple(lines), MappingProxyType(tables))


def _same(tables: Mapping[str, pd.DataFrame]) -> bool:
    """Tell whether no table has a change; totals and budget have rows without one too."""
    quiet = all(tables[name].empty for name in TABLES if name not in ("totals", "budget"))
    return quiet and bool((tables["budget"]["change"] == 0.0).all())


def _measured(side: Side, years: tuple[str, ...]) -> Levels:
    problem = problem_of(side.outlook) if side.outlook else None
    return measure(side.tables, problem, years=years)


def _tables(
    old: Side,
    new: Side,
    ends: tuple[Levels, Levels],
    steps: tuple[Step, ...],
    years: tuple[str, ...],
) -> dict[str, pd.DataFrame]:
    """Return every table of a comparison, in the order of its contract."""
    inputs = input_changes(old, new)
    made = {
        "totals": total_table(ends),
        "steps": step_table(steps),
        "inputs": inputs,
        "demand": demand_changes(old, new, inputs=inputs, years=years),
        "income": income_changes(old, new, years=years),
        "cost": _named(cost_variance(old, new, years=years), "service", old, new),
        "budget": budget_changes(old, new, years=years),
        "targets": _named(target_changes(old, new, years=years), "outcome", old, new),
        "reserves": reserve_changes(old, new, years=years),
    }
    known = old.case is not None and new.case is not None
    for by, name in BY.items():
        if by != "organisation" or known:
            table = allocation_changes(old, new, by=by, years=years)
            made[name] = _named(table, by, old, new)
        else:
            made[name] = pd.DataFrame(columns=[c.name for c in TABLES[name].columns])
    return {
        name: made[name][[column.name for column in about.columns]]
        for name, about in TABLES.items()
    }


def _named(table: pd.DataFrame, key: str, old: Side, new: Side) -> pd.DataFrame:
    """Return a table with the names of its keys, as far as a case has them."""
    names: dict[str, str] = {}
    for case in (old.case, new.case):
        home = None if case is None else case.tables.get(f"{key}s")
        if home is not None and "name" in home.columns:
            names |= dict(zip(home[key], home["name"], strict=True))
        if home is not None and key == "offer" and case is not None:
            sells = case.providers.set_index("provider")["name"]
            names |= dict(zip(home[key], home["provider"].map(sells), strict=True))
    return table.assign(name=pd.Series([names.get(value, "") for value in table[key]], dtype="str"))
