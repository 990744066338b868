"""Other plans that are nearly as good and as different as can be, for members to choose between.

The law is met, and the gap closed, as far as in the plan itself; what is wanted after them may be
worse by a share of the plan's cost. Each alternative spends as little as it can where the plans
before it spend most (Hop, Skip and Jump: Brill, Chang and Hopkins, *Management Science* 28(3),
1982), and is then as good as it can be.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csc_array, csr_array, vstack

from optimisation.bulk import Program
from optimisation.certificate import find_faults
from optimisation.contracts import Contracts
from optimisation.engine import Session
from optimisation.facts import Facts
from optimisation.goals import GOALS, SETTLEMENT
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.restatement import restate
from optimisation.sets import FloatArray, codes
from optimisation.solver import pursue, solve
from optimisation.tables import plan_tables

HELD, COST = 3, 5
"""The goals before the first are the law and the gap, in which no alternative is worse; those from
it to the second, the cost, may be."""

PENNY = 0.005
"""£ below which a figure is nil to the penny."""

SLACK = 1e-8
"""Share of a goal, and of its largest weight, that rounding may take of what is allowed."""

APART = 0.01
"""The share of what is spent that must move, from every plan before, for another to be told."""


@dataclass(frozen=True)
class Alternative:
    """One plan.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Those of a plan, certified; no prices.
    spent : Series
        £ by provider, over all years.
    moved : float
        £ of spending that another provider has in the plan that is best; half of all differences.
    """

    tables: Mapping[str, pd.DataFrame]
    spent: "pd.Series[float]"
    moved: float

    def goal(self, name: str) -> float:
        """Return what a goal comes to."""
        return float(self.tables["goals"].set_index("goal").at[name, "value"])


def alternatives(
    problem: Problem,
    *,
    within: float = 0.01,
    count: int = 5,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Alternative, ...]:
    """Return the plan that is best, and up to ``count`` others, each certified.

    Where awards are whole decisions they stand as the best plan has them.

    Parameters
    ----------
    problem : Problem
        The market, demand and income.
    within : float
        The share of the plan's cost by which cost, and the worth of other demand unmet, may each be
        more; and by which, of one target, other targets may be missed by more.
    count : int
        How many at most.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    NoPlan
        If hard rules contradict each other.
    SolverError
        If HiGHS stops without a proven optimum.
    ArithmeticError
        If an alternative fails its certificate, which would be a fault of this program.
    """
    market = Market(problem)
    m = build(market)
    solution = solve(m, GOALS, settlement=SETTLEMENT, say=say)
    costs = [stage.costs for stage in solution.stages]
    best = [stage.value for stage in solution.stages[: len(GOALS)]]
    room = within * np.array([best[COST] if g.unit == "£" else 1.0 for g in GOALS[HELD : COST + 1]])
    kept = np.stack(costs[HELD : COST + 1])
    program = solution.decisions.program if solution.decisions else solution.program
    session = Session(_bounded(program, kept, np.array(best[HELD : COST + 1]) + room))
    spent = partial(_spent, market, m.contracts)
    found = [
        Alternative(
            certified_tables(problem, m, costs, solution.values), spent(solution.values), 0.0
        )
    ]
    for number in range(count):
        say(f"Alternative {number + 1} of {count}")
        away = _away(market, program, costs[COST], [plan.spent for plan in found])
        session.release()
        *_, last = pursue(session, [*costs[:HELD], away, *costs[HELD:]])
        values = program.values(np.maximum(last.primal, 0.0))
        own = spent(values)
        moved = [float((own - plan.spent).abs().sum()) / 2.0 for plan in found]
        if min(moved) <= APART * own.sum():
            break
        found.append(Alternative(certified_tables(problem, m, costs, values), own, moved[0]))
    return tuple(found)


def _bounded(program: Program, kept: FloatArray, most: FloatArray) -> Program:
    """Return a program with a row for each of some goals, which may come to so much."""
    first = len(program.lower)
    return replace(
        program,
        matrix=csc_array(vstack([program.matrix, csr_array(kept)])),
        lower=np.concatenate([program.lower, np.full(len(kept), -np.inf)]),
        upper=np.concatenate([program.upper, most + SLACK * (1.0 + most)]),
        rows={**program.rows, "within": slice(first, first + len(kept))},
        row_labels={**program.row_labels, "within": pd.RangeIndex(len(kept))},
    )


def _away(
    market: Market, program: Program, cost: FloatArray, plans: Sequence["pd.Series[float]"]
) -> FloatArray:
    """Return what each unit paid for adds to spending where the plans before spend most."""
    favoured = sum(spent / max(spent.sum(), PENNY) for spent in plans)
    offer, _ = codes(market.awards)
    away = np.zeros(len(cost))
    place = program.columns["paid"]
    away[place] = cost[place] * favoured.loc[market.offers["provider"]].to_numpy()[offer]
    return away


def _spent(
    market: Market, terms: Contracts, values: Mapping[str, FloatArray]
) -> "pd.Series[float]":
    """Return £ by provider, over all years."""
    offer, _ = codes(market.awards)
    provider = market.offers["provider"].to_numpy()[offer]
    cost = pd.Series(terms.cost(market, values["paid"], values["awarded"]), index=provider)
    every = sorted(set(market.offers["provider"]))
    return cost.groupby(level=0).sum().reindex(every, fill_value=0.0)


def certified_tables(
    problem: Problem,
    m: Any,  # noqa: ANN401 - a Pyomo model, which is not known here
    costs: Sequence[FloatArray],
    values: Mapping[str, FloatArray],
) -> dict[str, pd.DataFrame]:
    """Return the tables of a plan that has passed its certificate.

    Raises
    ------
    ArithmeticError
        If it fails it.
    """
    tables = plan_tables(m, values)
    primal = np.concatenate(list(values.values()))
    rows = [(g.name, g.unit, float(c @ primal)) for g, c in zip(GOALS, costs, strict=False)]
    tables["goals"] = pd.DataFrame(rows, columns=["goal", "unit", "value"])
    facts = Facts(problem)
    if broken := find_faults(facts, restate(facts, tables["allocation"]), tables):
        raise ArithmeticError("an alternative fails its certificate: " + "; ".join(broken[:20]))
    return tables
