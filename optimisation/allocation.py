"""From a problem to its certified allocation: the one way in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from optimisation.certificate import find_faults
from optimisation.conflict import explain
from optimisation.engine import NoPlan
from optimisation.facts import Facts
from optimisation.goals import GOALS, SETTLEMENT
from optimisation.market import Market
from optimisation.model import build
from optimisation.prices import price_table
from optimisation.problem import Problem
from optimisation.proof import Bound, prove
from optimisation.refusals import Infeasible
from optimisation.requirements import requirements_of
from optimisation.restatement import restate
from optimisation.rule_costs import rule_table
from optimisation.solver import Stage, solve
from optimisation.tables import plan_tables

GAP, COST = 2, 5
"""The goals in which a requirement is priced."""

PRICED = 6
"""The goals that a rule may cost something: all but the least change, which breaks ties."""


@dataclass(frozen=True)
class Allocation:
    """Units and pounds per offer and year, with all that explains them.

    Each table is the file of the same name in a written plan; read-only by convention. ``bounds``
    proves each goal, in order. Where awards are whole, ``decisions`` of them were taken, and
    ``gap`` is the share by which HiGHS had not ruled out better ones; prices and proofs are those
    of the plan with these decisions. Else both are nil.
    """

    allocation: pd.DataFrame
    demand: pd.DataFrame
    targets: pd.DataFrame
    income: pd.DataFrame
    funding: pd.DataFrame
    budget: pd.DataFrame
    reserves: pd.DataFrame
    organisations: pd.DataFrame
    goals: pd.DataFrame
    prices: pd.DataFrame
    rules: pd.DataFrame
    bounds: tuple[Bound, ...]
    decisions: int
    gap: float


def allocate(problem: Problem, *, say: Callable[[str], None] = lambda _: None) -> Allocation:
    """Return the allocation that is best for every goal in turn, certified.

    Parameters
    ----------
    problem : Problem
        The market, demand and income.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    Infeasible
        If hard rules contradict each other.
    SolverError
        If HiGHS stops without a proven optimum.
    ArithmeticError
        If the allocation fails its certificate, which would be a fault of this program.
    """
    market = Market(problem)
    say("Building the model")
    m = build(market)
    try:
        solution = solve(m, GOALS, settlement=SETTLEMENT, say=say)
    except NoPlan as refusal:
        say("Looking for the rules that conflict")
        raise conflict_of(problem, m, refusal) from None
    stages = {stage.goal.name: stage for stage in solution.stages}
    goals = goal_table(problem, stages)
    say("Pricing each requirement by asking for a little less of it")
    taken = solution.decisions
    program = taken.program if taken else solution.program
    prices = price_table(
        requirements_of(m, program),
        program,
        [stage.costs for stage in solution.stages],
        gap=GAP,
        cost=COST,
    )
    tables = plan_tables(m, solution.values)
    say("Pricing each rule by doing without it")
    rules = rule_table(market, solution, goals=PRICED)
    tables |= {"goals": goals, "prices": prices, "rules": rules}
    tables["targets"] = _with_marginal_cost(tables["targets"], prices)
    tables["prices"] = _that_bind(prices)
    say("Certifying the plan")
    return Allocation(
        **tables,
        bounds=_certified(problem, tables, stages),
        decisions=taken.count if taken else 0,
        gap=taken.gap if taken else 0.0,
    )


def conflict_of(
    problem: Problem,
    m: Any,  # noqa: ANN401 - a Pyomo model, which is not known here
    refusal: NoPlan,
) -> Infeasible:
    """Return which requirements cannot all hold in a model that has no plan."""
    session = refusal.session
    costs = {goal.name: session.program.costs(goal.weights(m)) for goal in GOALS}
    return explain(m.market, session, restate(Facts(problem)), costs)


def _certified(
    problem: Problem, tables: dict[str, pd.DataFrame], stages: dict[str, Stage]
) -> tuple[Bound, ...]:
    """Return the proof of every goal, once the plan's tables have passed their certificate."""
    facts = Facts(problem)
    statement = restate(facts, tables["allocation"])
    broken = find_faults(facts, statement, tables)
    bounds = prove(
        statement,
        values={goal.name: stages[goal.name].value for goal in GOALS},
        duals={
            goal.name: statement.over_rows(
                {name: (d.labels, d.value) for name, d in stages[goal.name].duals.items()}
            )
            for goal in GOALS
        },
    )
    broken += [
        f"goal {b.goal} is {b.value} and may be as low as {b.bound}" for b in bounds if not b.proved
    ]
    if broken:
        raise ArithmeticError("the plan fails its certificate: " + "; ".join(broken[:20]))
    return tuple(bounds)


def goal_table(problem: Problem, stages: dict[str, Stage]) -> pd.DataFrame:
    """Return ``goals.csv``; a cost that is discounted says so, for it is not the budget's."""
    discounted = problem.discount_rate != 0.0
    rows = [
        (
            goal.name,
            "£, present value" if goal.name == "cost" and discounted else goal.unit,
            stages[goal.name].value,
        )
        for goal in GOALS
    ]
    return pd.DataFrame(rows, columns=["goal", "unit", "value"])


def _that_bind(prices: pd.DataFrame) -> pd.DataFrame:
    """Return the prices but for those that are known to be nil."""
    nil = (prices["price_gap"] == 0.0) & (prices["price_cost"] == 0.0)
    return prices[~nil].reset_index(drop=True)


def _with_marginal_cost(targets: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Return the targets with the £ of cost that one unit less of each would save."""
    of_targets = prices.loc[prices["kind"] == "target", ["key", "year", "price_cost"]]
    priced = of_targets.rename(columns={"key": "outcome", "price_cost": "marginal_cost"})
    return targets.merge(priced, on=["outcome", "year"], how="left", validate="one_to_one")
