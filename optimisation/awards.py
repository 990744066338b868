"""Why each offer won, lost or stopped where it did, and what unit cost would change that."""

from collections.abc import Callable, Collection, Iterator
from itertools import groupby

import numpy as np
import pandas as pd

from optimisation.allocation import conflict_of
from optimisation.engine import NoPlan
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.reasons import Award, Offered, Reason, sentence, span
from optimisation.repricing import Repricer, run
from optimisation.switching import prices_of
from optimisation.verdicts import Verdicts

COLUMNS = [
    "offer",
    "provider",
    "service",
    "years",
    "used",
    "capacity",
    "unit_cost",
    "keeping_unit_cost",
    "switching_unit_cost",
    "reason",
    "sentence",
]


def award_table(
    problem: Problem,
    *,
    offers: Collection[str] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Return a row for each offer and run of years that one reason holds for.

    ``used`` and ``capacity`` are units over these years; ``reason`` is one of
    :class:`optimisation.reasons.Reason`. ``unit_cost`` is the offer's own, as in offers.csv, and
    the two after it are what it might be instead, all else as it is. Above
    ``switching_unit_cost`` the offer wins nothing in these years beyond what is committed or within
    its notice, and just below it something; above ``keeping_unit_cost`` it wins less than it does.
    A blank says that no price makes that difference. Of an offer below its service's sustainable
    rate, the switching unit cost is that rate, where it would win units at it.

    All are found by making the plan again, whole decisions too, so that they hold where money is
    short and where rules count in pounds. Where decisions are whole they are as exact as HiGHS's
    gap.

    Parameters
    ----------
    problem : Problem
        The market, demand and income.
    offers : collection of str, optional
        Those to explain; all of them if none are named.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    ValueError
        If an offer is named that there is not.
    Infeasible
        If hard rules contradict each other.
    """
    known = set(problem.offers["offer"])
    wanted = sorted(known if offers is None else set(offers))
    if strangers := [offer for offer in wanted if offer not in known]:
        raise ValueError(f"no offer is called {', '.join(strangers)}")
    say("Making the plan")
    try:
        plan = run(problem)
    except NoPlan as refusal:
        raise conflict_of(problem, build(Market(problem)), refusal) from None
    verdicts, repricer = Verdicts(plan), Repricer(plan)
    rows: list[tuple[object, ...]] = []
    for offer in wanted:
        say(f"What would change {offer}")
        awards = list(verdicts.of(offer)) or _refused(plan.market, offer)
        rows += _rows(repricer, awards, offer)
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(repricer: Repricer, awards: list[Award], offer: str) -> Iterator[tuple[object, ...]]:
    """Yield the rows of one offer, one for each run of years with one reason."""
    plan = repricer.plan
    terms = plan.market.offers.loc[offer]
    least = float(np.nan_to_num(terms["sustainable_rate"]))
    quotes = repricer.quotes(offer)
    for (_, reason, _), years in groupby(awards, key=lambda award: award.kind):
        alike = list(years)
        prices = prices_of(
            quotes,
            float(terms["unit_cost"]),
            least=least,
            years=plan.market.years.isin([award.year for award in alike]),
            noise=float(plan.noise()[plan.market.offers.index.get_loc(offer)]),
        )
        if reason is Reason.PRICE and np.isnan(prices.switching) and least == 0.0:
            # What others sell is not dearer at any price: it is paid for already.
            reason = Reason.DEMAND
        yield (
            offer,
            terms["provider"],
            terms["service"],
            span(alike),
            sum(award.used for award in alike),
            sum(award.capacity for award in alike),
            prices.own,
            prices.keeping,
            prices.switching,
            str(reason),
            sentence(_known_as(plan.market, offer), alike, prices=prices, reason=reason),
        )


def _refused(market: Market, offer: str) -> list[Award]:
    """Return the awards that are not made because an offer costs too little, in its open years."""
    terms = market.offers.loc[offer]
    first, last = str(terms["first_year"]), str(terms["last_year"])
    return [
        Award(year, 0.0, 0.0, float(terms["capacity"]), wins=False, reason=Reason.FLOOR)
        for year in market.problem.years
        if first <= year and (last == "" or year <= last)
    ]


def _known_as(market: Market, offer: str) -> Offered:
    """Return an offer with its service's and provider's names, where the tables have names."""
    p, terms = market.problem, market.offers.loc[offer]
    provider = p.providers.set_index("provider").loc[terms["provider"]]
    service = p.services.set_index("service").loc[terms["service"]]
    who = f"{provider['name']} ({offer})" if "name" in provider else offer
    return Offered(
        f"{service['name']}: {who}" if "name" in service else who,
        float(terms["sustainable_rate"]),
        in_tiers=bool((p.tiers["offer"] == offer).any()),
    )
