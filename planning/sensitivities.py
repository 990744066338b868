"""What hangs on what: the plan made again with one thing changed, worse and better."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import isnan

import numpy as np
import pandas as pd

from optimisation import Infeasible, Problem
from optimisation.rerun import Rerun
from optimisation.sketch import sketch
from planning.headline import LARGEST, headline, moved, no_headline
from planning.papers.contract import TABLES
from planning.tables.schema import GIVES

NAME = "sensitivities"

NO_PLAN = "no plan keeps every rule"

INCOME = {
    "grant": ("Grants", 0.05),
    "council_tax": ("Council tax", 0.01),
    "business_rates": ("Business rates", 0.05),
    "fees": ("Fees and charges", 0.05),
}
"""The kinds of income that are changed: how a reader calls them, and by which share."""

DEMAND, POINTS = 0.05, 0.01
"""The share by which all demand changes, and the points by which indexation does."""


@dataclass(frozen=True)
class Change:
    """One thing that is changed in every year, and nothing else.

    Parameters
    ----------
    factor, change : str
        What, and by how much.
    made : callable
        Returns the problem with it.
    """

    factor: str
    change: str
    made: Callable[[Problem], Problem]


def changes(problem: Problem) -> Iterator[Change]:
    """Yield what is tried, worse before better; what a problem has nothing of is left out."""
    if len(problem.demand):
        for share in (DEMAND, -DEMAND):
            yield Change("Demand for all services", _said(share), _demand(share))
    yield from _of_income(problem)
    for points in (POINTS, -POINTS):
        change = _said(points).replace("%", " percentage point a year")
        yield Change("Indexation of all offers", change, _indexation(points))
    yield from _of_promises(problem)


def _of_income(problem: Problem) -> Iterator[Change]:
    for kind, (words, share) in INCOME.items():
        if (problem.streams["kind"] == kind).any():
            for change in (-share, share):
                yield Change(words, _said(change), _income(kind, change))


def _of_promises(problem: Problem) -> Iterator[Change]:
    """Yield what savings deliver and organisations win, each less and more than expected."""
    if problem.proposals["kind"].isin(GIVES).any():
        words = "Delivery of savings and new income"
        yield Change(words, "half of what is expected", _delivery(lambda share: 0.5 * share))
        yield Change(words, "all that is proposed", _delivery(lambda share: 0.0 * share + 1.0))
    if (problem.organisations["external_market"] > 0.0).any():
        for times in (0.5, 1.5):
            words, change = "Organisations' work for others", f"{times:g} times the market"
            yield Change(words, change, _market(times))


def _said(share: float) -> str:
    """Return a change in words: what begins with a sign, a spreadsheet takes for a sum."""
    return f"{abs(100 * share):.0f}% {'more' if share > 0.0 else 'less'}"


def _demand(share: float) -> Callable[[Problem], Problem]:
    return lambda p: replace(p, demand=p.demand.assign(units=p.demand["units"] * (1.0 + share)))


def _income(kind: str, share: float) -> Callable[[Problem], Problem]:
    def made(p: Problem) -> Problem:
        streams = set(p.streams.loc[p.streams["kind"] == kind, "stream"])
        factor = 1.0 + share * p.income["stream"].isin(streams)
        return replace(p, income=p.income.assign(amount=p.income["amount"] * factor))

    return made


def _indexation(points: float) -> Callable[[Problem], Problem]:
    return lambda p: replace(p, offers=p.offers.assign(indexation=p.offers["indexation"] + points))


def _delivery(to: Callable[[pd.Series], pd.Series]) -> Callable[[Problem], Problem]:
    """Change the share that is delivered; one that is not known counts as all of it."""

    def made(p: Problem) -> Problem:
        known = p.proposals["delivery"].fillna(1.0)
        gives = p.proposals["kind"].isin(GIVES)
        return replace(p, proposals=p.proposals.assign(delivery=to(known).where(gives, known)))

    return made


def _market(times: float) -> Callable[[Problem], Problem]:
    return lambda p: replace(
        p,
        organisations=p.organisations.assign(
            external_market=p.organisations["external_market"] * times
        ),
    )


def sensitivity_table(
    problem: Problem,
    budget: pd.DataFrame,
    *,
    say: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Return ``sensitivities.csv``; of a case beyond ``LARGEST`` it has no rows.

    Parameters
    ----------
    problem : Problem
        What was planned.
    budget : DataFrame
        ``budget.csv`` of its plan.
    say : callable
        Told, in a few words, what is being done.
    """
    whole = len(problem.offers) * len(problem.years) <= LARGEST
    tried = [*changes(problem)] if whole else []
    say(f"Planning again with {len(tried)} things changed, one by one")
    made = [one.made(problem) for one in tried]
    # What changes demand or income alone is solved warm, and nothing rebuilt.
    levels = [p for p in made if _differs_in_levels(p, problem)]
    found = iter(_of_levels(problem, levels))
    base, rows = headline(budget), []
    for one, changed in zip(tried, made, strict=True):
        figures = next(found) if _differs_in_levels(changed, problem) else _made_anew(changed)
        said = one.change if not isnan(figures["cost"]) else f"{one.change}: {NO_PLAN}"
        rows.append({"factor": one.factor, "change": said, **figures, **moved(figures, base)})
    return pd.DataFrame(rows, columns=[column.name for column in TABLES[NAME].columns])


def _differs_in_levels(one: Problem, other: Problem) -> bool:
    """Tell whether two problems differ in demand and income, and in nothing else."""
    return all(
        getattr(one, field.name) is getattr(other, field.name)
        for field in fields(Problem)
        if field.name not in ("demand", "income")
    )


def _of_levels(problem: Problem, others: Sequence[Problem]) -> Iterator[Mapping[str, float]]:
    """Yield the figures of one problem at the demand and income of others."""
    if not others:
        return
    found = Rerun(problem).futures(
        np.stack([other.demand["units"].to_numpy(dtype=float) for other in others]),
        np.stack([other.income["amount"].to_numpy(dtype=float) for other in others]),
    )
    for place in range(len(others)):
        yield {
            "managed_gap": float(found.managed_gap[place].sum()),
            "structural_gap": float(found.structural_gap[place, -1]),
            "cost": float(found.cost[place].sum()),
            "reserves_balance": float(found.reserves_balance[place, -1]),
        }


def _made_anew(problem: Problem) -> Mapping[str, float]:
    """Return the figures of a problem's plan; none is a number where it has no plan."""
    try:
        return headline(sketch(problem)["budget"])
    except Infeasible:
        return no_headline()
