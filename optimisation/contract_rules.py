"""The rules of contracts: notice, awards that are made or not as a whole, lots and tiers."""

import numpy as np
import pyomo.environ as pyo

from optimisation.bulk import BulkConstraint
from optimisation.contracts import Contracts
from optimisation.market import Market
from optimisation.sets import NOWHERE, codes, find
from optimisation.tiers import Tiers


def give_notice(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`z_{oy} \ge current_o` in the years of notice, as far as capacity goes."""
    terms: Contracts = m.contracts
    m.give_notice = BulkConstraint(
        market.awards[terms.noticed], m.paid.at(terms.noticed) >= terms.notice
    )


def award_first(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`z_{oy} - capacity_o\, a_{oy} \le 0`, where an award is a whole decision."""
    terms: Contracts = m.contracts
    made = terms.most * m.awarded
    m.award_first = BulkConstraint(
        market.awards[terms.decided], m.paid.at(terms.decided) - made <= 0.0
    )


def viable_volume(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`z_{oy} - minimum_o\, a_{oy} \ge 0`."""
    terms: Contracts = m.contracts
    asked = np.flatnonzero(terms.viable > 0.0)
    award = terms.decided[asked]
    least = m.awarded.at(asked, terms.viable[asked])
    m.viable_volume = BulkConstraint(market.awards[award], m.paid.at(award) - least >= 0.0)


def award_lot(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`\sum_{o\ of\ the\ lot} a_{oy} \le 1`."""
    terms: Contracts = m.contracts
    m.award_lot = BulkConstraint(terms.lots, m.awarded.into(terms.lot) <= 1.0)


def keep_award(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`a_{oy} - a_{o,y-1} = 0`: a lot is awarded for as long as an offer is open."""
    terms: Contracts = m.contracts
    offer, year = codes(market.awards[terms.decided])
    own = market.awards[terms.decided]
    before = np.where(year > 0, find(own, offer, np.maximum(year - 1, 0)), NOWHERE)
    kept = np.flatnonzero((terms.lot != NOWHERE) & (before != NOWHERE))
    m.keep_award = BulkConstraint(own[kept], m.awarded.at(kept) - m.awarded.at(before[kept]) == 0.0)


def count_excess(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`z_{oy} - e_{oky} \le from_{ok}`."""
    terms: Tiers = m.contracts.tiers
    m.count_excess = BulkConstraint(terms.labels, m.paid.at(terms.award) - m.excess <= terms.start)


def reach_tier(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`e_{oky} + from_{ok}\, b_{oky} - z_{oy} \le 0`, where it is a whole decision."""
    terms: Tiers = m.contracts.tiers
    tier = terms.whole
    reached = m.excess.at(tier) + terms.start[tier] * m.past
    m.reach_tier = BulkConstraint(terms.labels[tier], reached - m.paid.at(terms.award[tier]) <= 0.0)


def pass_tier(m: pyo.ConcreteModel, market: Market) -> None:
    r"""Write :math:`e_{oky} - (capacity_o - from_{ok})\, b_{oky} \le 0`."""
    terms: Tiers = m.contracts.tiers
    tier = terms.whole
    m.pass_tier = BulkConstraint(
        terms.labels[tier], m.excess.at(tier) - terms.room[tier] * m.past <= 0.0
    )
