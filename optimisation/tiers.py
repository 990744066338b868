"""Prices that change with volume: the tiers of an offer, dearer or cheaper from some units on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimisation.market import Market
from optimisation.sets import FloatArray, IntArray, codes, members, ranges


@dataclass(frozen=True)
class Tiers:
    """The tiers of every award, from its second price on.

    Parameters
    ----------
    labels : MultiIndex
        Every (offer, tier, year), tiers counted from 1.
    award : array of shape (tiers,)
        The award of each.
    start, room : arrays of shape (tiers,)
        Units from which it applies, and how many there are above them.
    step : array of shape (tiers,)
        £ that a unit above costs more than one just below, or less.
    whole : array of int
        The tiers that are reached or not, a whole decision: those cheaper than the one before,
        whose price would otherwise be had for units below them; and where so much must be spent,
        or a provider's work lets it trade, all that units not bought would be called to reach.
    """

    labels: pd.MultiIndex
    award: IntArray
    start: FloatArray
    room: FloatArray
    step: FloatArray
    whole: IntArray


def read_tiers(market: Market) -> Tiers:
    """Return what tiers.csv says of a market's awards."""
    table = market.problem.tiers.sort_values(["offer", "from_units"], ignore_index=True)
    own = market.offers.index.get_indexer(table["offer"])
    price = table["unit_cost"].to_numpy(dtype=float)
    first = market.offers["unit_cost"].to_numpy(dtype=float)[own]
    same = own[1:] == own[:-1]
    before = np.concatenate([first[:1], np.where(same, price[:-1], first[1:])])
    number = table.groupby("offer").cumcount().to_numpy(dtype=np.intp)
    count = np.bincount(own, minlength=len(market.offers))
    start = np.cumsum(count) - count
    offer, year = codes(market.awards)
    award = np.repeat(np.arange(len(market.awards)), count[offer])
    tier = ranges(start[offer], count[offer])
    labels = pd.Index([str(n + 1) for n in range(int(count.max(initial=0)))], name="tier")
    units = table["from_units"].to_numpy(dtype=float)[tier]
    capacity = market.offers["capacity"].to_numpy()[offer[award]]
    index = (1.0 + market.offers["indexation"].to_numpy()[offer]) ** year
    names = [market.offers.index, labels, market.years]
    step = (price - before)[tier] * index[award]
    must_spend = market.problem.rules["kind"].eq("min_spend").any()
    bodies = market.problem.organisations
    limited = bodies.loc[(bodies["activity_limit"] < 1.0) & (bodies["external_market"] > 0.0)]
    lets_trade = market.offers["provider"].isin(limited["provider"]).to_numpy()[offer[award]]
    return Tiers(
        labels=members(names, [own[tier], number[tier], year[award]]),
        award=award,
        start=units,
        room=capacity - units,
        step=step,
        whole=np.flatnonzero((step < 0.0) | must_spend | lets_trade),
    )
