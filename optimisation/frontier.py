"""What each level of an outcome costs: the frontier between money and what it achieves."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from optimisation.engine import Session
from optimisation.goals import GOALS, SETTLEMENT
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.solver import pursue, solve

LEVELS = tuple(round(0.5 + 0.1 * step, 1) for step in range(11))
"""The shares of an outcome's targets that are tried, from a half to half as much again."""

PRICED = 6
"""The goals that are told: all but the least change."""


def frontier(
    problem: Problem,
    outcome: str,
    *,
    levels: Sequence[float] = LEVELS,
    say: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Return what every goal comes to as the targets of one outcome, in all years, are moved.

    The plan is made again at every level, all else as it is; a miss is worth what it was. Where
    awards are whole decisions they stand as they are. Each row is a level: ``level``, the share of
    the targets that is asked, and the goals by name; where ``other_targets`` or
    ``statutory_targets`` rises, no money reaches that level.

    Parameters
    ----------
    problem : Problem
        The market, demand and income.
    outcome : str
        One with targets.
    levels : sequence of float
        The shares of its targets to ask for.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    KeyError
        If the outcome has no target.
    NoPlan
        If hard rules contradict each other.
    SolverError
        If HiGHS stops without a proven optimum.
    """
    if outcome not in set(problem.targets["outcome"]):
        raise KeyError(outcome)
    m = build(Market(problem))
    solution = solve(m, GOALS, settlement=SETTLEMENT, say=say)
    session = Session(solution.decisions.program if solution.decisions else solution.program)
    aims, program = m.aims, session.program
    own = np.flatnonzero(aims.keys.get_level_values("outcome") == outcome)
    first, use = program.rows["reach_targets"].start, program.columns["use"].start
    costs = [stage.costs for stage in solution.stages[:PRICED]]
    rows = []
    for level in levels:
        say(f"{outcome} at {level:.0%} of its targets")
        session.release()
        for aim in own:
            target = np.array([level * aims.target[aim]])
            if aims.average[aim]:
                entries = aims.aim == aim
                session.set_entries(
                    int(first + aim), use + aims.use[entries], aims.effect[entries] - target
                )
            else:
                free = np.array([np.inf])
                ends = (target, free) if aims.at_least[aim] else (-free, target)
                session.set_levels(np.array([first + aim]), *ends)
        rows.append([level, *(found.value for found in pursue(session, costs))])
    return pd.DataFrame(rows, columns=["level", *(goal.name for goal in GOALS[:PRICED])])
