"""What an award costs, as terms of the model: its units, its tiers and the award itself."""

import numpy as np
import pyomo.environ as pyo

from optimisation.bulk.terms import Level, Terms
from optimisation.contracts import Contracts
from optimisation.market import Market
from optimisation.sets import IntArray, ranges


def bill(m: pyo.ConcreteModel, rows: IntArray, awards: IntArray, *, times: Level = 1.0) -> Terms:
    r"""Return :math:`C_{oy} = c_{oy} z_{oy} + \sum_k s_{oky} e_{oky} + F_{oy} a_{oy}` in rows.

    Units at the first price, what those above each tier cost more or less, and what the award
    itself costs.

    Parameters
    ----------
    m : ConcreteModel
        The model, its variables declared.
    rows, awards : arrays of shape (entries,)
        The place of a row, and of an award whose cost stands in it.
    times : float or array of shape (entries,)
        What that cost is multiplied by.
    """
    market: Market = m.market
    terms: Contracts = m.contracts
    factor = np.broadcast_to(np.asarray(times, dtype=float), len(awards))
    units: Terms = m.paid.cells(rows, awards, factor * market.price_of_award[awards])
    if not (len(terms.tiers.award) or len(terms.decided)):
        return units
    size = len(market.awards)
    pair, tier = _expand(awards, terms.tiers.award, size)
    above = m.excess.cells(rows[pair], tier, factor[pair] * terms.tiers.step[tier])
    pair, made = _expand(awards, terms.decided, size)
    itself = m.awarded.cells(rows[pair], made, factor[pair] * terms.fee[made])
    whole: Terms = units + above + itself
    return whole


def _expand(awards: IntArray, of: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """Return for some awards what there is of each: the place in `awards`, and of the thing.

    ``of`` gives the award of each thing, in order.
    """
    count = np.bincount(of, minlength=size)
    first = np.cumsum(count) - count
    return np.repeat(np.arange(len(awards)), count[awards]), ranges(first[awards], count[awards])
