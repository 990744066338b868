"""The linear program's sets and variables; ``rules`` ties them together and ``goals`` ranks them.

Every requirement is an equation whose slack is a variable with a name (what is idle, spare, unspent
or beyond a target). A goal is then held at its best by keeping variables at nil, which is exact,
where holding it by a row in pounds needs a tolerance that either starves or frees the next goal.
"""

import pyomo.environ as pyo

from optimisation.market import Market
from optimisation.rules import RULES
from optimisation.scaling import Scale, scale_of


def build(market: Market, *, scale: Scale | None = None) -> pyo.ConcreteModel:
    """Return the model without a goal: one block of equations for each of ``RULES``.

    Parameters
    ----------
    market : Market
        The problem's sets and lookups.
    scale : Scale, optional
        What the model's units stand for; chosen from the market when not given.
    """
    m = pyo.ConcreteModel(name="virement")
    m.market = market
    m.scale = scale if scale is not None else scale_of(market)
    _declare(m, market)
    for rule in RULES.values():
        rule.write(m, market)
    return m


def _declare(m: pyo.ConcreteModel, market: Market) -> None:
    """Declare the variables of the contract, all at least nil; slacks belong to their rules."""
    needs, books, years = list(market.demand), market.books, market.years
    m.use = pyo.Var(market.uses, within=pyo.NonNegativeReals, doc="units used, in lots")
    m.paid = pyo.Var(market.awards, within=pyo.NonNegativeReals, doc="units paid for, in lots")
    m.unmet = pyo.Var(needs, within=pyo.NonNegativeReals, doc="demand not met, in lots")
    m.miss = pyo.Var(list(market.aims), within=pyo.NonNegativeReals, doc="what a target misses")
    m.fund = pyo.Var(list(market.pays_for()), within=pyo.NonNegativeReals, doc="stream on service")
    m.unspent = pyo.Var(list(market.income), within=pyo.NonNegativeReals, doc="income not spent")
    m.draw = pyo.Var(books, years, within=pyo.NonNegativeReals, doc="reserves on service")
    m.balance = pyo.Var(years, within=pyo.NonNegativeReals, doc="reserves at the year's end")
    m.gap = pyo.Var(books, years, within=pyo.NonNegativeReals, doc="cost that nothing covers")
