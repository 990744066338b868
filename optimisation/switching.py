"""The unit cost at which an offer would win units, or lose them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimisation.repricing import Quote
from optimisation.sets import BoolArray

STEPS = (2.0, 30.0, 1000.0)
"""How many times dearer, or cheaper, an offer is tried before its price is said not to matter."""

NEAR = 4e-6
"""The share of a unit cost within which it is found."""

SAME = 1e-9
"""The share of a goal by which two plans may differ and be as good."""

UNKNOWN = float("nan")
"""No price makes that difference."""

Quotes = Callable[[float], Quote]
Sells = Callable[[Quote], bool]


def switching_value(quotes: Quotes, sells: Sells, *, here: Quote, least: float) -> float:
    r"""Return the unit cost below which an offer sells, and above which it does not.

    It is looked for above the offer's own cost if it sells there, and below if not; NaN where it
    is the same a thousand times dearer, or cheaper, or as far as the rules can all hold. Where an
    offer stops selling and sells again, this is one of the prices at which it stops.

    The goals of the plans on both sides are, near by, lines in the unit cost. Where the lines of
    the first goal that tells the two apart cross, one plan gives way to the other, unless a third
    is better there, which then takes the place of one of them (Eisner and Severance, *Journal of
    the ACM* 23, 1976). Every crossing is tried on both sides, by a run at that price; where one
    leads nowhere, because the lines are not straight so far, the bracket is halved instead.

    Parameters
    ----------
    quotes : callable
        Runs the plan at a unit cost.
    sells : callable
        Tells what counts as selling.
    here : Quote
        At the offer's own unit cost, which must be above nil.
    least : float
        The lowest unit cost at which an award may be made.
    """
    there = _other_side(quotes, sells, here, least)
    if there is None:
        return UNKNOWN
    low, high = (here, there) if sells(here) else (there, here)
    while (apart := high.unit_cost / low.unit_cost) > (1.0 + NEAR) ** 2.5:
        guess = _crossing(low, high)
        halfway = float(np.sqrt(low.unit_cost * high.unit_cost))
        for unit_cost in (guess * (1.0 + NEAR), guess * (1.0 - NEAR), halfway):
            if unit_cost == halfway and high.unit_cost / low.unit_cost <= np.sqrt(apart):
                continue
            if low.unit_cost < unit_cost < high.unit_cost:
                tried = quotes(unit_cost)
                low, high = (tried, high) if sells(tried) else (low, tried)
    return float((low.unit_cost + high.unit_cost) / 2.0)


def _other_side(quotes: Quotes, sells: Sells, here: Quote, least: float) -> Quote | None:
    """Return a quote at which an offer sells if it does not here, or the other way round."""
    for step in STEPS:
        there = quotes(max(here.unit_cost * (step if sells(here) else 1.0 / step), least))
        if not there.is_plan:
            there = _last_plan(quotes, here, there)
            return there if sells(there) != sells(here) else None
        if sells(there) != sells(here):
            return there
    return None


def _last_plan(quotes: Quotes, here: Quote, there: Quote) -> Quote:
    """Return the furthest quote on the way from here to there at which the rules can all hold."""
    while abs(there.unit_cost / here.unit_cost - 1.0) > NEAR:
        tried = quotes(float(np.sqrt(here.unit_cost * there.unit_cost)))
        here, there = (tried, there) if tried.is_plan else (here, tried)
    return here


def _crossing(low: Quote, high: Quote) -> float:
    """Return the unit cost at which two plans are as good in the first goal in which they differ.

    NaN where they differ in none, or a slope is not known.
    """
    level = [quote.value - quote.slope * quote.unit_cost for quote in (low, high)]
    steeper = low.slope - high.slope
    size = np.abs(low.value) + np.abs(high.value)
    differ = np.abs(steeper) * high.unit_cost > SAME * np.maximum(size, 1e-3)
    if not differ.any():
        return float("nan")
    first = int(np.argmax(differ))
    return float((level[1][first] - level[0][first]) / steeper[first])


@dataclass(frozen=True)
class Prices:
    """The unit costs that matter to an offer in some years, in £ of the plan's first.

    Parameters
    ----------
    own : float
        Its own.
    keeping : float
        The highest at which it keeps all that it wins; NaN if it wins nothing, or keeps it at any.
    switching : float
        The highest at which it wins anything, or the lowest at which an award may be made where
        its own is below; NaN if no price changes whether it does.
    """

    own: float
    keeping: float
    switching: float


def prices_of(
    quotes: Quotes, own: float, *, least: float, years: BoolArray, noise: float
) -> Prices:
    """Return the unit costs at which an offer would win units, or lose some of them, or all.

    Parameters
    ----------
    quotes : callable
        Runs the plan at a unit cost of the offer.
    own : float
        The offer's own, in £.
    least : float
        The lowest at which an award may be made; an offer below it is looked at from there.
    years : array of shape (years,)
        Those that count.
    noise : float
        Units that are no more than rounding.
    """
    if max(own, least) <= 0.0:
        return Prices(own, UNKNOWN, UNKNOWN)
    here = quotes(max(own, least))

    def sells(quote: Quote) -> bool:
        return bool(quote.won[years].any())

    def keeps(quote: Quote) -> bool:
        return bool(quote.won[years].sum() >= here.won[years].sum() - noise)

    if own < least:
        return Prices(own, UNKNOWN, least if sells(here) else UNKNOWN)
    switching = switching_value(quotes, sells, here=here, least=least)
    if not sells(here):
        return Prices(own, UNKNOWN, switching)
    return Prices(own, switching_value(quotes, keeps, here=here, least=least), switching)
