"""What shortfalls are worth, so that a plan for many futures has one objective, in £."""

from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo

from optimisation.aims import Aims
from optimisation.goals import (
    Weights,
    cost,
    funding_gap,
    other_demand,
    other_targets,
    statutory_demand,
    statutory_targets,
)
from optimisation.market import Market
from optimisation.sets import FloatArray, codes


@dataclass(frozen=True)
class Prices:
    """At what a future's shortfalls are valued.

    A plan for one future ranks its goals; one for many has to weigh a shortfall in some against
    cost in all. These weights keep the order of the goals: a unit of statutory demand outweighs the
    gap that supplying it may open, and the gap outweighs other demand, even where a target asks for
    the same unit, as long as no offer costs less than 3/5 of its service's dearest.

    Parameters
    ----------
    statutory, other : float
        A unit of demand not met, as a multiple of the dearest unit cost of its service that year. A
        target missed whole is valued as if the demand of the services that move it were not met;
        where these have none, as the units that would reach it.
    gap : float
        £ for each £ of cost that nothing pays for, above the £ itself.
    """

    statutory: float = 20.0
    other: float = 1.5
    gap: float = 4.0


def priced_cost(m: pyo.ConcreteModel, prices: Prices) -> Weights:
    r"""Yield what a unit of each variable costs, its shortfalls priced, in £ of present value.

    .. math:: \sum_y (1 + r)^{y_0 - y} \Big(\sum_o C_{oy} + \pi_g \sum_s h_{sy}
        + \sum_{sl} \pi_s \max_o c_{oy}\, u_{sly}
        + \sum_k \pi_k\, stake_{ky} \frac{v_{ky}}{size_{ky}} \Big)
    """
    yield from cost(m)
    stake = _stakes(m.market, m.aims)
    for goal, price in (
        (statutory_demand, prices.statutory),
        (other_demand, prices.other),
        (funding_gap, prices.gap),
        (statutory_targets, prices.statutory * stake),
        (other_targets, prices.other * stake),
    ):
        for family, weights in goal(m):
            yield family, price * weights * m.market.present[codes(family.labels)[-1]]


def _stakes(market: Market, aims: Aims) -> FloatArray:
    """Return what each target missed whole would be worth at one time the dearest price, £.

    The demand of the services that move it; where these have none, the units that would reach it.
    """
    service, _, year = codes(market.needs)
    worth = np.zeros(market.dearest.shape)
    np.add.at(worth, (service, year), market.demand * market.dearest[service, year])
    offer, _, _ = codes(market.uses)
    moved, aim = market.service_of_offer[offer[aims.use]], aims.aim
    _, asked = codes(aims.keys)
    pairs = np.unique(np.stack([aim, moved]), axis=1)
    stake, each = np.zeros(len(asked)), np.zeros(len(asked))
    np.add.at(stake, pairs[0], worth[pairs[1], asked[pairs[0]]])
    reach = np.where(aims.average[aim] | (aims.effect == 0.0), 1.0, np.abs(aims.effect))
    np.maximum.at(each, aim, market.dearest[moved, asked[aim]] / reach)
    return np.where(stake > 0.0, stake, aims.size * each)
