"""The only module that runs a solver: Pyomo's persistent interface to HiGHS, goal after goal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import highspy
import pyomo.environ as pyo
from pyomo.contrib.solver.common.results import SolutionStatus, TerminationCondition
from pyomo.contrib.solver.solvers.highs import Highs

from optimisation.goals import Goal
from optimisation.refusals import SolverError
from optimisation.rules import RULES

TOLERANCE = 1e-9
"""HiGHS's primal and dual feasibility tolerance, in the model's scaled units."""

HELD = 1e-7
"""The reduced cost, per unit of the goal's largest weight, from which a variable stays at nil."""

Loader: TypeAlias = Any
"""What Pyomo reads a solution through; it ships no types."""


class NoPlan(RuntimeError):
    """HiGHS proved that no plan keeps every rule; ``solver`` still holds the model."""

    def __init__(self, solver: Highs) -> None:
        super().__init__("no plan keeps every rule")
        self.solver = solver


@dataclass(frozen=True)
class Dual:
    """The dual of one row for one goal, in natural units, and the levels between which it holds.

    ``value`` is the change of the goal, in the goal's own unit, for one unit more (a unit of
    service, £, a unit of the outcome) on the row's right-hand side; ``lower`` and ``upper`` are the
    right-hand sides between which the optimal basis stays.
    """

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Stage:
    """What one goal came to.

    Parameters
    ----------
    goal : Goal
        The goal.
    value : float
        Its least value, in its own unit.
    duals : dict
        By row (rule, index...): see ``Dual``.
    """

    goal: Goal
    value: float
    duals: dict[tuple[str, ...], Dual]


@dataclass(frozen=True)
class Solution:
    """Every goal's stage, and the value of every variable by (name, index...), in model units."""

    stages: tuple[Stage, ...]
    values: dict[tuple[str, ...], float]


def solve(
    m: pyo.ConcreteModel,
    goals: tuple[Goal, ...],
    *,
    settlement: tuple[Goal, ...] = (),
    say: Callable[[str], None] = lambda _: None,
) -> Solution:
    """Seek each goal in turn among the plans that are best for all before it.

    After a goal, every variable with a positive reduced cost is fixed at nil, and where the goal
    itself came to nil, every variable that it weighs. By complementary slackness the plans left are
    exactly those that are best for it (Isermann, *Linear lexicographic optimization*, OR Spektrum
    4, 1982), and the optimal basis stays feasible for the next goal, which starts from it. What is
    in ``settlement`` is sought after the goals in the same way, to decide between plans that they
    leave equal.

    Raises
    ------
    NoPlan
        If HiGHS proves the rows infeasible.
    SolverError
        If HiGHS stops for any other reason without a proven optimum.
    """
    opt = _solver()
    m.goal = pyo.Objective(expr=0.0)
    stages = []
    for number, goal in enumerate((*goals, *settlement), start=1):
        rank = f"Goal {number} of {len(goals)}" if number <= len(goals) else "Settling ties"
        say(f"{rank}: {goal.sentence}")
        weights = [(w, v) for w, v in goal.weights(m) if w != 0.0]
        largest = max((w for w, _ in weights), default=1.0)
        m.goal.set_value(pyo.quicksum(w / largest * v for w, v in weights))
        loader = _optimum(opt, m, first=number == 1)
        primal = loader.get_vars([v for _, v in weights])
        value = sum(w * primal[v] for w, v in weights)
        # What is left of nil after rounding is said to be nil, so that the proof may build on it.
        if nil := value <= TOLERANCE * largest:
            value = 0.0
        stages.append(Stage(goal, value, dict(_duals(opt, m, loader, worth=largest))))
        _hold(m, loader, [v for _, v in weights] if nil else [])
    values = {
        (v.parent_component().name, *_index(v)): max(0.0, x) for v, x in loader.get_vars().items()
    }
    return Solution(tuple(stages), values)


def _solver() -> Highs:
    """Return HiGHS, serial and deterministic, told never to hand over an unproven answer."""
    opt = Highs()
    opt.config.load_solutions = False
    opt.config.raise_exception_on_nonoptimal_result = False
    opt.config.solver_options = {
        "threads": 1,
        "primal_feasibility_tolerance": TOLERANCE,
        "dual_feasibility_tolerance": TOLERANCE,
    }
    return opt


def _optimum(opt: Highs, m: pyo.ConcreteModel, *, first: bool) -> Loader:
    """Solve the model as it stands and return its proven optimum.

    Only the ``first`` goal can find the rows infeasible; after it there is a plan, and such an
    answer would be the solver's own failure.
    """
    results = opt.solve(m)
    how = results.termination_condition
    if first and how in (
        TerminationCondition.provenInfeasible,
        TerminationCondition.infeasibleOrUnbounded,  # Every goal is bounded below by nil.
    ):
        raise NoPlan(opt)
    if (
        how is not TerminationCondition.convergenceCriteriaSatisfied
        or results.solution_status is not SolutionStatus.optimal
    ):
        raise SolverError(f"HiGHS stopped with {how.name} ({results.solution_status.name})")
    return results.solution_loader


def _hold(m: pyo.ConcreteModel, loader: Loader, nil: list[pyo.Var]) -> None:
    """Keep a goal at its best: fix at nil what it cannot do with."""
    for variable, cost in loader.get_reduced_costs().items():
        if cost > HELD and not variable.fixed:
            variable.fix(0.0)
    for variable in nil:
        variable.fix(0.0)


def _duals(
    opt: Highs, m: pyo.ConcreteModel, loader: Loader, *, worth: float
) -> Iterator[tuple[tuple[str, ...], Dual]]:
    """Yield the dual and the range of every row; ``worth`` is the goal in one unit of objective.

    Pyomo has no call for HiGHS's ranging, so the model behind its interface is asked.
    """
    status, ranging = opt._solver_model.getRanging()
    if status != highspy.HighsStatus.kOk:
        raise SolverError("HiGHS gave no ranges for its optimum")
    lower, upper = ranging.row_bound_dn.value_, ranging.row_bound_up.value_
    for row, dual in loader.get_duals().items():
        key, i = row_key(row), opt._pyomo_con_to_solver_con_map[row]
        unit = RULES[key[0]].unit(m, key[1:])
        yield key, Dual(dual * worth / unit, lower[i] * unit, upper[i] * unit)


def row_key(row: pyo.Constraint) -> tuple[str, ...]:
    """Return a row's rule and index."""
    return (row.parent_component().name, *_index(row))


def _index(component: pyo.Constraint) -> tuple[str, ...]:
    """Return a component's index as a tuple of labels."""
    index = component.index()
    return index if isinstance(index, tuple) else (index,)
