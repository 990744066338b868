"""Why two plans differ: groups of inputs replaced one after another, in steps that add up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from optimisation import Infeasible, Problem, SolverError
from optimisation.sketch import sketch
from planning.comparison.groups import Group, groups_of, over_years, stands_alone
from planning.comparison.measures import Levels, measure
from planning.comparison.sides import NotComparable, Side
from planning.comparison.words import cause_of, rows_changed
from planning.problem import problem_of

ORDER_MATTERS = (
    "Order matters: a step is what its inputs change once those of the steps before it have "
    "changed. The order is that of the house: demand, income, prices, prevention, outcomes, rules, "
    "costs, organisations, reserves, settings. In another order the steps differ; their sum does "
    "not."
)


REMAINDER = "no input: the two were made by other versions, or on other machines"
"""What is said of a difference that no input explains."""

Stage = tuple[str, str, str, Problem]
"""The title, cause, changes and problem of one step."""


@dataclass(frozen=True)
class Step:
    """Some inputs replaced, and what the plan comes to then.

    Parameters
    ----------
    title : str
        The inputs' names.
    cause : str
        What became of them, in a few words: ``"less income (Care grant)"``.
    changed : str
        How many rows changed, by table.
    before, after : mapping of str to float
        What the plan comes to before and after it, see ``planning.comparison.measures``.
    """

    title: str
    cause: str
    changed: str
    before: Levels
    after: Levels

    def change(self, name: str) -> float:
        """Return by how much a figure changes, to the penny."""
        return round(self.after[name] - self.before[name], 2) + 0.0


def steps_between(
    old: Side,
    new: Side,
    *,
    years: tuple[str, ...],
    ends: tuple[Levels, Levels],
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Step, ...]:
    """Return what each group of inputs that changed does to the plan, one after another.

    Starting from the old plan's problem, each group in turn is replaced by the new plan's and the
    plan is made again. So a step is the change that its inputs make once those before it have
    changed, and the steps add up to the whole change, to the penny; in another order they would
    differ, though not their sum. The order is that in which the inputs follow from one another:
    demand, income, prices and terms, prevention, outcomes, rules, costs and proposals,
    organisations, reserves, the risk planned for, the discount rate. A group that cannot stand
    alone, because rows name what is not there yet, hard rules contradict each other or the solver
    finds no plan, is joined with the next that changed. Where one plan has more years than the
    other, leaving them out, or planning for them too, is a step of its own, first or last.

    Parameters
    ----------
    old, new : Side
        The two plans, with their outlooks.
    years : tuple of str
        The years that both plans have.
    ends : pair of mappings of str to float
        What each of the two plans comes to over those years.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    NotComparable
        If a case is not known, or the plans begin in different years: prices, reserves and what is
        bought today are then of different dates, and no group of them can be replaced alone.
    """
    if old.outlook is None or new.outlook is None:
        raise NotComparable("why the plans differ cannot be told without both their cases")
    if old.years[0] != new.years[0]:
        raise NotComparable(
            f"the plans begin in different years, {old.years[0]} and {new.years[0]}: prices, "
            "reserves and what is bought today are of different dates, and cannot be replaced "
            "one after another"
        )
    whole = problem_of(old.outlook), problem_of(new.outlook)
    short = over_years(whole[0], years), over_years(whole[1], years)
    route: list[Stage] = []
    if old.years != years:
        route.append(_years_step(old.years, years, short[0]))
    route += route_of(groups_of(old.outlook, new.outlook, years), short)
    if new.years != years:
        route.append(_years_step(years, new.years, whole[1]))
    return walk(route, ends=ends, years=years, say=say)


def _years_step(before: tuple[str, ...], after: tuple[str, ...], problem: Problem) -> Stage:
    cause = f"planning {len(after)} years, not {len(before)}"
    return "Years planned", cause, f"{len(before)} years to {len(after)}", problem


def route_of(groups: Iterable[Group], ends: tuple[Problem, Problem]) -> list[Stage]:
    """Return what stands after each group that changes; one that cannot stand alone is joined.

    Parameters
    ----------
    groups : iterable of Group
        What each is to become, in order.
    ends : pair of Problem
        The problem set out from, and the one arrived at.
    """
    problem = ends[0]
    stages: list[Stage] = []
    waiting: list[tuple[str, str, str]] = []
    for group in groups:
        fields = group.changed(problem)
        if not fields:
            continue
        after = group.made(problem)
        cause = cause_of(group.title, problem, after)
        if not group.own:
            cause += ", forecast together with what changed"
        waiting.append((group.title, cause, rows_changed(fields, problem, after)))
        problem = after
        if stands_alone(problem, ends):
            stages.append((*_joined(waiting), problem))
            waiting = []
    return stages if not waiting else [*stages, (*_joined(waiting), problem)]


def _joined(parts: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    titles, causes, changed = zip(*parts, strict=True)
    return " with ".join(titles), " with ".join(causes), "; ".join(changed)


def walk(
    route: list[Stage],
    *,
    ends: tuple[Levels, Levels],
    years: tuple[str, ...],
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Step, ...]:
    """Return the steps of a route, a plan made after each but the last, which is the end's.

    One without a plan, for hard rules contradict each other there or the solver finds none, is
    joined with the next. Where no input changed and the plans differ all the same, the remainder
    is a step that says so.

    Parameters
    ----------
    route : list of Stage
        The title, cause, changes and problem of each step.
    ends : pair of mappings of str to float
        What the plans at both ends come to.
    years : tuple of str
        The years to count.
    say : callable
        Told, in a few words, what is being done.
    """
    before = ends[0]
    steps: list[Step] = []
    waiting: list[tuple[str, str, str]] = []
    for place, (title, cause, changed, problem) in enumerate(route, start=1):
        waiting.append((title, cause, changed))
        say(f"Planning step {place} of {len(route)}: {title.lower()}")
        if place == len(route):
            after = ends[1]
        else:
            try:
                after = measure(sketch(problem), problem, years=years)
            except (Infeasible, SolverError):
                continue
        steps.append(Step(*_joined(waiting), before, after))
        before, waiting = after, []
    if before != ends[1]:
        steps.append(Step("Remainder", REMAINDER, "", before, ends[1]))
    return tuple(steps)
