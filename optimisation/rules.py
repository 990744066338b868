"""The rules of the linear program: each a name, a sentence and the function that writes its rows.

A row is an equation with its slack named, so that it reads as what is promised plus what is over.
Volumes are in lots and money in the model's unit, see ``scaling``; the algebra below leaves these
powers of ten out.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import pyomo.environ as pyo

from optimisation.limits import limit_change, limit_share, limit_spend
from optimisation.market import Aim, Market
from optimisation.terms import (
    NON_NEGATIVE,
    Expression,
    change_is_known,
    lot_price,
    units_before,
    units_of,
)


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
        Adds the constraint, and its slacks, to a model.
    unit : callable
        What one unit of the model is in a row, given its index: a lot, the model's money, ...
    """

    name: str
    sentence: str
    write: Callable[[pyo.ConcreteModel, Market], None]
    unit: Callable[[pyo.ConcreteModel, tuple[str, ...]], float]


def meet_demand(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_o x_{oly} + u_{sly} - over_{sly} = D_{sly}`."""
    serving: dict[tuple[str, str, str], list[pyo.Var]] = defaultdict(list)
    for o, place, y in market.uses:
        serving[market.offers[o].service, place, y].append(m.use[o, place, y])
    m.over = pyo.Var(list(market.demand), within=NON_NEGATIVE, doc="units beyond demand, in lots")

    def row(m: pyo.ConcreteModel, s: str, place: str, y: str) -> Expression:
        supplied = pyo.quicksum(serving[s, place, y])
        needed = market.demand[s, place, y] / m.scale.lot[s]
        return supplied + m.unmet[s, place, y] - m.over[s, place, y] == needed

    m.meet_demand = pyo.Constraint(list(market.demand), rule=row)


def pay_for_use(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_l x_{oly} + idle_{oy} = z_{oy}`."""
    m.idle = pyo.Var(market.awards, within=NON_NEGATIVE, doc="units paid for, not used, in lots")

    def row(m: pyo.ConcreteModel, o: str, y: str) -> Expression:
        used = pyo.quicksum(m.use[o, place, y] for place in market.places(o))
        return used + m.idle[o, y] == m.paid[o, y]

    m.pay_for_use = pyo.Constraint(market.awards, rule=row)


def respect_capacity(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`z_{oy} + spare_{oy} = capacity_o`, where there is a capacity."""
    bounded = [(o, y) for o, y in market.awards if market.offers[o].capacity is not None]
    m.spare = pyo.Var(bounded, within=NON_NEGATIVE, doc="capacity not bought, in lots")

    def row(m: pyo.ConcreteModel, o: str, y: str) -> Expression:
        terms = market.offers[o]
        return m.paid[o, y] + m.spare[o, y] == terms.capacity / m.scale.lot[terms.service]

    m.respect_capacity = pyo.Constraint(bounded, rule=row)


def honour_commitments(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`z_{oy} - extra_{oy} = committed_o`, where units are committed."""
    owed = [(o, y) for o, y in market.awards if market.offers[o].committed > 0.0]
    m.extra = pyo.Var(owed, within=NON_NEGATIVE, doc="units beyond the commitment, in lots")

    def row(m: pyo.ConcreteModel, o: str, y: str) -> Expression:
        terms = market.offers[o]
        return m.paid[o, y] - m.extra[o, y] == terms.committed / m.scale.lot[terms.service]

    m.honour_commitments = pyo.Constraint(owed, rule=row)


def reach_targets(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write the target's row, mirrored for ``at_most``.

    For a total :math:`\sum e_{ko} x_{oly} + v_{ky} - beyond_{ky} = T_{ky}`; for an average, over
    the offers that take part, :math:`\sum (e_{ko} - T_{ky}) x_{oly} + v_{ky} - beyond_{ky} = 0`.
    """
    m.beyond = pyo.Var(list(market.aims), within=NON_NEGATIVE, doc="what a target is passed by")
    used = _uses_by_year(market)

    def row(m: pyo.ConcreteModel, k: str, y: str) -> Expression:
        aim, unit = market.aims[k, y], m.scale.miss[k, y]
        level = pyo.quicksum(
            worth * m.scale.lot[market.offers[o].service] / unit * m.use[o, place, y]
            for o, place in used[y]
            if (worth := _worth(aim, o)) != 0.0
        )
        sign = 1.0 if aim.at_least else -1.0
        needed = 0.0 if aim.average else aim.target / unit
        return level + sign * (m.miss[k, y] - m.beyond[k, y]) == needed

    m.reach_targets = pyo.Constraint(list(market.aims), rule=row)


def _worth(aim: Aim, offer: str) -> float:
    """Return what one unit of an offer adds to a target's row."""
    if offer not in aim.per_unit:
        return 0.0
    return aim.per_unit[offer] - (aim.target if aim.average else 0.0)


def _uses_by_year(market: Market) -> dict[str, list[tuple[str, str]]]:
    """Return the (offer, locality) pairs open in each year."""
    found: dict[str, list[tuple[str, str]]] = {y: [] for y in market.years}
    for o, place, y in market.uses:
        found[y].append((o, place))
    return found


def pay_costs(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_g f_{gsy} + r_{sy} + h_{sy} - \sum_o c_{oy} z_{oy} = F_{sy}`."""
    streams: dict[tuple[str, str], list[pyo.Var]] = defaultdict(list)
    for g, s, y in market.pays_for():
        streams[s, y].append(m.fund[g, s, y])
    sellers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for o, y in market.awards:
        sellers[market.offers[o].service, y].append(o)

    def row(m: pyo.ConcreteModel, s: str, y: str) -> Expression:
        money = pyo.quicksum(streams[s, y]) + m.draw[s, y] + m.gap[s, y]
        bought = pyo.quicksum(lot_price(m, o, y) * m.paid[o, y] for o in sellers[s, y])
        return money - bought == market.fixed[s, y] / m.scale.money

    m.pay_costs = pyo.Constraint(market.books, market.years, rule=row)


def spend_income(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_s f_{gsy} + unspent_{gy} = I_{gy}`."""

    def row(m: pyo.ConcreteModel, g: str, y: str) -> Expression:
        spent = pyo.quicksum(m.fund[g, s, y] for s in market.ring_fence[g] or market.books)
        return spent + m.unspent[g, y] == market.income[g, y] / m.scale.money

    m.spend_income = pyo.Constraint(list(market.income), rule=row)


def carry_reserves(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`R_y + \sum_s r_{sy} - \sum_g unspent_{gy} - R_{y-1} = 0`.

    The sum of what is unspent is over the streams without a ring-fence; what is left of a
    ring-fenced one is handed back. :math:`R` before the first year is the opening balance.
    """
    free: dict[str, list[pyo.Var]] = defaultdict(list)
    for g, y in market.income:
        if not market.ring_fence[g]:
            free[y].append(m.unspent[g, y])

    def row(m: pyo.ConcreteModel, y: str) -> Expression:
        t = market.step[y]
        drawn = pyo.quicksum(m.draw[s, y] for s in market.books)
        kept = m.balance[y] + drawn - pyo.quicksum(free[y])
        if t == 0:
            return kept == market.problem.opening / m.scale.money
        return kept - m.balance[market.years[t - 1]] == 0.0

    m.carry_reserves = pyo.Constraint(market.years, rule=row)


def keep_minimum(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`R_y - headroom_y = minimum`."""
    m.headroom = pyo.Var(market.years, within=NON_NEGATIVE, doc="reserves above the minimum")
    minimum = market.problem.minimum / m.scale.money

    def row(m: pyo.ConcreteModel, y: str) -> Expression:
        return m.balance[y] - m.headroom[y] == minimum

    m.keep_minimum = pyo.Constraint(market.years, rule=row)


def measure_change(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`X_{oy} - X_{o,y-1} - rise_{oy} + fall_{oy} = 0`.

    There is no row where both years are nil, nor in the first year where what is bought today
    is not known.
    """
    moves = [(o, y) for o in market.offers for y in market.years if change_is_known(market, o, y)]
    m.rise = pyo.Var(moves, within=NON_NEGATIVE, doc="units more than the year before, in lots")
    m.fall = pyo.Var(moves, within=NON_NEGATIVE, doc="units fewer than the year before, in lots")

    def row(m: pyo.ConcreteModel, o: str, y: str) -> Expression:
        before = units_before(m, o, y)
        moved = units_of(m, o, y) - before.variable
        return moved - m.rise[o, y] + m.fall[o, y] == before.constant

    m.measure_change = pyo.Constraint(moves, rule=row)


def _money(m: pyo.ConcreteModel, _: tuple[str, ...]) -> float:
    return float(m.scale.money)


def _miss(m: pyo.ConcreteModel, index: tuple[str, ...]) -> float:
    return float(m.scale.miss[index])


def _service_lot(position: int) -> Callable[[pyo.ConcreteModel, tuple[str, ...]], float]:
    """Return a row's lot from where its service stands in the index."""
    return lambda m, index: float(m.scale.lot[index[position]])


def _offer_lot(position: int) -> Callable[[pyo.ConcreteModel, tuple[str, ...]], float]:
    """Return a row's lot from where its offer stands in the index."""
    return lambda m, index: float(m.scale.lot[m.market.offers[index[position]].service])


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "meet_demand",
            "Every unit of demand is supplied, or shown as unmet.",
            meet_demand,
            _service_lot(0),
        ),
        Rule("pay_for_use", "No unit is used that is not paid for.", pay_for_use, _offer_lot(0)),
        Rule(
            "respect_capacity",
            "No offer sells more than its capacity.",
            respect_capacity,
            _offer_lot(0),
        ),
        Rule(
            "honour_commitments",
            "Committed units are paid for, used or not.",
            honour_commitments,
            _offer_lot(0),
        ),
        Rule(
            "reach_targets",
            "Every target is reached, or its miss is shown.",
            reach_targets,
            _miss,
        ),
        Rule("pay_costs", "Every cost is funded, or shown as a gap.", pay_costs, _money),
        Rule(
            "spend_income",
            "No income is spent twice, nor outside its ring-fence.",
            spend_income,
            _money,
        ),
        Rule("carry_reserves", "Reserves carry from year to year.", carry_reserves, _money),
        Rule("keep_minimum", "Reserves stay at or above their minimum.", keep_minimum, _money),
        Rule(
            "limit_share",
            "A share of a service stays within its limits.",
            limit_share,
            _service_lot(2),
        ),
        Rule(
            "limit_change",
            "No offer grows or shrinks faster than allowed.",
            limit_change,
            _offer_lot(2),
        ),
        Rule("limit_spend", "Spending over a scope stays within its limits.", limit_spend, _money),
        Rule(
            "measure_change",
            "Change from the year before is measured.",
            measure_change,
            _offer_lot(0),
        ),
    )
}
"""Every rule, in the order in which it is written."""
