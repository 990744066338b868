"""What each rule costs: every goal sought once more without it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from optimisation.bulk import Program
from optimisation.decisions import decide
from optimisation.engine import Session
from optimisation.market import Market
from optimisation.sets import FloatArray, IntArray
from optimisation.solver import Solution, Stage, pursue

FAMILIES = ("limit_share", "limit_change", "limit_spend", "limit_lots")
"""The constraints whose rows are of a rule of rules.csv, named first in their labels."""

NIL = 1e-9
"""A dual, or a share of a goal, that is nothing but rounding."""


def rule_table(market: Market, solution: Solution, *, goals: int) -> pd.DataFrame:
    """Return ``rules.csv``: by how much each goal would be less without each rule.

    Without a rule whose rows have no dual in any goal's linear program, the same duals prove the
    same values: it costs nothing. Every other is left out, all its rows together, and the goals are
    sought again in their order; so is every rule where there are whole decisions, which are then
    taken anew. An earlier goal is never worse without a rule; a later one may be, where the earlier
    one takes what the rule kept from it, and is then below nil here.

    Parameters
    ----------
    market : Market
        Its rules.
    solution : Solution
        With every rule.
    goals : int
        How many of the goals, from the first on, are told.
    """
    names = sorted(market.problem.rules["rule"])
    kinds = market.problem.rules.set_index("rule")["kind"]
    stages = solution.stages[:goals]
    least, costs = np.array([s.value for s in stages]), [s.costs for s in stages]
    table = np.zeros((len(names), len(stages)))
    for place, name in enumerate(names):
        if solution.decisions or _leant_on(stages, name):
            apart = least - _without(solution, _rows_of(solution.program, name), costs)
            table[place] = np.where(np.abs(apart) > NIL * np.maximum(least, 1.0), apart, 0.0)
    frame = pd.DataFrame(table, columns=[stage.goal.name for stage in stages])
    frame.insert(0, "kind", kinds.loc[names].to_numpy())
    frame.insert(0, "rule", names)
    return frame.astype({"rule": "str", "kind": "str"})


def _without(solution: Solution, rows: IntArray, costs: Sequence[FloatArray]) -> FloatArray:
    """Return what the goals come to without some rows."""
    if solution.decisions:
        lower, upper = solution.program.lower.copy(), solution.program.upper.copy()
        lower[rows], upper[rows] = -np.inf, np.inf
        taken = decide(replace(solution.program, lower=lower, upper=upper), costs)
        session = Session(taken.program)
    else:
        session = solution.session
        session.release()
        none = np.full(len(rows), np.inf)
        session.set_levels(rows, -none, none)
    return np.array([found.value for found in pursue(session, costs)])


def _leant_on(stages: Sequence[Stage], name: str) -> bool:
    """Tell whether any goal leans on a row of a rule."""
    for stage in stages:
        for family in FAMILIES:
            duals = stage.duals[family]
            own = duals.labels.get_level_values("rule") == name
            if np.any(np.abs(duals.value[own]) > NIL):
                return True
    return False


def _rows_of(program: Program, name: str) -> IntArray:
    """Return the places of a rule's rows."""
    found = [
        program.rows[family].start
        + np.flatnonzero(program.row_labels[family].get_level_values("rule") == name)
        for family in FAMILIES
    ]
    return np.concatenate(found)
