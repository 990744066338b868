"""Terms of contracts beyond a price and a capacity: viable volumes, lots, notice and tiers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimisation.market import Market
from optimisation.sets import NOWHERE, FloatArray, IntArray, codes, find, members
from optimisation.tiers import Tiers, read_tiers

NOISE = 1e-6
"""Units below which nothing is paid, and by which a tier must be passed to be reached."""


@dataclass(frozen=True)
class Contracts:
    """What offers.csv and tiers.csv ask of awards.

    An award is *decided* where it is made or not as a whole: it has a smallest viable volume, a
    cost of its own, or is one of a lot's. Where no award is, and no tier is cheaper than the one
    before it, the program stays linear.

    Parameters
    ----------
    noticed : array of shape (rows,)
        The awards within their notice.
    notice : array of shape (rows,)
        Units a year that must be paid for in it: what is bought today.
    decided : array of shape (decided,)
        The awards that are decided.
    most, viable, fee : arrays of shape (decided,)
        Units at most and, if awarded, at least; and £ a year that the award itself costs.
    lots : MultiIndex
        Every (lot, year) that decided awards compete for.
    lot : array of shape (decided,)
        The place of each one's lot and year; -1 has none.
    tiers : Tiers
        Of every award.
    offer : array of shape (awards,)
        The place of each award's offer.
    """

    noticed: IntArray
    notice: FloatArray
    decided: IntArray
    most: FloatArray
    viable: FloatArray
    fee: FloatArray
    lots: pd.MultiIndex
    lot: IntArray
    tiers: Tiers
    offer: IntArray

    def cost(self, market: Market, paid: FloatArray, made: FloatArray) -> FloatArray:
        """Return what each award costs, in £, for the units paid, array of shape (awards,).

        ``made`` tells which decided awards are; one that buys nothing costs what an award does.
        """
        total = market.price_of_award * paid
        above = np.maximum(paid[self.tiers.award] - self.tiers.start, 0.0)
        np.add.at(total, self.tiers.award, self.tiers.step * above)
        total[self.decided] += np.where(made > 0.5, self.fee, 0.0)
        return total

    def taken(self, paid: FloatArray, made: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the whole decisions that units paid show: awards made, and tiers reached.

        One of a lot's is awarded in every year or in none. An award that costs something is made
        for nothing else only where a rule asks for so much spending, or so much work: it stands.
        """
        stands = (paid[self.decided] > NOISE) | ((self.fee > 0.0) & (made > 0.5))
        award_offer = self.offer[self.decided]
        ever = np.zeros(int(self.offer.max(initial=-1)) + 1, dtype=bool)
        ever[award_offer[stands]] = True
        stands = np.where(self.lot != NOWHERE, ever[award_offer], stands)
        tier = self.tiers.whole
        start = self.tiers.start[tier]
        past = paid[self.tiers.award[tier]] - start > NOISE * (1.0 + start)
        return stands.astype(float), past.astype(float)


def read_contracts(market: Market) -> Contracts:
    """Return what a market's offers ask beyond price and capacity."""
    offer, year = codes(market.awards)
    terms = market.offers
    today = terms["current"].to_numpy()
    bound = np.minimum(today, terms["capacity"].fillna(np.inf).to_numpy())[offer]
    noticed = np.flatnonzero((year < terms["notice_years"].to_numpy()[offer]) & (bound > 0.0))
    lot_name = terms["lot"].to_numpy(dtype=object)
    viable, fee = (terms[n].fillna(0.0).to_numpy() for n in ("minimum", "award_cost"))
    decided = np.flatnonzero(((viable > 0.0) | (fee > 0.0) | (lot_name != ""))[offer])
    names = pd.Index(sorted({*lot_name} - {""}), name="lot")
    of_lot = names.get_indexer(lot_name)[offer[decided]]
    pairs = np.unique(np.stack([of_lot, year[decided]])[:, of_lot >= 0], axis=1)
    lots = members([names, market.years], list(pairs))
    lot, bids = np.full(len(decided), NOWHERE), of_lot >= 0
    lot[bids] = find(lots, of_lot[bids], year[decided][bids])
    index = (1.0 + terms["indexation"].to_numpy()[offer]) ** year
    return Contracts(
        noticed=noticed,
        notice=bound[noticed],
        decided=decided,
        most=terms["capacity"].to_numpy()[offer[decided]],
        viable=viable[offer[decided]],
        fee=(fee[offer] * index)[decided],
        lots=lots,
        lot=lot,
        tiers=read_tiers(market),
        offer=offer,
    )
