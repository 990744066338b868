"""What each outcome must reach in each year, and what moves it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimisation.market import Market
from optimisation.sets import BoolArray, FloatArray, IntArray, codes, members_of


@dataclass(frozen=True)
class Aims:
    """Every target, in order of outcome and year.

    Parameters
    ----------
    keys : MultiIndex
        (outcome, year).
    target : array of shape (aims,)
        In the unit of the outcome.
    average, at_least, statutory : arrays of shape (aims,)
        What the outcome is.
    aim_of_need, need : arrays of shape (needed,)
        The places of a target for an average, and of a need of the services concerned.
    demand : array of shape (needs,)
        Units needed.
    aim, use : arrays of shape (effects,)
        The places of a target, and of a use that moves it.
    effect : array of shape (effects,)
        What a unit of the use adds to the outcome; for an average, what it is.
    """

    keys: pd.MultiIndex
    target: FloatArray
    average: BoolArray
    at_least: BoolArray
    statutory: BoolArray
    aim_of_need: IntArray
    need: IntArray
    demand: FloatArray
    aim: IntArray
    use: IntArray
    effect: FloatArray

    @property
    def size(self) -> FloatArray:
        """What one whole miss is worth: the target, an average's times the demand; at least 1."""
        count = len(self.target)
        needed = np.bincount(self.aim_of_need, self.demand[self.need], minlength=count)
        volume = np.where(self.average, needed, 1.0)
        return np.asarray(np.maximum(1.0, np.abs(self.target) * volume))

    @property
    def worth(self) -> FloatArray:
        """What a unit of each use adds to its target's row: an average's, what it is above it."""
        return self.effect - np.where(self.average, self.target, 0.0)[self.aim]


def read_aims(market: Market) -> Aims:
    """Return the targets of a market's problem."""
    p = market.problem
    outcomes = p.outcomes.set_index("outcome")
    table = p.targets.sort_values(["outcome", "year"], ignore_index=True)
    traits = outcomes.loc[table["outcome"]]
    target = table["target"].to_numpy(dtype=float)
    average = (traits["measure"] == "average").to_numpy()
    aim_of_need, need = _needs(market, table[average])
    aim, use, effect = _effects(market, table)
    return Aims(
        keys=members_of(table, outcome=pd.Index(sorted(outcomes.index)), year=market.years),
        target=target,
        average=average,
        at_least=(traits["direction"] == "at_least").to_numpy(),
        statutory=traits["statutory"].to_numpy(dtype=bool),
        aim_of_need=aim_of_need,
        need=need,
        demand=market.demand,
        aim=aim,
        use=use,
        effect=effect,
    )


def _effects(market: Market, targets: pd.DataFrame) -> tuple[IntArray, IntArray, FloatArray]:
    """Return target, use and effect wherever an offer takes part."""
    asked = targets[["outcome"]].assign(aim=targets.index)
    asked["year"] = market.years.get_indexer(targets["year"])
    offer, _, year = codes(market.uses)
    uses = pd.DataFrame({"offer": offer, "year": year, "use": np.arange(len(offer))})
    taking_part = asked.merge(_per_offer(market), on="outcome").merge(uses, on=["offer", "year"])
    taking_part = taking_part.sort_values(["aim", "use"])
    return (
        taking_part["aim"].to_numpy(dtype=np.intp),
        taking_part["use"].to_numpy(dtype=np.intp),
        taking_part["per_unit"].to_numpy(dtype=float),
    )


def _per_offer(market: Market) -> pd.DataFrame:
    """Return outcome, offer (its place), per_unit: an offer's own row, else its service's."""
    table = market.problem.effects[["outcome", "service", "offer", "per_unit"]]
    sold = pd.DataFrame({"service": market.offers["service"], "sold": market.offers.index})
    own, whole = table[table["offer"] != ""], table[table["offer"] == ""]
    shared = whole.drop(columns="offer").merge(sold, on="service").rename(columns={"sold": "offer"})
    found = pd.concat([own, shared]).drop_duplicates(["outcome", "offer"])
    return found[["outcome", "per_unit"]].assign(
        offer=market.offers.index.get_indexer(found["offer"])
    )


def _needs(market: Market, targets: pd.DataFrame) -> tuple[IntArray, IntArray]:
    """Return target (its label) and need wherever a need is of a service with an effect on it."""
    service, _, year = codes(market.needs)
    needs = pd.DataFrame({"service": market.services[service], "year": market.years[year]})
    concerned = market.problem.effects[["outcome", "service"]].drop_duplicates()
    asked = targets[["outcome", "year"]].reset_index(names="aim").merge(concerned, on="outcome")
    pairs = asked.merge(needs.reset_index(names="need"), on=["service", "year"])
    return pairs["aim"].to_numpy(dtype=np.intp), pairs["need"].to_numpy(dtype=np.intp)
