"""The plan made again on other terms: what one offer would sell at another unit cost."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from scipy.sparse import csc_array

from optimisation.bulk import Program, program_of
from optimisation.decisions import decide
from optimisation.engine import Basis, NoPlan, Optimum, Session
from optimisation.goals import GOALS
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.refusals import SolverError
from optimisation.sets import FloatArray, codes
from optimisation.solver import pursue

NOISE = 1e-5
"""The share of a service's unit, as it is scaled for the solver, that is no more than rounding."""


@dataclass(frozen=True)
class Run:
    """A plan for every goal in turn, with what it was read from.

    Parameters
    ----------
    m : Any
        The model, which is Pyomo's.
    program : Program
        What is left of it once whole decisions are taken.
    weights : tuple of arrays of shape (columns,)
        What each column adds to each goal.
    optima : tuple of Optimum
        Of each goal, in order; the last is the plan.
    basis : Basis
        HiGHS's, at the last.
    """

    m: Any
    program: Program
    weights: tuple[FloatArray, ...]
    optima: tuple[Optimum, ...]
    basis: Basis

    @property
    def market(self) -> Market:
        """What is sold."""
        market: Market = self.m.market
        return market

    def noise(self) -> FloatArray:
        """Return the units of each offer that are no more than rounding, by offer."""
        return np.asarray(NOISE * self.m.scale.units[self.market.service_of_offer])

    def assured(self) -> FloatArray:
        """Return the units that are paid for whatever they cost, by award."""
        offer, _ = codes(self.market.awards)
        assured = self.market.offers["committed"].to_numpy(dtype=float)[offer]
        terms = self.m.contracts
        assured[terms.noticed] = np.maximum(assured[terms.noticed], terms.notice)
        return np.asarray(assured)

    def won(self, offer: str) -> FloatArray:
        """Return the units of an offer paid for beyond what is assured, by year of the plan."""
        place = self.market.offers.index.get_loc(offer)
        own, year = codes(self.market.awards)
        mine = own == place
        paid = self.program.values(self.optima[-1].primal)["paid"]
        extra = (paid - self.assured())[mine]
        won = np.zeros(len(self.market.years))
        won[year[mine]] = np.where(extra > self.noise()[place], extra, 0.0)
        return won


def run(problem: Problem) -> Run:
    """Return the plan that is best for every goal in turn, whole decisions taken anew.

    Raises
    ------
    NoPlan
        If hard rules contradict each other.
    """
    m = build(Market(problem))
    program = program_of(m)
    return _run(m, program, tuple(_weights(m, program)))


def _run(
    m: Any,  # noqa: ANN401 - a Pyomo model, which is not known here
    program: Program,
    weights: tuple[FloatArray, ...],
    *,
    start: Basis | None = None,
) -> Run:
    """Return the plan of a program; a linear one may start from the basis of another."""
    if program.integer.any():
        program, start = decide(program, weights).program, None
    session = Session(program)
    optima = tuple(pursue(session, weights, start=start))
    return Run(m, program, weights, optima, session.basis())


@dataclass(frozen=True)
class Quote:
    """What one offer sells at a unit cost.

    Parameters
    ----------
    unit_cost : float
        £ in the plan's first year.
    won : array of shape (years,)
        Units paid for beyond what is assured.
    value, slope : arrays of shape (goals,)
        What each goal comes to, and by how much that rises for £1 more of unit cost; NaN where no
        plan keeps every rule.
    """

    unit_cost: float
    won: FloatArray
    value: FloatArray
    slope: FloatArray

    @property
    def is_plan(self) -> bool:
        """Whether there is a plan at this unit cost."""
        return bool(np.isfinite(self.value).all())


def at_unit_cost(problem: Problem, offer: str, unit_cost: float) -> Problem:
    """Return a problem with another unit cost of one offer."""
    own = problem.offers["offer"] == offer
    priced = problem.offers["unit_cost"].mask(own, unit_cost)
    return replace(problem, offers=problem.offers.assign(unit_cost=priced))


class Repricer:
    """A plan, of which the unit cost of one offer at a time is changed.

    A unit cost stands in rows of cost and of spending, where it is linear: the entries that hold it
    are found by writing the model once more with every unit cost £1 higher. The goals are weighed
    anew. The model of an offer with tiers, where a price may make a tier a whole decision, is
    written anew at each.

    Parameters
    ----------
    plan : Run
        The plan as it is.
    """

    def __init__(self, plan: Run) -> None:
        self.plan, self.problem = plan, plan.market.problem
        self.written = program_of(plan.m)

    @cached_property
    def per_pound(self) -> csc_array:
        """What £1 more of every unit cost adds to the program's entries.

        So do tiers and sustainable rates rise, so that no tier and no award comes or goes.
        """
        p = self.problem
        dearer = replace(
            p,
            offers=p.offers.assign(unit_cost=p.offers["unit_cost"] + 1.0),
            tiers=p.tiers.assign(unit_cost=p.tiers["unit_cost"] + 1.0),
            services=p.services.assign(sustainable_rate=p.services["sustainable_rate"] + 1.0),
        )
        return program_of(build(Market(dearer))).matrix - self.written.matrix

    def quotes(self, offer: str) -> Callable[[float], Quote]:
        """Return what runs the plan at a unit cost of an offer, all else as it is, once each."""
        tiered = bool((self.problem.tiers["offer"] == offer).any())
        refused = offer not in self.plan.market.awards.get_level_values("offer")
        per_pound = None if tiered or refused else self._entries_of(offer)

        @cache
        def quote(unit_cost: float) -> Quote:
            try:
                made = self._made(offer, unit_cost, per_pound)
            except NoPlan:
                none = np.full(len(GOALS), np.nan)
                return Quote(unit_cost, np.zeros(len(self.problem.years)), none, none)
            value = np.array([found.value for found in made.optima])
            slope = _slopes(made, offer, per_pound)
            return Quote(unit_cost, made.won(offer), value, slope)

        return quote

    def _made(self, offer: str, unit_cost: float, per_pound: csc_array | None) -> Run:
        """Return the plan at another unit cost, from nothing where the way from the plan fails."""
        if per_pound is not None:
            # Far from the plan's own prices, its basis may lead HiGHS astray.
            with suppress(SolverError):
                return self._at(offer, unit_cost, per_pound)
        return run(at_unit_cost(self.problem, offer, unit_cost))

    def _at(self, offer: str, unit_cost: float, per_pound: csc_array) -> Run:
        """Return the plan at another unit cost of an offer without tiers."""
        more = unit_cost - float(self.plan.market.offers.at[offer, "unit_cost"])
        matrix = csc_array(self.written.matrix + more * per_pound)
        m, market = self.plan.m, self.plan.market
        m.market = Market(at_unit_cost(self.problem, offer, unit_cost))
        weights = tuple(_weights(m, self.written))
        m.market = market
        return _run(m, replace(self.written, matrix=matrix), weights, start=self.plan.basis)

    def _entries_of(self, offer: str) -> csc_array:
        """Return what £1 more of an offer's unit cost adds to the program's entries."""
        own = np.zeros(self.written.matrix.shape[1])
        for family, labels in self.written.column_labels.items():
            if "offer" in labels.names:
                mine = labels.get_level_values("offer") == offer
                own[self.written.columns[family]] = mine
        return csc_array(self.per_pound * own[np.newaxis, :])


def _weights(m: Any, program: Program) -> Iterator[FloatArray]:  # noqa: ANN401 - Pyomo's
    """Yield what each column adds to each goal."""
    for goal in GOALS:
        yield program.costs(goal.weights(m))


def _slopes(made: Run, offer: str, per_pound: csc_array | None) -> FloatArray:
    r"""Return :math:`\partial V_k / \partial c = w'_k x - y_k A' x`: primes are per £1.

    It guides the search, and need be no more than near: that the dearest offer weighs unmet demand
    is left out. NaN where the entries are not known.
    """
    if per_pound is None:
        return np.full(len(GOALS), np.nan)
    primal = made.optima[-1].primal
    market = made.market
    own, year = codes(market.awards)
    mine = own == market.offers.index.get_loc(offer)
    index = (1.0 + float(market.offers.at[offer, "indexation"])) ** year * market.present[year]
    bought = float((index * made.program.values(primal)["paid"])[mine].sum())
    moved = per_pound @ primal
    in_goal = np.array([bought if goal.name == "cost" else 0.0 for goal in GOALS])
    return np.asarray(in_goal - [float(found.dual @ moved) for found in made.optima])
