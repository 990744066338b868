"""Powers of ten that bring pounds of 10⁸ and shares of 10⁻² to like size before a solver sees them.

A power of ten changes no digit of a figure, so that the written model can still be read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, isfinite, log10

from optimisation.market import Market


@dataclass(frozen=True)
class Scale:
    """What one unit of the model stands for.

    Parameters
    ----------
    money : float
        £ in one unit of the model's money.
    lot : dict of str to float
        Units of each service in one unit of the model's volume.
    miss : dict of (outcome, year) to float
        Units of each target's miss in one of the model's.
    """

    money: float
    lot: dict[str, float]
    miss: dict[tuple[str, str], float]


def scale_of(market: Market) -> Scale:
    """Choose the powers of ten so that the largest figures come to thousands."""
    spend = [market.income[key] for key in market.income]
    spend += [abs(amount) for amount in market.fixed.values()]
    volume: dict[str, list[float]] = {s: [] for s in market.services}
    for (service, _, _), units in market.demand.items():
        volume[service].append(units)
    for terms in market.offers.values():
        volume[terms.service] += [terms.committed, terms.current or 0.0]
        spend += [market.price[terms.offer, y] * terms.committed for y in market.years]
    for (service, _, year), units in market.demand.items():
        spend.append(units * market.dearest[service, year])
    return Scale(
        money=_power(spend, digits=5),
        lot={service: _power(units, digits=4) for service, units in volume.items()},
        miss={key: _power([aim.scale], digits=4) for key, aim in market.aims.items()},
    )


def _power(sizes: Iterable[float], *, digits: int) -> float:
    """Return the power of ten, at least 1, that brings the largest size to ``digits`` digits."""
    largest = max((s for s in sizes if isfinite(s)), default=0.0)
    if largest <= 0.0:
        return 1.0
    return float(10 ** max(0, floor(log10(largest)) + 1 - digits))
