"""The rules of the linear program: each a name, a sentence and the function that writes its rows.

A rule is written over its whole family at once: ``m.use.into(rows)`` puts each use into the row
named, and a family that has the rows' own labels stands in each row once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo

from optimisation.aims import Aims
from optimisation.bills import bill
from optimisation.bulk import BulkConstraint, between
from optimisation.contract_rules import (
    award_first,
    award_lot,
    count_excess,
    give_notice,
    keep_award,
    pass_tier,
    reach_tier,
    viable_volume,
)
from optimisation.limits import limit_change, limit_lots, limit_share, limit_spend
from optimisation.market import Market
from optimisation.organisations import Trading
from optimisation.prevention import Prevention
from optimisation.reserves import Reserves
from optimisation.sets import NOWHERE, codes, find


@dataclass(frozen=True)
class Rule:
    """One rule of the model.

    Parameters
    ----------
    name : str
        The Pyomo constraint that it writes.
    sentence : str
        What it promises, in a planner's words.
    write : callable
        Adds the constraint to a model, whose variables are declared.
    """

    name: str
    sentence: str
    write: Callable[[pyo.ConcreteModel, Market], None]


def meet_demand(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_o x_{oly} + p_{sly} + u_{sly} \ge D_{sly}`."""
    supplied = m.use.into(market.need_of_use) + m.prevented.into(m.prevention.need)
    m.meet_demand = BulkConstraint(market.needs, supplied + m.unmet >= market.demand)


def prevent_demand(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`p_{sly} - \sum_{v} w_{vs} \sum_o x_{ol,y-lag_{vs}} \le 0`.

    The sum is over the services `v` that reduce `s`, and their offers.
    """
    p: Prevention = m.prevention
    bought = m.use.cells(p.row, p.use, p.units)
    m.prevent_demand = BulkConstraint(market.needs[p.need], m.prevented - bought <= 0.0)


def prevent_once(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`p_{sly} \le D_{sly}`."""
    need = m.prevention.need
    m.prevent_once = BulkConstraint(market.needs[need], 1.0 * m.prevented <= market.demand[need])


def pay_for_use(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_l x_{oly} - z_{oy} \le 0`."""
    used = m.use.into(market.award_of_use)
    m.pay_for_use = BulkConstraint(market.awards, used - m.paid <= 0.0)


def respect_capacity(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`z_{oy} \le capacity_o`, where there is a capacity."""
    offer, _ = codes(market.awards)
    capacity = market.offers["capacity"].to_numpy()[offer]
    bounded = np.flatnonzero(np.isfinite(capacity))
    m.respect_capacity = BulkConstraint(
        market.awards[bounded], m.paid.at(bounded) <= capacity[bounded]
    )


def honour_commitments(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`z_{oy} \ge committed_o`, where units are committed."""
    offer, _ = codes(market.awards)
    committed = market.offers["committed"].to_numpy()[offer]
    owed = np.flatnonzero(committed > 0.0)
    m.honour_commitments = BulkConstraint(market.awards[owed], m.paid.at(owed) >= committed[owed])


def reach_targets(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write the target's row, mirrored for ``at_most``.

    For a total :math:`\sum e_{ko} x_{oly} + v_{ky} \ge T_{ky}`; for an average, over the offers
    that take part, :math:`\sum (e_{ko} - T_{ky}) x_{oly} + v_{ky} \ge 0`.
    """
    aims: Aims = m.aims
    level = (
        m.use.cells(aims.aim, aims.use, aims.worth) + np.where(aims.at_least, 1.0, -1.0) * m.miss
    )
    needed = np.where(aims.average, 0.0, aims.target)
    lower = np.where(aims.at_least, needed, -np.inf)
    upper = np.where(aims.at_least, np.inf, needed)
    m.reach_targets = BulkConstraint(aims.keys, between(lower, level, upper))


def pay_costs(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_g f_{gsy} + r_{sy} + h_{sy} - \sum_o C_{oy} = F_{sy}`.

    :math:`C_{oy}` is what an award costs, see ``optimisation.bills``.
    """
    _, book, year = codes(market.grants)
    given = m.fund.into(find(market.ledger, book, year))
    offer, year = codes(market.awards)
    service = market.books.get_indexer(market.offers["service"])[offer]
    bought = bill(m, find(market.ledger, service, year), np.arange(len(market.awards)))
    fixed = m.overheads.fixed.ravel()
    m.pay_costs = BulkConstraint(market.ledger, given + m.draw + m.gap - bought == fixed)


def spend_income(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_s f_{gsy} + unspent_{gy} - \sum_q b_q w_{qy} = I_{gy}`.

    The sum over organisations is in the rows of the stream ``trading`` alone; :math:`b` is what
    comes back to the council of £1 of turnover.
    """
    trading: Trading = m.trading
    spent = m.fund.into(market.receipt_of_grant)
    earned = m.trade.into(trading.receipt, trading.returned)
    m.spend_income = BulkConstraint(market.receipts, spent + m.unspent - earned == market.income)


def win_trade(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`w_{qy} + forgone_{qy} = market_q\, p_q`."""
    trading: Trading = m.trading
    m.win_trade = BulkConstraint(trading.trades, m.trade + m.forgone == trading.expected)


def limit_activity(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`(1 - a_q) w_{qy} - a_q \sum_o C_{oy} \le 0` over its own offers.

    External turnover is then at most the share :math:`a` of all its turnover (Public Contracts
    Regulations 2015, regulation 12: at most a fifth).
    """
    t: Trading = m.trading
    work = bill(m, t.row, t.award, times=t.limit[t.row])
    m.limit_activity = BulkConstraint(
        t.trades[t.limited], m.trade.at(t.limited, 1.0 - t.limit) - work <= 0.0
    )


def carry_reserves(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`R_{py} - R_{p,y-1} + out_{py} = 0`, with the opening balance before the first.

    Of the general pot :math:`out = \sum_s r_{sy} - release_y - \sum_g unspent_{gy}`: the sum of
    what is unspent is over the streams without a ring-fence, and what is left of a ring-fenced one
    is handed back. Of the pot for one-off cost :math:`out = release`.
    """
    pots: Reserves = m.reserves
    _, year = codes(market.ledger)
    _, received = codes(market.receipts)
    kept = m.unspent.into(np.where(market.fenced, NOWHERE, pots.general[received]))
    drawn = m.draw.into(pots.general[year]) - m.release.into(pots.general[: len(pots.released)])
    out = drawn + m.release.into(pots.one_off) - kept
    before = m.balance.at(pots.before)
    m.carry_reserves = BulkConstraint(pots.pots, m.balance - before + out == pots.opening)


def keep_minimum(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`R_{py} \ge minimum_p`."""
    pots: Reserves = m.reserves
    m.keep_minimum = BulkConstraint(pots.pots, 1.0 * m.balance >= pots.minimum)


def release_once(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`release_y \le once_y`, the year's cost that does not recur."""
    years = m.reserves.released
    m.release_once = BulkConstraint(years, 1.0 * m.release <= m.overheads.once[: len(years)])


def release_drawn(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`release_y - \sum_s r_{sy} \le 0`."""
    years = m.reserves.released
    _, year = codes(market.ledger)
    drawn = m.draw.into(np.where(year < len(years), year, NOWHERE))
    m.release_drawn = BulkConstraint(years, m.release - drawn <= 0.0)


def measure_change(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`X_{oy} - X_{o,y-1} - rise_{oy} + fall_{oy} = 0`.

    :math:`X_{oy} = \sum_l x_{oly}`. There is no row where both years are nil, nor in the first year
    where what is bought today is not known.
    """
    offer, _, year = codes(market.uses)
    now = m.use.into(find(market.moves, offer, year))
    later = np.minimum(year + 1, len(market.years) - 1)
    next_year = np.where(later > year, find(market.moves, offer, later), NOWHERE)
    offer, year = codes(market.moves)
    today = np.where(year == 0, market.offers["current"].to_numpy()[offer], 0.0)
    m.measure_change = BulkConstraint(
        market.moves, now - m.use.into(next_year) - m.rise + m.fall == today
    )


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("meet_demand", "Every unit of demand is supplied, or shown as unmet.", meet_demand),
        Rule(
            "prevent_demand",
            "Demand is prevented by units that were used for long enough before.",
            prevent_demand,
        ),
        Rule("prevent_once", "No unit of demand is prevented twice.", prevent_once),
        Rule("pay_for_use", "No unit is used that is not paid for.", pay_for_use),
        Rule("respect_capacity", "No offer sells more than its capacity.", respect_capacity),
        Rule(
            "honour_commitments",
            "Committed units are paid for, used or not.",
            honour_commitments,
        ),
        Rule("give_notice", "What is bought today is paid for until notice ends.", give_notice),
        Rule("award_first", "Nothing is paid for without an award.", award_first),
        Rule("viable_volume", "No award is below its smallest viable volume.", viable_volume),
        Rule("award_lot", "No lot is awarded twice.", award_lot),
        Rule("keep_award", "A lot stays with its provider while the offer is open.", keep_award),
        Rule("limit_lots", "No more lots are awarded than allowed.", limit_lots),
        Rule("count_excess", "Units above a tier's first cost its price.", count_excess),
        Rule("reach_tier", "Units cost a tier's price only above its first.", reach_tier),
        Rule("pass_tier", "A tier is reached or not, as a whole.", pass_tier),
        Rule("reach_targets", "Every target is reached, or its miss is shown.", reach_targets),
        Rule("pay_costs", "Every cost is funded, or shown as a gap.", pay_costs),
        Rule(
            "spend_income",
            "No income is spent twice, nor outside its ring-fence.",
            spend_income,
        ),
        Rule("win_trade", "No organisation trades more than it is expected to win.", win_trade),
        Rule(
            "limit_activity",
            "No organisation does more for others than its share of turnover allows.",
            limit_activity,
        ),
        Rule("carry_reserves", "Reserves carry from year to year.", carry_reserves),
        Rule("keep_minimum", "Reserves stay at or above their minimum.", keep_minimum),
        Rule(
            "release_once",
            "Reserves for one-off cost pay for no cost that recurs.",
            release_once,
        ),
        Rule("release_drawn", "Reserves pay for what is drawn, and no more.", release_drawn),
        Rule("limit_share", "A share of a service stays within its limits.", limit_share),
        Rule("limit_change", "No offer grows or shrinks faster than allowed.", limit_change),
        Rule("limit_spend", "Spending over a scope stays within its limits.", limit_spend),
        Rule("measure_change", "Change from the year before is measured.", measure_change),
    )
}
"""Every rule, in the order in which it is written."""
