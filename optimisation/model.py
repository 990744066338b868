"""The linear program's sets and variables; ``rules`` ties them together and ``goals`` ranks them.

One Pyomo model in natural units (units, £, the unit of each outcome). Its families are held as
arrays, and ordinary Pyomo constraints may be added to it.
"""

import pyomo.environ as pyo

from optimisation.aims import read_aims
from optimisation.bulk import BulkVar
from optimisation.contracts import read_contracts
from optimisation.limits import spend_limits
from optimisation.market import Market
from optimisation.organisations import read_trading
from optimisation.overheads import overheads
from optimisation.prevention import read_prevention
from optimisation.reserves import read_reserves
from optimisation.rules import RULES
from optimisation.scaling import scale_of
from optimisation.sets import codes


def build(market: Market) -> pyo.ConcreteModel:
    """Return the model without a goal: one family of rows for each of ``RULES``."""
    m = pyo.ConcreteModel(name="virement")
    m.market, m.aims = market, read_aims(market)
    m.overheads = overheads(market.problem, books=market.books)
    m.prevention, m.trading = read_prevention(market), read_trading(market)
    m.reserves, m.spends = read_reserves(market), spend_limits(market)
    m.contracts = read_contracts(market)
    m.scale = scale_of(market, m.aims, m.overheads)
    _declare(m, market)
    for rule in RULES.values():
        rule.write(m, market)
    return m


def _declare(m: pyo.ConcreteModel, market: Market) -> None:
    """Declare the variables of the contract, all at least nil, and the solver's unit of each."""
    money, units = m.scale.money, m.scale.units
    of_offer = units[market.service_of_offer]
    use, paid, unmet, moves = (
        codes(labels)[0] for labels in (market.uses, market.awards, market.needs, market.moves)
    )
    m.use = BulkVar(market.uses, unit=of_offer[use], doc="units used")
    m.paid = BulkVar(market.awards, unit=of_offer[paid], doc="units paid for")
    terms = m.contracts
    m.awarded = BulkVar(market.awards[terms.decided], whole=True, doc="whether an award is made")
    tiers = terms.tiers.labels
    m.excess = BulkVar(tiers, unit=of_offer[codes(tiers)[0]], doc="units above a tier's first")
    m.past = BulkVar(tiers[terms.tiers.whole], whole=True, doc="whether a tier is reached")
    m.unmet = BulkVar(market.needs, unit=units[unmet], doc="demand not met")
    preventable = m.prevention.need
    m.prevented = BulkVar(
        market.needs[preventable], unit=units[unmet[preventable]], doc="demand prevented"
    )
    m.miss = BulkVar(m.aims.keys, unit=m.scale.miss, doc="what a target misses")
    m.fund = BulkVar(market.grants, unit=money, doc="£ of a stream on a service")
    m.unspent = BulkVar(market.receipts, unit=money, doc="£ of income not spent")
    trades = m.trading.trades
    m.trade = BulkVar(trades, unit=money, doc="£ of turnover from others than the council")
    m.forgone = BulkVar(trades, unit=money, doc="£ of such turnover expected, and not taken up")
    m.draw = BulkVar(market.ledger, unit=money, doc="£ of reserves on a service")
    m.release = BulkVar(m.reserves.released, unit=money, doc="£ of it from one-off reserves")
    m.balance = BulkVar(m.reserves.pots, unit=money, doc="£ of reserves at the year's end")
    m.gap = BulkVar(market.ledger, unit=money, doc="£ of cost that nothing covers")
    m.rise = BulkVar(market.moves, unit=of_offer[moves], doc="units more than the year before")
    m.fall = BulkVar(market.moves, unit=of_offer[moves], doc="units fewer than the year before")
