"""One future at a time: a case's market planned anew for demand and income of its own.

It loads no forecasting, so that a process that plans futures is soon at work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from optimisation.allocation import conflict_of
from optimisation.engine import NoPlan
from optimisation.goals import GOALS, SETTLEMENT
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.sets import FloatArray, codes
from optimisation.solver import solve
from optimisation.tables import plan_tables
from planning.chances import FIGURES


@dataclass(frozen=True)
class FutureResult:
    """What one future comes to.

    Parameters
    ----------
    figures : dict of str to array of shape (years,)
        By name of ``planning.chances.FIGURES``; None where there is no plan.
    conflict : tuple of str
        What cannot all hold, where there is none.
    """

    figures: dict[str, FloatArray] | None
    conflict: tuple[str, ...] = ()


def try_futures(
    problem: Problem, number: Sequence[int], demand: FloatArray, income: FloatArray
) -> list[list[Any]]:
    """Return rows of ``futures.csv`` for a few futures, ready for JSON."""
    rows = []
    for place, future in enumerate(number):
        found = one_future(
            problem,
            problem.demand.assign(units=demand[place]),
            problem.income.assign(amount=income[place]),
        )
        rows += _rows(problem.years, future, found)
    return rows


def _rows(years: Sequence[str], future: int, found: FutureResult) -> list[list[Any]]:
    """Return a row for each year; one without a plan has no figures."""
    if found.figures is None:
        blank = [None] * len(FIGURES)
        return [[future, year, *blank, "; ".join(found.conflict)] for year in years]
    columns = [found.figures[name].tolist() for name in FIGURES]
    return [[future, *row, ""] for row in zip(years, *columns, strict=True)]


def one_future(problem: Problem, demand: pd.DataFrame, income: pd.DataFrame) -> FutureResult:
    """Plan one future anew, without the certificate and the prices of a plan.

    Parameters
    ----------
    problem : Problem
        The market.
    demand, income : DataFrame
        What it is planned for instead, in the shape of the problem's own.
    """
    problem = replace(problem, demand=demand, income=income)
    market = Market(problem)
    m = build(market)
    try:
        solution = solve(m, GOALS, settlement=SETTLEMENT)
    except NoPlan as refusal:
        return FutureResult(None, conflict_of(problem, m, refusal).conflict)
    return FutureResult(figures_of(market, plan_tables(m, solution.values)))


def figures_of(market: Market, tables: Mapping[str, pd.DataFrame]) -> dict[str, FloatArray]:
    """Return what a plan comes to in each year, by name of ``planning.chances.FIGURES``.

    Parameters
    ----------
    market : Market
        What was planned.
    tables : mapping of str to DataFrame
        The plan's budget, demand and targets.
    """
    budget, targets, years = tables["budget"], tables["targets"], len(market.years)
    service, _, year = codes(market.needs)
    # As the goal of statutory demand weighs it: at the dearest offer of the year.
    dearest = np.where(market.statutory[service], market.dearest[service, year], 0.0)
    worth = dearest * tables["demand"]["unmet"].to_numpy()
    missed = market.years.get_indexer(targets.loc[targets["shortfall"] > 0.0, "year"])
    return {
        "managed_gap": budget["managed_gap"].to_numpy(),
        "structural_gap": budget["structural_gap"].to_numpy(),
        "cost": (budget["cost"] + budget["fixed_cost"]).to_numpy(),
        "reserves_balance": budget["reserves_balance"].to_numpy(),
        "targets_missed": np.bincount(missed, minlength=years).astype(float),
        "unmet_statutory": np.bincount(year, worth, minlength=years),
    }
