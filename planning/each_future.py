"""One future at a time: a case's market planned anew for demand and income of its own.

It loads no forecasting, so that a process that plans futures is soon at work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from optimisation.allocation import conflict_of
from optimisation.engine import NoPlan
from optimisation.goals import GOALS, SETTLEMENT
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.rerun import Rerun
from optimisation.sets import FloatArray, codes
from optimisation.solver import solve
from planning.chances import FIGURES


def try_futures(
    problem: Problem, number: Sequence[int], demand: FloatArray, income: FloatArray
) -> list[list[Any]]:
    """Return rows of ``futures.csv`` for a few futures, ready for JSON.

    Each is planned anew, without the certificate and the prices of a plan. One without a plan has
    no figures, and says what cannot all hold.

    Parameters
    ----------
    problem : Problem
        The market, and what it is planned for.
    number : sequence of int
        Of the futures.
    demand, income : arrays of shape (futures, rows of the problem's own)
        What it is planned for instead.
    """
    found = Rerun(problem).futures(demand, income)
    figures = np.stack([getattr(found, name) for name in FIGURES], axis=2)
    rows = []
    for place, future in enumerate(number):
        conflict = ""
        if np.isnan(figures[place]).all():
            conflict = "; ".join(_conflict(problem, demand[place], income[place]))
        for year, told in zip(problem.years, figures[place].tolist(), strict=True):
            rows.append([future, year, *([None] * len(told) if conflict else told), conflict])
    return rows


def _conflict(problem: Problem, demand: FloatArray, income: FloatArray) -> tuple[str, ...]:
    """Return what cannot all hold in a future.

    Raises
    ------
    ArithmeticError
        If there is a plan after all, which would be a fault of this program.
    """
    problem = replace(
        problem,
        demand=problem.demand.assign(units=demand),
        income=problem.income.assign(amount=income),
    )
    m = build(Market(problem))
    try:
        solve(m, GOALS, settlement=SETTLEMENT)
    except NoPlan as refusal:
        return conflict_of(problem, m, refusal).conflict
    raise ArithmeticError("a future that has a plan was said to have none")


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
