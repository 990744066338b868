"""Expressions that several rules and goals share."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import pyomo.environ as pyo

from optimisation.market import Market

NON_NEGATIVE = pyo.NonNegativeReals

Expression: TypeAlias = Any
"""A linear expression or a number; Pyomo ships no types."""


def lot_price(m: pyo.ConcreteModel, offer: str, year: str) -> float:
    """Return the price of a lot in the model's money."""
    lot = m.scale.lot[m.market.offers[offer].service]
    return float(m.market.price[offer, year] * lot / m.scale.money)


@dataclass(frozen=True)
class Before:
    """An offer's units in the year before: a variable part and a constant, in lots."""

    variable: Expression
    constant: float


def units_of(m: pyo.ConcreteModel, offer: str, year: str) -> Expression:
    """Return an offer's units in all its localities in a year, in lots; nil when not open."""
    if (offer, year) not in m.market.open:
        return 0.0
    return pyo.quicksum(m.use[offer, place, year] for place in m.market.places(offer))


def units_before(m: pyo.ConcreteModel, offer: str, year: str) -> Before:
    """Return an offer's units in the year before: what is bought today for the plan's first."""
    t = m.market.step[year]
    if t > 0:
        return Before(units_of(m, offer, m.market.years[t - 1]), 0.0)
    terms = m.market.offers[offer]
    return Before(0.0, (terms.current or 0.0) / m.scale.lot[terms.service])


def change_is_known(market: Market, offer: str, year: str) -> bool:
    """Tell whether an offer's change on the year before can be measured and can differ from nil."""
    t = market.step[year]
    if t == 0:
        return market.offers[offer].current is not None
    return bool({(offer, year), (offer, market.years[t - 1])} & market.open)
