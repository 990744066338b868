"""Goal after goal: one model, handed to HiGHS once and solved warm from each goal to the next."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from optimisation.bulk import Program, program_of
from optimisation.engine import TOLERANCE, Optimum, Session
from optimisation.goals import Goal
from optimisation.sets import FloatArray

HELD = 1e-8
"""The reduced cost, or dual, in the solver's units and per unit of the goal's largest weight, from
which a variable stays at nil, or a row at its bound."""


@dataclass(frozen=True)
class Duals:
    """The duals of one family of rows for one goal, in natural units.

    Parameters
    ----------
    labels : Index
        Of the rows.
    value : array of shape (rows,)
        The change of the goal, in its own unit, for one unit more (a unit of service, £, a unit of
        the outcome) on the right-hand side.
    lower, upper : arrays of shape (rows,)
        The right-hand sides between which the optimal basis stays.
    """

    labels: pd.Index
    value: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class Stage:
    """What one goal came to.

    Parameters
    ----------
    goal : Goal
        The goal.
    value : float
        Its least value, in its own unit.
    costs : array of shape (columns,)
        What each column adds to it.
    duals : mapping of str to Duals
        By rule.
    """

    goal: Goal
    value: float
    costs: FloatArray
    duals: Mapping[str, Duals]


@dataclass(frozen=True)
class Solution:
    """Every goal's stage, and the value of every variable by family, in natural units.

    ``session`` still holds the program, with every goal held in it.
    """

    stages: tuple[Stage, ...]
    values: Mapping[str, FloatArray]
    session: Session


def solve(
    m: pyo.ConcreteModel,
    goals: tuple[Goal, ...],
    *,
    settlement: tuple[Goal, ...] = (),
    say: Callable[[str], None] = lambda _: None,
) -> Solution:
    """Seek each goal in turn among the plans that are best for all before it.

    After a goal, every variable with a positive reduced cost is held at nil and every row with a
    dual at its bound, and where the goal itself came to nil, every variable that it weighs is held
    there. By complementary slackness the plans left are exactly those that are best for it
    (Isermann, *Linear lexicographic optimization*, OR Spektrum 4, 1982), and the optimal basis
    stays feasible for the next goal, which starts from it. What is in ``settlement`` is sought
    after the goals in the same way, to decide between plans that they leave equal.

    Raises
    ------
    NoPlan
        If HiGHS proves the rows infeasible.
    SolverError
        If HiGHS stops for any other reason without a proven optimum.
    """
    program = program_of(m)
    session = Session(program)
    every = (*goals, *settlement)
    costs = [program.costs(goal.weights(m)) for goal in every]
    stages = []
    primal = np.zeros(len(program.unit))
    search = pursue(session, costs)
    for number, goal in enumerate(every, start=1):
        rank = f"Goal {number} of {len(goals)}" if number <= len(goals) else "Settling ties"
        say(f"{rank}: {goal.sentence}")
        found = next(search)
        stages.append(Stage(goal, found.value, costs[number - 1], _duals(program, session, found)))
        primal = found.primal
    return Solution(tuple(stages), program.values(np.maximum(primal, 0.0)), session)


def pursue(session: Session, costs: Iterable[FloatArray]) -> Iterator[Optimum]:
    """Yield the optimum of each goal in turn among the plans that are best for all before it.

    Parameters
    ----------
    session : Session
        Of the program; each goal is held in it once the next is asked for.
    costs : iterable of arrays of shape (columns,)
        What each column adds to each goal, in the goal's own unit.
    """
    for weights in costs:
        found = session.minimise(weights)
        largest = float(np.max(weights * session.program.unit, initial=0.0)) or 1.0
        # What is left of nil after rounding is said to be nil, so that the proof may build on it.
        nil = found.value <= TOLERANCE * largest
        yield replace(found, value=0.0) if nil else found
        _hold(session, found, weights, largest=largest, nil=nil)


def _hold(
    session: Session, found: Optimum, costs: FloatArray, *, largest: float, nil: bool
) -> None:
    """Keep a goal at its best: at nil what it cannot do with, at its bound what it leans on."""
    columns = found.reduced * session.program.unit > HELD * largest
    if nil:
        columns |= costs > 0.0
    leans = found.dual * session.row_unit / largest
    session.hold(columns, np.abs(leans) > HELD, upper=leans < 0.0)


def _duals(program: Program, session: Session, found: Optimum) -> dict[str, Duals]:
    """Return the duals of every family of rows, with the levels between which they hold."""
    lower, upper = session.ranges()
    return {
        name: Duals(program.row_labels[name], found.dual[rows], lower[rows], upper[rows])
        for name, rows in program.rows.items()
    }
