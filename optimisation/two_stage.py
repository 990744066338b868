"""The two-stage plan: what to commit to before the future is known, judged over many futures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from optimisation.allocation import conflict_of
from optimisation.contracts import read_contracts
from optimisation.engine import NoPlan, Session
from optimisation.extensive import solve_extensive
from optimisation.problem import Problem
from optimisation.risk import Risk, tail_mean
from optimisation.sets import FloatArray, IntArray, codes
from optimisation.shortfalls import Prices
from optimisation.stages import LATER, Found, Policy, Stages, follow, read_stages, wait_and_see


class Method(StrEnum):
    """How the best commitments are found."""

    EXTENSIVE = "extensive"
    HEDGING = "hedging"


@dataclass(frozen=True)
class TwoStage:
    """What to commit to, what follows in each future, and what it was worth to look ahead.

    Parameters
    ----------
    commitments : DataFrame
        offer, provider, service, contract_type, year, unit_cost (£ that year), least (units that
        must be paid for), average (units that are best for the average future), commit (units that
        are best for all futures), used, used_least, used_most (units used over the futures).
    futures : DataFrame
        future, year, contracted, spot, gap, unmet_statutory, unmet_other (£; unmet demand at its
        service's dearest offer), reserves (£ at the year's end).
    values : DataFrame
        measure, value, meaning; £ of present value but for the last.
    """

    commitments: pd.DataFrame
    futures: pd.DataFrame
    values: pd.DataFrame


def commit(  # noqa: PLR0913 - what is asked, each by its name
    problems: Sequence[Problem],
    *,
    tail: float = 0.9,
    weight: float = 0.5,
    method: str = Method.EXTENSIVE,
    later: Sequence[str] = LATER,
    prices: Prices | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> TwoStage:
    """Return the commitments that are best over futures that are all as likely as each other.

    Units of every contract but those ``later`` are committed for all years before the future is
    known, and paid for whether used or not. All else waits until it is: what is used, spot
    purchases, reserves and income; a future is then known in all its years. What is least is the
    mean of the cost and the mean of its worst futures, weighed by ``Risk``, with shortfalls valued
    by ``Prices``.

    Parameters
    ----------
    problems : sequence of Problem
        The futures, which differ in demand and income alone.
    tail, weight : float
        See ``Risk``.
    method : str
        ``extensive``, all in one linear program, or ``hedging``, see ``optimisation.hedging``.
    later : sequence of str
        The types of contract bought once the future is known.
    prices : Prices, optional
        At what shortfalls are valued.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    ValueError
        If the futures differ in anything else, there are none, or a number or method is not one
        that there is.
    WholeDecisions
        If awards are.
    Infeasible
        If hard rules contradict each other.
    SolverError
        If HiGHS stops without a proven optimum.
    """
    risk, way = Risk(tail, weight), Method(method)
    say(f"Reading {len(problems)} futures")
    stages = read_stages(problems, later=later, prices=prices)
    try:
        average = Session(stages.program).minimise(stages.costs)
    except NoPlan as refusal:
        raise conflict_of(stages.problem, stages.model, refusal) from None
    say("Planning each future as if it were known")
    known = wait_and_see(stages)
    naive = follow(stages, average.primal[stages.first])
    found = _best(stages, risk, way, known=known, most=risk.of(naive.costs), say=say)
    values = _values(risk, found, naive, average=average.value, known=known @ stages.costs)
    tables = _commitments(stages, naive, found.policy), _futures(stages, found.policy)
    return TwoStage(*tables, values)


def _best(
    stages: Stages,
    risk: Risk,
    method: Method,
    *,
    known: FloatArray,
    most: float,
    say: Callable[[str], None],
) -> Found:
    """Return the best commitments, by one way or the other."""
    if method is Method.EXTENSIVE:
        say("Weighing all futures at once")
        policy = solve_extensive(stages, risk)
        return Found(policy, risk.of(policy.costs), 0)
    from optimisation.hedging import hedge  # mpi-sppy is an extra.

    return hedge(stages, risk, known=known, most=most, say=say)


def _values(
    risk: Risk, found: Found, average_policy: Policy, *, average: float, known: FloatArray
) -> pd.DataFrame:
    """Return what each way of planning costs, in the terms of Birge and Louveaux.

    *Introduction to Stochastic Programming*, 2nd ed., 2011, chapter 4.
    """
    best, naive = found.policy.costs, average_policy.costs
    ws, eev, rp = risk.of(known), risk.of(naive), risk.of(best)
    rows = [
        ("EV", average, "the average future, if it were sure to come"),
        ("WS", ws, "every future known beforehand (wait and see)"),
        ("RP", rp, "these commitments, over all futures (recourse problem)"),
        ("EEV", eev, "the commitments best for the average future, over all futures"),
        ("VSS", eev - rp, "what planning for all futures saves (EEV - RP)"),
        ("EVPI", rp - ws, "what knowing the future would save (RP - WS)"),
        ("bound", found.bound, "no commitments cost less"),
        ("mean", float(best.mean()), "these commitments, average of the futures"),
        ("tail_mean", tail_mean(best, risk.tail), f"their worst {1.0 - risk.tail:.0%} of futures"),
        ("mean_of_average", float(naive.mean()), "those of the average future, average"),
        ("tail_mean_of_average", tail_mean(naive, risk.tail), "those of the average future, worst"),
        ("rounds", float(found.rounds), "of hedging; none for the extensive form"),
    ]
    return pd.DataFrame(rows, columns=["measure", "value", "meaning"])


def _commitments(stages: Stages, naive: Policy, best: Policy) -> pd.DataFrame:
    """Return a row for each offer and year that is committed beforehand."""
    market, columns = stages.market, stages.program.columns
    place = stages.first - columns["paid"].start
    offer, year = codes(market.awards[place])
    table = market.offers.iloc[offer].reset_index()
    used = np.zeros((stages.count, len(market.awards)))
    np.add.at(used.T, market.award_of_use, best.primal[:, columns["use"]].T)
    used = np.maximum(used[:, place], 0.0)
    return table[["offer", "provider", "service", "contract_type"]].assign(
        year=market.years[year],
        unit_cost=market.price_of_award[place],
        least=table["committed"],
        average=np.maximum(naive.first, 0.0),
        commit=np.maximum(best.first, 0.0),
        used=used.mean(axis=0),
        used_least=used.min(axis=0),
        used_most=used.max(axis=0),
    )


def _futures(stages: Stages, best: Policy) -> pd.DataFrame:
    """Return a row for each future and year."""
    market, columns = stages.market, stages.program.columns
    values = {name: np.maximum(best.primal[:, place], 0.0) for name, place in columns.items()}
    service, _, needed = codes(market.needs)
    _, award_year = codes(market.awards)
    spot = np.ones(len(market.awards), dtype=bool)
    spot[stages.first - columns["paid"].start] = False
    terms = read_contracts(market)
    spent = values["paid"] * market.price_of_award
    np.add.at(spent.T, terms.tiers.award, (values["excess"] * terms.tiers.step).T)
    worth = values["unmet"] * market.dearest[service, needed]
    law = market.statutory[service]

    def by_year(amounts: FloatArray, year: IntArray) -> FloatArray:
        total = np.zeros((len(market.years), stages.count))
        np.add.at(total, year, amounts.T)
        return total.T.ravel()

    pot_year = codes(stages.program.column_labels["balance"])[-1]
    return pd.DataFrame(
        {
            "future": np.repeat(np.arange(1, stages.count + 1), len(market.years)),
            "year": np.tile(market.years, stages.count),
            "contracted": by_year(spent[:, ~spot], award_year[~spot]),
            "spot": by_year(spent[:, spot], award_year[spot]),
            "gap": by_year(values["gap"], codes(market.ledger)[1]),
            "unmet_statutory": by_year(worth[:, law], needed[law]),
            "unmet_other": by_year(worth[:, ~law], needed[~law]),
            "reserves": by_year(values["balance"], pot_year),
        }
    )
