"""The few reasons for which an offer sells what it sells, each with what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from optimisation.switching import Prices

PENNY = 0.005
"""£ below which a difference is nil to the penny."""


class Reason(StrEnum):
    """What decides how much an offer sells in a year."""

    AWARD_COST = "award_cost"
    """Without the cost of its award it would win units."""
    CAPACITY = "capacity"
    """It sells all that it can."""
    COMMITMENT = "commitment"
    """It is paid for what is committed, or within its notice, and for no more."""
    DEMAND = "demand"
    """Demand ends there, or nothing asks for it at all."""
    FLOOR = "floor"
    """It costs less than the rate at which its service can be sustained."""
    LOT = "lot"
    """Another offer holds its lot."""
    MONEY = "money"
    """Money ends there, with demand unmet."""
    PREVENTION = "prevention"
    """It lowers demand that would have to be met, to just where that pays."""
    PRICE = "price"
    """Others meet the demand for less."""
    REQUIRED = "required"
    """A rule asks for just so much of it."""
    RULE = "rule"
    """A rule stops it, or keeps it out."""
    TARGET = "target"
    """A target asks for just so much of it, or keeps it out."""
    TIE = "tie"
    """Plans are equally good, and this one changes least."""
    TIER = "tier"
    """Its next units are dearer."""
    VIABLE = "viable"
    """It sells its smallest viable volume, or would win units if it could sell fewer."""


WON = {
    Reason.CAPACITY: "won all {units} it could sell",
    Reason.DEMAND: "won the {units} that demand left to it",
    Reason.MONEY: "won {units}, where money ended",
    Reason.PREVENTION: "won {units}, which prevent dearer demand",
    Reason.REQUIRED: "won {units}, as rule {name} asks",
    Reason.RULE: "won {units}, where rule {name} stops it",
    Reason.TARGET: "won {units}, which the target of {name} asks for",
    Reason.TIE: "won {units}, as the year before: others cost the same, and nothing changes",
    Reason.TIER: "won {units}, up to where its price rises",
    Reason.VIABLE: "won {units}, the fewest it can sell",
}
"""What is said of an offer that wins units."""

NOT_WON = {
    Reason.AWARD_COST: "won nothing: the cost of its award keeps it out",
    Reason.CAPACITY: "sold all {units} it could, every one of them already agreed",
    Reason.COMMITMENT: "is used for {units} of what is already agreed, and won no more",
    Reason.DEMAND: "won nothing: no demand is left for it",
    Reason.FLOOR: "won nothing: at {own} it costs less than the {rate} that sustains the service",
    Reason.LOT: "won nothing: {name} holds the lot",
    Reason.MONEY: "won nothing: no money is left for it",
    Reason.PRICE: "won nothing: others meet the demand for less",
    Reason.RULE: "won nothing: rule {name} keeps it out",
    Reason.TARGET: "won nothing: the target of {name} keeps it out",
    Reason.TIE: "won nothing: another plan is as good, and changes less",
    Reason.VIABLE: "won nothing: the fewest units it can sell are too many",
}
"""What is said of one that wins none."""


@dataclass(frozen=True)
class Award:
    """What one offer sells in a year, and what decides it.

    Parameters
    ----------
    year : str
        When.
    used, paid, capacity : float
        Units; the capacity is NaN where there is none.
    wins : bool
        Whether more is paid for than is committed, or within its notice.
    reason : Reason
        What decides it.
    name : str
        The rule, the outcome or the offer that does, if one does.
    """

    year: str
    used: float
    paid: float
    capacity: float
    wins: bool
    reason: Reason
    name: str = ""

    @property
    def kind(self) -> tuple[bool, Reason, str]:
        """What two years of an offer must share to be told in one sentence."""
        return self.wins, self.reason, self.name


@dataclass(frozen=True)
class Offered:
    """An offer as a reader knows it.

    Parameters
    ----------
    who : str
        Its service, its provider and its key.
    rate : float
        £ a unit below which its service cannot be sustained.
    in_tiers : bool
        Whether its unit cost is that of its first units alone.
    """

    who: str
    rate: float
    in_tiers: bool


def sentence(offered: Offered, run: Sequence[Award], *, reason: Reason, prices: Prices) -> str:
    """Return what an offer won over a run of years, why, and at what price not.

    Parameters
    ----------
    offered : Offered
        The offer.
    run : sequence of Award
        Its awards, year after year.
    reason : Reason
        What decides them.
    prices : Prices
        Its unit costs.
    """
    units = _units(sum(award.used for award in run))
    own, rate = pounds(prices.own), pounds(offered.rate)
    words = (WON if run[0].wins else NOT_WON)[reason]
    said = words.format(units=units, name=run[0].name, own=own, rate=rate)
    if reason is Reason.FLOOR:
        some = "nothing either" if np.isnan(prices.switching) else "some"
        at = f"at that rate it would win {some}"
    else:
        of = " for its first units" if offered.in_tiers else ""
        say = _of_winner(prices) if run[0].wins else _of_loser(prices, rate=offered.rate)
        at = f"at {own}{of} {say}"
    return f"{offered.who}, {span(run)}: {said}; {at}."


def span(run: Sequence[Award]) -> str:
    """Return a run of years by its ends."""
    first, last = run[0].year, run[-1].year
    return first if first == last else f"{first} to {last}"


def _of_loser(prices: Prices, *, rate: float) -> str:
    """Say at what price an offer would win units."""
    if np.isnan(prices.switching):
        return "or any other price" + (" that may be awarded" if rate > 0.0 else "")
    less = prices.own - prices.switching
    if less < PENNY:
        return "it would win some for any less"
    return f"it is {pounds(less)} above the {pounds(prices.switching)} that would win it some"


def _of_winner(prices: Prices) -> str:
    """Say at what price an offer would lose units."""
    if np.isnan(prices.keeping):
        return "or any other price"
    more = prices.keeping - prices.own
    at = f"it is {pounds(more)} below the {pounds(prices.keeping)}"
    if np.isclose(prices.switching, prices.keeping, rtol=1e-4):
        return (
            f"{at} at which it loses them" if more >= PENNY else "it would lose them for any more"
        )
    keeps = f"{at} to which it keeps them all" if more >= PENNY else "it would keep fewer for more"
    if np.isnan(prices.switching):
        return f"{keeps}, and it keeps some at any price that rules allow"
    return f"{keeps}, and it keeps some up to {pounds(prices.switching)}"


def pounds(amount: float) -> str:
    """Return £ to the penny, but for whole hundreds of pounds to the pound."""
    return f"£{amount:,.2f}" if amount < 1000.0 else f"£{amount:,.0f}"


def _units(count: float) -> str:
    """Return units as a reader counts them."""
    if abs(count - round(count)) < 1e-6 or count >= 100.0:
        return "1 unit" if round(count) == 1 else f"{count:,.0f} units"
    return f"{count:,.1f} units"
