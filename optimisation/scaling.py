"""What one unit of the solver's stands for: powers of two, so that no digit of a figure changes.

A solver's tolerances are absolute: pounds of 10⁸ and shares of 10⁻² must be of like size before it
sees them.
"""

from dataclasses import dataclass

import numpy as np

from optimisation.aims import Aims
from optimisation.market import Market
from optimisation.overheads import Overheads
from optimisation.sets import FloatArray, codes

MONEY, UNITS, MISS = 2.0**15, 2.0**13, 2.0**13
"""What the largest sum of money, volume and target come to, in the solver's units, at most."""


@dataclass(frozen=True)
class Scale:
    """What one unit of the solver's stands for.

    Parameters
    ----------
    money : float
        £.
    units : array of shape (services,)
        Units of each service.
    miss : array of shape (aims,)
        Of each outcome.
    """

    money: float
    units: FloatArray
    miss: FloatArray


def scale_of(market: Market, aims: Aims, costs: Overheads) -> Scale:
    """Choose the powers of two."""
    service, _, year = codes(market.needs)
    offers = market.offers
    spent = np.concatenate(
        [
            np.abs(market.income),
            np.abs(costs.fixed).ravel(),
            market.demand * market.dearest[service, year],
            (market.price * offers["committed"].to_numpy()[:, np.newaxis]).ravel(),
        ]
    )
    volume = np.zeros(len(market.services))
    np.maximum.at(volume, service, market.demand)
    for known in ("committed", "current"):
        np.maximum.at(volume, market.service_of_offer, offers[known].fillna(0.0).to_numpy())
    money = _power(np.array([spent.max(initial=0.0)]), most=MONEY)[0]
    return Scale(float(money), _power(volume, most=UNITS), _power(aims.size, most=MISS))


def _power(sizes: FloatArray, *, most: float) -> FloatArray:
    """Return the least power of two, and at least 1, that brings each size to `most` or below."""
    return np.asarray(2.0 ** np.ceil(np.log2(np.maximum(sizes / most, 1.0))))
