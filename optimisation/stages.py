"""Two stages: what is decided before the future is known, and the program of each future after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from optimisation.bulk import Program, program_of
from optimisation.engine import Session
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.refusals import WholeDecisions
from optimisation.sets import FloatArray, IntArray, codes
from optimisation.shortfalls import Prices, priced_cost

LATER = ("spot",)
"""The types of contract that are bought once the future is known; all others are before."""

ROOM = 1e-7
"""How far, in the solver's units, what is decided before may move: no further than rounding."""


@dataclass(frozen=True)
class Stages:
    """The futures of a council as one program, whose levels each future sets anew.

    Parameters
    ----------
    problem : Problem
        Of the average future.
    model : ConcreteModel
        Of it, with its market.
    program : Program
        Its rows and columns; no future has others.
    costs : array of shape (columns,)
        £ of present value, shortfalls priced.
    first : array of shape (commitments,)
        The columns that are decided before the future is known: units paid for by contract.
    lower, upper : arrays of shape (futures, rows)
        The levels of each future, all as likely as each other.
    """

    problem: Problem
    model: Any
    program: Program
    costs: FloatArray
    first: IntArray
    lower: FloatArray
    upper: FloatArray

    @property
    def market(self) -> Market:
        """The sets of every future."""
        market: Market = self.model.market
        return market

    @property
    def count(self) -> int:
        """How many futures there are."""
        return len(self.lower)

    @property
    def rest(self) -> IntArray:
        """The columns that wait for the future."""
        return np.setdiff1d(np.arange(len(self.costs)), self.first)

    def of(self, futures: IntArray) -> "Stages":
        """Return some of the futures alone."""
        return replace(self, lower=self.lower[futures], upper=self.upper[futures])


@dataclass(frozen=True)
class Policy:
    """What is committed, and what is then done in each future.

    Parameters
    ----------
    first : array of shape (commitments,)
        Units committed, by column of ``Stages.first``.
    primal : array of shape (futures, columns)
        Every variable in each future.
    costs : array of shape (futures,)
        £ of present value, shortfalls priced.
    """

    first: FloatArray
    primal: FloatArray
    costs: FloatArray


@dataclass(frozen=True)
class Found:
    """The best policy that was found, below what none can cost, and in how many rounds.

    The extensive form needs no rounds, and its policy is the best that there is.
    """

    policy: Policy
    bound: float
    rounds: int


def read_stages(
    problems: Sequence[Problem], *, later: Sequence[str] = LATER, prices: Prices | None = None
) -> Stages:
    """Return the futures as one program.

    Raises
    ------
    ValueError
        If there is no future, or they differ in more than demand and income.
    WholeDecisions
        If awards are.
    """
    if not problems:
        raise ValueError("a plan needs at least one future")
    mean = _average(problems)
    market = Market(mean)
    m = build(market)
    program = program_of(m)
    if program.integer.any():
        raise WholeDecisions(
            "a plan for many futures cannot take whole decisions: leave out award costs, smallest "
            "volumes, lots, tiers that fall, and tiers beside a min_spend or of a body that trades"
        )
    levels = [_levels(program, problem) for problem in problems]
    offer, _ = codes(market.awards)
    before = ~market.offers["contract_type"].isin(later).to_numpy()[offer]
    return Stages(
        problem=mean,
        model=m,
        program=program,
        costs=program.costs(priced_cost(m, prices or Prices())),
        first=program.columns["paid"].start + np.flatnonzero(before),
        lower=np.stack([lower for lower, _ in levels]),
        upper=np.stack([upper for _, upper in levels]),
    )


def _average(problems: Sequence[Problem]) -> Problem:
    """Return the problem whose demand and income are the average of all."""
    keys = {"demand": ["service", "locality", "year"], "income": ["stream", "year"]}
    means = {
        name: pd.concat([getattr(problem, name)[[*key, value]] for problem in problems])
        .groupby(key, as_index=False)[value]
        .mean()
        for (name, key), value in zip(keys.items(), ("units", "amount"), strict=True)
    }
    return replace(problems[0], **means)


def _levels(shared: Program, problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Return what the rows of one future may not fall below, and may not exceed."""
    own = program_of(build(Market(problem)))
    same = (
        own.matrix.shape == shared.matrix.shape
        and abs(own.matrix - shared.matrix).nnz == 0
        and np.array_equal(own.least, shared.least)
        and np.array_equal(own.most, shared.most)
    )
    if not same:
        raise ValueError("futures may differ in demand and income, and in nothing else")
    return own.lower, own.upper


def follow(stages: Stages, first: FloatArray) -> Policy:
    """Return the best that can be done in each future once these commitments are made."""
    least, most = stages.program.least.copy(), stages.program.most.copy()
    room = ROOM * stages.program.unit[stages.first]
    least[stages.first] = np.maximum(first - room, least[stages.first])
    most[stages.first] = np.minimum(first + room, most[stages.first])
    primal = np.stack([*_each(stages, replace(stages.program, least=least, most=most))])
    return Policy(first, primal, primal @ stages.costs)


def wait_and_see(stages: Stages) -> FloatArray:
    """Return every variable in each future, were it known beforehand."""
    return np.stack([*_each(stages, stages.program)])


def _each(stages: Stages, program: Program) -> Iterator[FloatArray]:
    """Yield every future's best plan, each warm from the one before."""
    session = Session(program)
    rows = np.arange(stages.lower.shape[1])
    for lower, upper in zip(stages.lower, stages.upper, strict=True):
        session.set_levels(rows, lower, upper)
        yield session.minimise(stages.costs).primal
