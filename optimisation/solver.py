"""Goal after goal: one model, handed to HiGHS once and solved warm from each goal to the next."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from optimisation.bulk import Program, program_of
from optimisation.decisions import Decisions, decide
from optimisation.engine import TOLERANCE, Basis, NoPlan, Optimum, Session
from optimisation.goals import Goal
from optimisation.refusals import SolverError
from optimisation.sets import FloatArray

HELD = 1e-8
"""The reduced cost, or dual, in the solver's units and per unit of the goal's largest weight, from
which a variable stays at nil, or a row at its bound."""


LESS = 1.0 / 30.0
"""What each goal weighs, of the one before it, in the run for all of them together."""

FAINTEST = 1e-9
"""The least that any weighs there: HiGHS tells no smaller reduced cost from nil."""

TRIES = 4
"""How often whole decisions are taken again as the plan's own units show them."""

DECIDED = ("awarded", "past")
"""The families of variables that are whole decisions."""


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
    """

    labels: pd.Index
    value: FloatArray


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

    ``program`` is what was handed over, and ``session`` holds what was left of it once whole
    decisions were taken, with every goal held; ``decisions`` are None where it was linear.
    """

    stages: tuple[Stage, ...]
    values: Mapping[str, FloatArray]
    program: Program
    session: Session
    decisions: Decisions | None


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
    search = [(goal, program.costs(goal.weights(m))) for goal in (*goals, *settlement)]
    decisions = None
    if program.integer.any():
        say(f"Taking {program.integer.sum()} whole decisions")
        decisions = decide(program, [costs for _, costs in search[: len(goals)]])
    for _ in range(TRIES):
        session = Session(decisions.program if decisions else program)
        try:
            stages, primal = _seek(session, search, ranked=len(goals), say=say)
        except NoPlan:
            if decisions is None:
                raise
            raise SolverError("the whole decisions that were taken leave no plan") from None
        values = program.values(np.maximum(primal, 0.0))
        # What ends just at a tier may have been called past it: the plan's units must show it.
        shown = _shown(m, values) if decisions else {}
        if decisions is None or all(np.array_equal(shown[n], values[n].round()) for n in DECIDED):
            return Solution(stages, values, program, session, decisions)
        decisions = decisions.retaken(shown)
    raise SolverError("the whole decisions of the plan are not those that its units show")


def _shown(m: pyo.ConcreteModel, values: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return the whole decisions that the units paid show, by family."""
    return dict(zip(DECIDED, m.contracts.taken(values["paid"], values["awarded"]), strict=True))


def _seek(
    session: Session,
    search: Sequence[tuple[Goal, FloatArray]],
    *,
    ranked: int,
    say: Callable[[str], None],
) -> tuple[tuple[Stage, ...], FloatArray]:
    """Return every goal's stage, and the plan that is best for all of them."""
    stages = []
    primal = np.zeros(len(session.program.unit))
    found_in_turn = pursue(session, [costs for _, costs in search])
    for number, (goal, costs) in enumerate(search, start=1):
        rank = f"Goal {number} of {ranked}" if number <= ranked else "Settling ties"
        say(f"{rank}: {goal.sentence}")
        found = next(found_in_turn)
        stages.append(Stage(goal, found.value, costs, _duals(session.program, found)))
        primal = found.primal
    return tuple(stages), primal


def pursue(
    session: Session, costs: Sequence[FloatArray], *, start: Basis | None = None
) -> Iterator[Optimum]:
    """Yield the optimum of each goal in turn among the plans that are best for all before it.

    First all are sought together, weighed each far less than the one before it. That is no proof of
    anything, but ends at or near the plan at which each goal is then sought and shown to be best:
    from one goal's optimum to the next alone takes about three times as long.

    Parameters
    ----------
    session : Session
        Of the program; each goal is held in it once the next is asked for.
    costs : sequence of arrays of shape (columns,)
        What each column adds to each goal, in the goal's own unit.
    start : Basis, optional
        Where to start, whatever the session did before; else from where it stopped.
    """
    if start is not None:
        session.forget()
        session.start_from(start)
    if len(costs) > 1:
        session.minimise(_together(session.program, costs))
    for weights in costs:
        found = session.minimise(weights)
        largest = float(np.max(weights * session.program.unit, initial=0.0)) or 1.0
        # What is left of nil after rounding is said to be nil, so that the proof may build on it.
        nil = found.value <= TOLERANCE * largest
        yield replace(found, value=0.0) if nil else found
        _hold(session, found, weights, largest=largest, nil=nil)


def _together(program: Program, costs: Sequence[FloatArray]) -> FloatArray:
    """Return what each column adds to all goals, in the solver's units of each."""
    total, weight = np.zeros(len(program.unit)), 1.0
    for weights in costs:
        if largest := float(np.max(weights * program.unit, initial=0.0)):
            total += weight / largest * weights
            weight = max(LESS * weight, FAINTEST)
    return total


def _hold(
    session: Session, found: Optimum, costs: FloatArray, *, largest: float, nil: bool
) -> None:
    """Keep a goal at its best: at nil what it cannot do with, at its bound what it leans on."""
    columns = found.reduced * session.program.unit > HELD * largest
    if nil:
        columns |= costs > 0.0
    # What has been decided stands as it is.
    columns &= session.program.least < session.program.most
    leans = found.dual * session.row_unit / largest
    session.hold(columns, np.abs(leans) > HELD, upper=leans < 0.0)


def _duals(program: Program, found: Optimum) -> dict[str, Duals]:
    """Return the duals of every family of rows."""
    duals = {
        name: Duals(program.row_labels[name], found.dual[rows])
        for name, rows in program.rows.items()
    }
    # A decision is a row too, that it stands as it was taken.
    for name in DECIDED:
        place = program.columns[name]
        duals[f"decide_{name}"] = Duals(program.column_labels[name], found.reduced[place])
    return duals
