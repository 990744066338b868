"""One problem at other levels of demand and income: solved warm, nothing rebuilt."""

from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from optimisation.bulk import Program, program_of
from optimisation.engine import Basis, NoPlan, Session
from optimisation.funding import budget
from optimisation.goals import GOALS, SETTLEMENT, statutory_demand
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.sets import FloatArray, IntArray, codes
from optimisation.solver import pursue, solve
from optimisation.tables import accounts_of, shortfalls

SOUGHT = (*GOALS, *SETTLEMENT)
"""All that is sought, in order: what settles ties says in which year a gap falls."""


@dataclass(frozen=True)
class Futures:
    """What a problem comes to in each future; all is NaN where no plan keeps every rule.

    Parameters
    ----------
    goals : array of shape (futures, goals)
        Each goal's value, in its own unit and in the order of ``GOALS``.
    managed_gap, structural_gap, reserves_balance : arrays of shape (futures, years)
        £, as ``budget.csv`` has them.
    cost : array of shape (futures, years)
        £ of all cost, that of units and that which no unit buys.
    targets_missed : array of shape (futures, years)
        How many.
    unmet_statutory : array of shape (futures, years)
        Statutory demand not met, in £ as the goal ``statutory_demand`` counts it.
    """

    goals: FloatArray
    managed_gap: FloatArray
    structural_gap: FloatArray
    cost: FloatArray
    reserves_balance: FloatArray
    targets_missed: FloatArray
    unmet_statutory: FloatArray


class Rerun:
    """One problem, built once and handed to HiGHS once, solved again at other levels.

    Demand and income are levels of rows, and demand weighs the miss of a target for an average;
    nothing else of the program names them. Each future is sought from the problem's own optimum, so
    that what a future comes to depends on no other. Where awards are
    whole decisions, or the problem itself has no plan, each future is built and solved from
    nothing.

    Parameters
    ----------
    problem : Problem
        The base.

    Raises
    ------
    SolverError
        If HiGHS stops without a proven optimum, and without a proof that there is no plan.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        market = Market(problem)
        self._needs = _places(problem.demand, market.needs)
        self._receipts = _places(problem.income, market.receipts)
        self._m = build(market)
        self._program = program_of(self._m)
        self._basis: Basis | None = None
        if self._program.integer.any():
            return
        self._session = Session(self._program)
        costs = self._costs(market.demand)
        # What weighs nothing is at its best in any plan.
        self._sought = [place for place, one in enumerate(costs) if one.any()]
        asked = [costs[place] for place in self._sought]
        with suppress(NoPlan):
            deque(pursue(self._session, asked), maxlen=0)
            self._basis = self._session.basis()

    def futures(self, demand: FloatArray, income: FloatArray) -> Futures:
        """Return what the problem comes to in every future, each by itself.

        Parameters
        ----------
        demand : array of shape (futures, rows of the problem's demand)
            Units needed.
        income : array of shape (futures, rows of the problem's income)
            £.

        Raises
        ------
        ValueError
            If there is not a level of at least nil for every row.
        SolverError
            If HiGHS stops without a proven optimum, and without a proof that there is no plan.
        """
        demand, income = np.asarray(demand, dtype=float), np.asarray(income, dtype=float)
        for name, levels in (("demand", demand), ("income", income)):
            shape = (len(demand), len(getattr(self.problem, name)))
            if levels.shape != shape:
                raise ValueError(f"{name} is of shape {levels.shape}, and not {shape}")
            if not (np.isfinite(levels) & (levels >= 0.0)).all():
                raise ValueError(f"{name} holds a level that is not a number of at least nil")
        run = self._warm if self._basis else self._anew
        years = len(self.problem.years)
        found = {field.name: np.full((len(demand), years), np.nan) for field in fields(Futures)}
        found["goals"] = np.full((len(demand), len(GOALS)), np.nan)
        for future, (units, pounds) in enumerate(zip(demand, income, strict=True)):
            with suppress(NoPlan):
                for name, figures in run(units, pounds).items():
                    found[name][future] = figures
        return Futures(**found)

    def _warm(self, demand: FloatArray, income: FloatArray) -> dict[str, FloatArray]:
        """Return the figures of one future, sought from the base's own basis."""
        units, pounds = self._levels(demand, income)
        program = self._at(units, pounds)
        costs = self._costs(units)
        self._session.program = program
        self._session.release()
        values, primal = np.zeros(len(SOUGHT)), np.zeros(len(program.unit))
        asked = [costs[place] for place in self._sought]
        optima = pursue(self._session, asked, start=self._basis)
        for place, found in zip(self._sought, optima, strict=True):
            values[place], primal = found.value, found.primal
        return _figures(self._m, values, program.values(np.maximum(primal, 0.0)), income=pounds)

    def _anew(self, demand: FloatArray, income: FloatArray) -> dict[str, FloatArray]:
        """Return the figures of one future, built and solved from nothing."""
        p = self.problem
        p = replace(p, demand=p.demand.assign(units=demand), income=p.income.assign(amount=income))
        m = build(Market(p))
        solution = solve(m, GOALS, settlement=SETTLEMENT)
        values = np.array([stage.value for stage in solution.stages])
        return _figures(m, values, solution.values, income=m.market.income)

    def program(self, demand: FloatArray, income: FloatArray) -> tuple[Program, list[FloatArray]]:
        """Return the program of one future, and what each column adds to each goal."""
        units, pounds = self._levels(demand, income)
        return self._at(units, pounds), self._costs(units)

    def _levels(self, demand: FloatArray, income: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the units of each need and the £ of each receipt, from rows of the tables."""
        units, pounds = self._m.market.demand.copy(), self._m.market.income.copy()
        units[self._needs], pounds[self._receipts] = demand, income
        return units, pounds

    def _at(self, units: FloatArray, pounds: FloatArray) -> Program:
        """Return the program with the units of each need and the £ of each receipt."""
        lower, upper = self._program.lower.copy(), self._program.upper.copy()
        rows = self._program.rows
        lower[rows["meet_demand"]] = units
        upper[rows["prevent_once"]] = units[self._m.prevention.need]
        lower[rows["spend_income"]] = upper[rows["spend_income"]] = pounds
        return replace(self._program, lower=lower, upper=upper)

    def _costs(self, units: FloatArray) -> list[FloatArray]:
        """Return what each column adds to each goal, given the units of each need."""
        self._m.aims = replace(self._m.aims, demand=units)
        return [self._program.costs(goal.weights(self._m)) for goal in SOUGHT]


def _places(table: pd.DataFrame, labels: pd.MultiIndex) -> IntArray:
    """Return where each row of a table stands in a set with the names of its columns."""
    asked = pd.MultiIndex.from_frame(table[list(labels.names)])
    return np.asarray(labels.get_indexer(asked))


def _figures(
    m: Any,  # noqa: ANN401 - a Pyomo model, which is not known here
    goals: FloatArray,
    values: Mapping[str, FloatArray],
    *,
    income: FloatArray,
) -> dict[str, FloatArray]:
    """Return one row of each table of ``Futures``."""
    market: Market = m.market
    accounts = accounts_of(m, values, income=income)
    found = budget(market, m.overheads, accounts.income, accounts.money)
    dearest = next(statutory_demand(m))[1]
    missed = shortfalls(m.aims, accounts.used)[1] > 0.0
    years = len(market.years)
    _, _, need_year = codes(market.needs)
    _, aim_year = codes(m.aims.keys)
    return {
        "goals": goals[: len(GOALS)],
        "managed_gap": found["managed_gap"],
        "structural_gap": found["structural_gap"],
        "cost": found["cost"] + found["fixed_cost"],
        "reserves_balance": found["reserves_balance"],
        "targets_missed": np.bincount(aim_year[missed], minlength=years).astype(float),
        "unmet_statutory": np.bincount(need_year, dearest * accounts.unmet, minlength=years),
    }
