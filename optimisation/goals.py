"""The goals, in the order in which they are sought, and what settles ties between equal plans.

Each is a name, its unit and what one unit of each variable adds to it. Held at its best while the
next is sought, they are a lexicographic goal program (Charnes and Cooper, *Management Models and
Industrial Applications of Linear Programming*, 1961).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimisation.market import Market
from optimisation.sets import FloatArray, codes

Weights = Iterator[tuple[Any, FloatArray]]
"""A family of variables, and what one unit of each adds to a goal, in the goal's own unit."""


@dataclass(frozen=True)
class Goal:
    """One thing that is wanted, as little of it as can be.

    Parameters
    ----------
    name : str
        Its name in ``goals.csv``.
    sentence : str
        What it asks, in a planner's words.
    unit : str
        What its value is measured in.
    weights : callable
        Yields (family, weights) over a model.
    """

    name: str
    sentence: str
    unit: str
    weights: Callable[[pyo.ConcreteModel], Weights]


def statutory_demand(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{s\ statutory} \max_o c_{oy}\, u_{sly}`."""
    return _unmet(m, statutory=True)


def other_demand(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{s\ not\ statutory} \max_o c_{oy}\, u_{sly}`."""
    return _unmet(m, statutory=False)


def _unmet(m: pyo.ConcreteModel, *, statutory: bool) -> Weights:
    market: Market = m.market
    service, _, year = codes(market.needs)
    asked = market.statutory[service] == statutory
    yield m.unmet, np.where(asked, market.dearest[service, year], 0.0)


def statutory_targets(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{k\ statutory} v_{ky} / \max(1, |T_{ky}|)`, an average by its volume too."""
    yield m.miss, np.where(m.aims.statutory, 1.0 / m.aims.size, 0.0)


def other_targets(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{k\ not\ statutory} v_{ky} / \max(1, |T_{ky}|)`, an average by volume too."""
    yield m.miss, np.where(m.aims.statutory, 0.0, 1.0 / m.aims.size)


def funding_gap(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{sy} h_{sy}`."""
    yield m.gap, np.ones(len(m.market.ledger))


def cost(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{oy} C_{oy} / (1 + r)^{y - y_0}`, see ``optimisation.bills``."""
    _, year = codes(m.market.awards)
    worth, terms = m.market.present[year], m.contracts
    yield m.paid, m.market.price_of_award * worth
    yield m.excess, terms.tiers.step * worth[terms.tiers.award]
    yield m.awarded, terms.fee * worth[terms.decided]


def change(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{oy} c_{oy} |X_{oy} - X_{o,y-1}|`."""
    price = m.market.price[codes(m.market.moves)]
    yield m.rise, price
    yield m.fall, price


def trade_forgone(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum forgone_{qy}`."""
    yield m.forgone, np.ones(len(m.trading.trades))


def handed_back(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum unspent_{gy}` over the streams with a ring-fence."""
    yield m.unspent, m.market.fenced.astype(float)


def one_off_used(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum f_{gsy}` over the one-off streams with a ring-fence."""
    market: Market = m.market
    one_off = market.streams["one_off"].to_numpy(dtype=bool)[codes(market.grants)[0]]
    yield m.fund, (one_off & market.fenced[market.receipt_of_grant]).astype(float)


def idle_one_off(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_y R_{py}` of the pot for one-off cost."""
    weights = np.zeros(len(m.reserves.pots))
    weights[m.reserves.one_off] = 1.0
    yield m.balance, weights


def early_gap(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{sy} (Y - t_y)\, h_{sy}`: a gap in the first year weighs most."""
    _, year = codes(m.market.ledger)
    yield m.gap, (len(m.market.years) - year).astype(float)


GOALS: tuple[Goal, ...] = (
    Goal("statutory_demand", "least unmet statutory demand", "£", statutory_demand),
    Goal(
        "statutory_targets",
        "least miss on statutory targets",
        "share of target",
        statutory_targets,
    ),
    Goal("funding_gap", "least funding gap", "£", funding_gap),
    Goal("other_demand", "least other unmet demand", "£", other_demand),
    Goal("other_targets", "least miss on other targets", "share of target", other_targets),
    Goal("cost", "least cost", "£", cost),
    Goal("change", "least change from what is bought today", "£", change),
)
"""The goals of the contract, first things first."""

SETTLEMENT: tuple[Goal, ...] = (
    Goal("trade_forgone", "organisations trade as much as they may", "£", trade_forgone),
    Goal("handed_back", "least ring-fenced income handed back", "£", handed_back),
    Goal("one_off_used", "ring-fenced income that recurs used before one-off", "£", one_off_used),
    Goal("idle_one_off", "one-off cost paid from reserves kept for it", "£ years", idle_one_off),
    Goal("early_gap", "reserves and income used before a gap is shown", "£ years", early_gap),
)
"""What decides between plans that buy the same and differ only in whose money pays, and when."""
