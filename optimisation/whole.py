"""A plan in whole units: placements, weeks and hours that can be bought, certified again.

Units used and paid for are moved to whole numbers near the plan's, goal by goal in the same order,
by a mixed-integer program in which every rule holds as it stood. What the plan in decimals comes to
is a bound that no plan in whole units can better, so that the loss by rounding is known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from optimisation.alternatives import certified_tables
from optimisation.bulk import Program
from optimisation.decisions import decide
from optimisation.engine import NoPlan, Session
from optimisation.goals import GOALS, SETTLEMENT
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.sets import FloatArray
from optimisation.solver import pursue, solve

WIDTHS = ((1.0, 0.0), (2.0, 1e-3), (4.0, 4e-3), (8.0, 16e-3))
"""How many units, and what share of itself, a figure may be moved beyond its neighbours: the first
with which the law and the gap are as good as in decimals, or else the last."""

FIRST = 3
"""The goals that must be: the law and the gap."""

SAME = 1e-6
"""The share of a goal, and of the cost for those in £, that counts as nothing."""

NEAR = 1e-6
"""How near a whole number a figure is one."""


@dataclass(frozen=True)
class WholePlan:
    """A certified plan in whole units.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Those of a plan; no prices.
    goals : DataFrame
        goal, unit, value, and decimal: what the plan in decimals comes to.
    """

    tables: Mapping[str, pd.DataFrame]
    goals: pd.DataFrame


def in_whole_units(problem: Problem, *, say: Callable[[str], None] = lambda _: None) -> WholePlan:
    """Return the plan in whole units.

    Parameters
    ----------
    problem : Problem
        The market, demand and income.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    NoPlan
        If hard rules contradict each other, in whole units near the plan if not in decimals.
    SolverError
        If HiGHS stops without a proven optimum.
    ArithmeticError
        If the plan fails its certificate, which would be a fault of this program.
    """
    m = build(Market(problem))
    solution = solve(m, GOALS, settlement=SETTLEMENT, say=say)
    costs = [stage.costs for stage in solution.stages]
    exact = np.concatenate(list(solution.values.values()))
    best = np.array([stage.value for stage in solution.stages[: len(GOALS)]])
    size = np.array([best[-2] if goal.unit == "£" else 1.0 for goal in GOALS])
    for width in WIDTHS:
        near = _near(solution.program, exact, *width)
        say(f"Whole units, {width[0]:.0f} and {width[1]:.1%} beyond the plan's at most")
        if _as_good(near, costs[:FIRST], best[:FIRST] + SAME * (best + size)[:FIRST]):
            break
    decided = decide(near, costs[: len(GOALS)])
    *_, last = pursue(Session(decided.program), costs)
    values = decided.program.values(np.maximum(last.primal, 0.0))
    tables = certified_tables(problem, m, costs, values)
    return WholePlan(tables, tables["goals"].assign(decimal=best))


def _as_good(program: Program, costs: Sequence[FloatArray], most: FloatArray) -> bool:
    """Tell whether some goals, in their order, need come to no more than they may."""
    try:
        taken = decide(program, costs)
    except NoPlan:
        return False
    found = [optimum.value for optimum in pursue(Session(taken.program), costs)]
    return bool(np.all(np.array(found) <= most))


def _near(program: Program, exact: FloatArray, width: float, share: float) -> Program:
    """Return the program with units whole, near a plan's."""
    whole = np.zeros(len(exact), dtype=bool)
    for family in ("use", "paid"):
        whole[program.columns[family]] = True
    near = np.rint(exact)
    plan = np.where(np.abs(exact - near) < NEAR, near, exact)
    room = np.floor(width + share * plan)
    least = np.where(whole, np.maximum(program.least, np.floor(plan) - room), program.least)
    most = np.where(whole, np.minimum(program.most, np.ceil(plan) + room), program.most)
    # One unit of the solver's must be one unit, or whole numbers would not be.
    unit = np.where(whole, 1.0, program.unit)
    integer = program.integer | whole
    return replace(program, least=least, most=most, unit=unit, integer=integer)
