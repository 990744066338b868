"""Cost that no unit buys, year by year, after what proposals add and take away."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimisation.problem import CORPORATE, Problem
from optimisation.sets import FloatArray


@dataclass(frozen=True)
class Overheads:
    """£ that no unit buys.

    Parameters
    ----------
    fixed : array of shape (books, years)
        To be funded under each service. A service in credit lends what is over to ``corporate``,
        so that its saving is not lost.
    one_off : array of shape (years,)
        How much of each year's sum does not recur, less one-off savings and income.
    once : array of shape (years,)
        How much of each year's cost does not recur, whatever is saved: what reserves that are for
        one-off cost may pay for.
    """

    fixed: FloatArray
    one_off: FloatArray
    once: FloatArray


def overheads(problem: Problem, *, books: pd.Index) -> Overheads:
    """Return the fixed cost of a problem, by service and year."""
    table = pd.concat([_costs(problem), _proposals(problem)], ignore_index=True)
    where = books.get_indexer(table["service"]), pd.Index(problem.years).get_indexer(table["year"])
    amounts = table["amount"].to_numpy(dtype=float)
    once = np.where(table["one_off"].to_numpy(dtype=bool), amounts, 0.0)
    fixed, one_off = np.zeros((len(books), len(problem.years))), np.zeros(len(problem.years))
    np.add.at(fixed, where, amounts)
    np.add.at(one_off, where[1], once)
    cost_once = np.zeros(len(problem.years))
    np.add.at(cost_once, where[1], np.maximum(once, 0.0))
    corporate = books.get_loc(CORPORATE)
    credit = np.minimum(fixed, 0.0)
    credit[corporate] = 0.0
    fixed -= credit
    fixed[corporate] += credit.sum(axis=0)
    return Overheads(fixed, one_off, cost_once)


def _costs(problem: Problem) -> pd.DataFrame:
    return problem.costs[["year", "amount", "one_off"]].assign(service=CORPORATE)


def _proposals(problem: Problem) -> pd.DataFrame:
    """Return what proposals add; a saving, or income, only so far as it is delivered.

    None of an organisation counts before the year in which it takes its services over.
    """
    table = problem.proposals
    adds = table["kind"].isin(["pressure", "investment"])
    bodies = problem.organisations
    begins = dict(zip(bodies["organisation"], bodies["transfer_year"], strict=True))
    exists = np.array(
        [
            begins.get(body, "") <= year
            for body, year in zip(table["organisation"], table["year"], strict=True)
        ],
        dtype=bool,
    )
    delivered = table["amount"] * table["delivery"].fillna(1.0)
    expected = table["amount"].where(adds, -delivered.where(exists, 0.0))
    service = table["service"].where(table["service"] != "", CORPORATE)
    return table[["year", "one_off"]].assign(service=service, amount=expected)
