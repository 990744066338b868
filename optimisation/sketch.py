"""The plan of a problem without what explains it: what is tried, not what is published.

Every goal is sought in turn as `allocate` does, and the tables are the same; prices, what each rule
costs and the certificate are left out, so that it takes about an eighth of the time.
"""

import pandas as pd

from optimisation.allocation import conflict_of, goal_table
from optimisation.engine import NoPlan
from optimisation.goals import GOALS, SETTLEMENT
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.solver import solve
from optimisation.tables import plan_tables


def sketch(problem: Problem) -> dict[str, pd.DataFrame]:
    """Return the tables of the best plan by the name of their file, without prices and rules.

    They are those of ``allocate``, but that targets have no marginal cost. Nothing is certified.

    Parameters
    ----------
    problem : Problem
        The market, demand and income.

    Raises
    ------
    Infeasible
        If hard rules contradict each other.
    SolverError
        If HiGHS stops without a proven optimum.
    """
    m = build(Market(problem))
    try:
        solution = solve(m, GOALS, settlement=SETTLEMENT)
    except NoPlan as refusal:
        raise conflict_of(problem, m, refusal) from None
    stages = {stage.goal.name: stage for stage in solution.stages}
    return plan_tables(m, solution.values) | {"goals": goal_table(problem, stages)}
