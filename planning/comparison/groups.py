"""The inputs of a plan in groups, in the order in which one follows from another."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from optimisation.problem import COLUMNS, KEYS, Problem
from planning.case import Case
from planning.outlook import Outlook, look_ahead
from planning.problem import problem_of
from planning.tables.schema import TABLES


@dataclass(frozen=True)
class Group:
    """Some inputs of a plan, and what they are to become.

    Parameters
    ----------
    title : str
        What they are called.
    values : mapping of str to object
        By field of ``optimisation.problem.Problem``, what is put in its place.
    own : bool
        Whether what a case gives for it changed. Else only its forecast did, for series are
        forecast together, and one that changes moves others a little.
    """

    title: str
    values: Mapping[str, Any]
    own: bool = True

    def made(self, problem: Problem) -> Problem:
        """Return a problem with the group's inputs in the place of its own."""
        return replace(problem, **self.values)

    def changed(self, problem: Problem) -> list[str]:
        """Return the fields of the group that are not as a problem has them."""
        return [
            name
            for name, value in self.values.items()
            if not same(name, getattr(problem, name), value)
        ]


GROUPS = {
    "Demand": ("services", "demand"),
    "Income": ("streams", "income"),
    "Prices and terms": ("providers", "offers", "tiers"),
    "Prevention": ("prevention",),
    "Outcomes, targets and effects": ("outcomes", "targets", "effects"),
    "Rules": ("rules",),
    "Costs and proposals": ("costs", "proposals"),
    "Organisations": ("organisations",),
    "Reserves": ("reserves",),
}
"""The fields of each group, in order; the risk planned for and the discount rate come after."""


def groups_of(old: Outlook, new: Outlook, years: tuple[str, ...]) -> tuple[Group, ...]:
    """Return every group, in order, with what it becomes in the new plan.

    Demand and income come first as they would be at the old plan's risk, so that what history
    and edits do is told apart from a choice of another quantile, which is among the last.

    Parameters
    ----------
    old, new : Outlook
        The outlooks of the two plans.
    years : tuple of str
        The years compared, from the new plan's first.
    """
    problem = over_years(problem_of(new), years)
    at_old_risk = over_years(_at_risk_of(old.case, new), years)
    groups = towards(problem, demand=at_old_risk.demand, income=at_old_risk.income)
    return tuple(replace(group, own=_given(group.title, old.case, new.case)) for group in groups)


def towards(problem: Problem, *, demand: pd.DataFrame, income: pd.DataFrame) -> tuple[Group, ...]:
    """Return every group with what it is in a problem; demand and income first as given."""
    first = replace(problem, demand=demand, income=income)
    groups = [
        Group(title, {name: getattr(first, name) for name in names})
        for title, names in GROUPS.items()
    ]
    risk = Group("Risk planned for", {"demand": problem.demand, "income": problem.income})
    return (*groups, risk, Group("Discount rate", {"discount_rate": problem.discount_rate}))


FORECAST_OF = {
    "Demand": ("services", "demand", "drivers", "events"),
    "Income": ("streams", "income", "events"),
}
"""The tables of a case that each forecast is made from."""


def _given(title: str, old: Case, new: Case) -> bool:
    """Tell whether what two cases give for a group is not the same."""
    if title not in FORECAST_OF:
        return True
    edits = [
        [(e.key, e.value) for e in case.edits if e.table == f"outlook.{title.lower()}"]
        for case in (old, new)
    ]
    tables = FORECAST_OF[title]
    return edits[0] != edits[1] or any(
        not old.tables[name].equals(new.tables[name]) for name in tables
    )


def _at_risk_of(old: Case, new: Outlook) -> Problem:
    """Return the new problem, with demand and income at the quantiles of the old case."""
    case = new.case
    own = old.services.set_index("service")["demand_quantile"]
    names = case.services["service"]
    quantile = names.map(own).where(names.isin(own.index), case.services["demand_quantile"])
    quantile = quantile.astype(float).rename("demand_quantile")
    settings = replace(
        case.settings,
        demand_quantile=old.settings.demand_quantile,
        income_quantile=old.settings.income_quantile,
    )
    if settings == case.settings and quantile.equals(case.services["demand_quantile"]):
        return problem_of(new)
    services = case.services.assign(demand_quantile=quantile)
    return problem_of(look_ahead(replace(case, settings=settings, services=services)))


def over_years(problem: Problem, years: tuple[str, ...]) -> Problem:
    """Return a problem over some of its first years."""
    if problem.years == years:
        return problem
    tables = {
        name: table[table["year"].isin((*years, ""))].reset_index(drop=True)
        for name in COLUMNS
        if "year" in (table := getattr(problem, name)).columns
    }
    return replace(problem, years=years, **tables)


def same(name: str, one: object, other: object) -> bool:
    """Tell whether a field of two problems asks the same, whatever the order of its rows."""
    if not isinstance(one, pd.DataFrame) or not isinstance(other, pd.DataFrame):
        return one == other
    tables = [
        table[list(COLUMNS[name])].sort_values(list(KEYS[name]), ignore_index=True)
        for table in (one, other)
    ]
    return bool(tables[0].equals(tables[1]))


def stands_alone(problem: Problem, ends: tuple[Problem, Problem]) -> bool:
    """Tell whether a problem half way between two can be planned for by itself.

    It cannot where a row names what is not there, or a service with demand is offered by nobody,
    and that is so in neither of the two.
    """
    for wrong in (_broken, _unoffered):
        if wrong(problem) - wrong(ends[0]) - wrong(ends[1]):
            return False
    return True


def _broken(problem: Problem) -> set[tuple[str, str]]:
    """Return every table with what it names that is not there."""
    found = set()
    for name in set(COLUMNS) & set(TABLES):
        table = getattr(problem, name)
        for column in TABLES[name].columns:
            home, _, key = column.refers.partition(".")
            if home not in COLUMNS or column.name not in table:
                continue
            named = {one.strip() for cell in table[column.name] for one in cell.split(";")}
            known = {*getattr(problem, home)[key], *column.reserved, ""}
            found |= {(name, one) for one in named - known}
    return found


def _unoffered(problem: Problem) -> set[tuple[str, str]]:
    """Return the services with demand that nobody offers."""
    asked = problem.demand.loc[problem.demand["units"] > 0.0, "service"]
    return {("offers", one) for one in {*asked} - {*problem.offers["service"]}}
