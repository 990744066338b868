"""What each unit bought keeps from being needed, then or later."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimisation.market import Market
from optimisation.sets import NOWHERE, FloatArray, IntArray, codes, find


@dataclass(frozen=True)
class Prevention:
    """Demand that can be prevented, and the uses that prevent it.

    A unit used in a locality prevents demand there, or of the whole council where that is how the
    demand is given.

    Parameters
    ----------
    need : array of shape (preventable,)
        The place of each need that can be prevented among the market's.
    row, use : arrays of shape (entries,)
        The places of one of these, and of a use that prevents some of it.
    units : array of shape (entries,)
        Units that a unit of the use prevents.
    """

    need: IntArray
    row: IntArray
    use: IntArray
    units: FloatArray

    def prevented(self, demand: FloatArray, used: FloatArray) -> FloatArray:
        """Return the units prevented by what is used, by need: never more than are needed.

        Parameters
        ----------
        demand : array of shape (needs,)
            Units needed, were nothing prevented.
        used : array of shape (uses,)
            Units used.
        """
        total = np.zeros(len(demand))
        np.add.at(total, self.need[self.row], self.units * used[self.use])
        return np.minimum(total, demand)


def read_prevention(market: Market) -> Prevention:
    """Return what prevention.csv says of a market's needs and uses."""
    table = market.problem.prevention.sort_values(["service", "reduces", "lag_years"])
    asked = pd.DataFrame(
        {
            "service": market.services.get_indexer(table["service"]),
            "reduces": market.services.get_indexer(table["reduces"]),
            "lag": table["lag_years"].to_numpy(dtype=np.intp),
            "units": table["units_per_unit"].to_numpy(dtype=float),
        }
    )
    offer, place, year = codes(market.uses)
    uses = pd.DataFrame({"service": market.service_of_offer[offer], "place": place, "year": year})
    pairs = uses.reset_index(names="use").merge(asked, on="service")
    pairs = pairs[pairs["year"] + pairs["lag"] < len(market.years)]
    reduces, where, then = (
        pairs[name].to_numpy(dtype=np.intp) for name in ("reduces", "place", "year")
    )
    then = then + pairs["lag"].to_numpy(dtype=np.intp)
    there = find(market.needs, reduces, where, then)
    whole = np.full(len(pairs), market.localities.get_loc(""))
    need = np.where(there != NOWHERE, there, find(market.needs, reduces, whole, then))
    told = need != NOWHERE
    found, row = np.unique(need[told], return_inverse=True)
    kept = pairs[told]
    return Prevention(found, row, kept["use"].to_numpy(), kept["units"].to_numpy())
