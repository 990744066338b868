"""The goals, in the order in which they are sought, and what settles ties between equal plans.

Each is a name, its unit and what one unit of each variable adds to it. Held at its best while the
next is sought, they are a lexicographic goal program (Charnes and Cooper, *Management Models and
Industrial Applications of Linear Programming*, 1961).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyomo.environ as pyo

from optimisation.market import Market
from optimisation.terms import change_is_known, lot_price

Weights = Iterator[tuple[float, pyo.Var]]
"""What one model unit of each variable adds to a goal, in the goal's own unit."""


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
        Yields (weight, variable) over a model.
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
    for s, place, y in market.demand:
        if (s in market.statutory) == statutory:
            yield market.dearest[s, y] * m.scale.lot[s], m.unmet[s, place, y]


def statutory_targets(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{k\ statutory} v_{ky} / \max(1, |T_{ky}|)`, an average by its volume too."""
    return _missed(m, statutory=True)


def other_targets(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{k\ not\ statutory} v_{ky} / \max(1, |T_{ky}|)`, an average by volume too."""
    return _missed(m, statutory=False)


def _missed(m: pyo.ConcreteModel, *, statutory: bool) -> Weights:
    for key, aim in m.market.aims.items():
        if aim.statutory == statutory:
            yield m.scale.miss[key] / aim.scale, m.miss[key]


def funding_gap(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{sy} h_{sy}`."""
    for key in m.gap:
        yield m.scale.money, m.gap[key]


def cost(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{oy} c_{oy} z_{oy} / (1 + r)^{y - y_0}`."""
    market: Market = m.market
    rate = market.problem.discount_rate
    for o, y in market.awards:
        present = lot_price(m, o, y) * m.scale.money / (1.0 + rate) ** market.step[y]
        yield present, m.paid[o, y]


def change(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{oy} c_{oy} |X_{oy} - X_{o,y-1}|`."""
    market: Market = m.market
    for o in market.offers:
        for y in market.years:
            if change_is_known(market, o, y):
                price = lot_price(m, o, y) * m.scale.money
                yield price, m.rise[o, y]
                yield price, m.fall[o, y]


def handed_back(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum unspent_{gy}` over the streams with a ring-fence."""
    for key, unspent in m.unspent.items():
        if m.market.ring_fence[key[0]]:
            yield m.scale.money, unspent


def early_gap(m: pyo.ConcreteModel) -> Weights:
    r""":math:`\sum_{sy} (Y - t_y)\, h_{sy}`: a gap in the first year weighs most."""
    years = len(m.market.years)
    for (_, y), gap in m.gap.items():
        yield m.scale.money * (years - m.market.step[y]), gap


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
    Goal("handed_back", "least ring-fenced income handed back", "£", handed_back),
    Goal("early_gap", "reserves and income used before a gap is shown", "£ years", early_gap),
)
"""What decides between plans that buy the same and differ only in whose money pays, and when."""
