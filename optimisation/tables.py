"""From the model's solution to the plan's tables, in natural units: units, £, shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from optimisation.aims import Aims
from optimisation.funding import Money, Settled, budget_table, funding_table, settle
from optimisation.market import Market
from optimisation.organisations import earned, organisation_table
from optimisation.reserves import reserve_table
from optimisation.sets import FloatArray, codes

NOISE = 1e-6
"""Units and £ below which a solver's answer is rounding, and is written as nil."""


@dataclass(frozen=True)
class Accounts:
    """What is used, paid and funded in a solution, without what rounding leaves of nil.

    Parameters
    ----------
    used, paid, unmet : arrays of shape (uses,), (awards,), (needs,)
        Units.
    trade, income, spent : arrays of shape (trades,), (receipts,), (awards,)
        £ of turnover from others than the council, available, and that each award costs.
    release : array of shape (years,)
        £ that reserves for one-off cost pay.
    money : Money
        What pays for what.
    """

    used: FloatArray
    paid: FloatArray
    unmet: FloatArray
    trade: FloatArray
    income: FloatArray
    spent: FloatArray
    release: FloatArray
    money: Money


def accounts_of(
    m: Any,  # noqa: ANN401 - a Pyomo model, which is not known here
    values: Mapping[str, FloatArray],
    *,
    income: FloatArray,
) -> Accounts:
    """Return what a solution comes to.

    Parameters
    ----------
    m : ConcreteModel
        The model, with what it was built from.
    values : mapping of str to array
        Of every family of variables, in natural units.
    income : array of shape (receipts,)
        £ available but for what organisations bring in.
    """
    market: Market = m.market
    # Of the solver's pounds money can be told apart to a millionth.
    penny = NOISE * m.scale.money
    used, paid, unmet = (_or_nil(values[name], NOISE) for name in ("use", "paid", "unmet"))
    fund, gap, trade = (_or_nil(values[name], penny) for name in ("fund", "gap", "trade"))
    income = income + earned(market, m.trading, trade)
    release = np.zeros(len(market.years))
    release[: len(m.reserves.released)] = _or_nil(values["release"], penny)
    settled = Settled(fund, gap, release)
    spent = m.contracts.cost(market, paid, values["awarded"])
    money = settle(market, m.overheads, income=income, spent=spent, settled=settled)
    return Accounts(used, paid, unmet, trade, income, spent, release, money)


def plan_tables(
    m: Any,  # noqa: ANN401 - a Pyomo model, which is not known here
    values: Mapping[str, FloatArray],
) -> dict[str, pd.DataFrame]:
    """Return the tables of the plan but for goals and prices, by the name of their file.

    Parameters
    ----------
    m : ConcreteModel
        The model, with what it was built from.
    values : mapping of str to array
        Of every family of variables, in natural units.
    """
    market: Market = m.market
    a = accounts_of(m, values, income=market.income)
    budget = budget_table(market, m.overheads, a.income, a.money)
    prevented = m.prevention.prevented(market.demand, a.used)
    return {
        "allocation": _allocation(market, a.used, a.paid, a.spent),
        "demand": _demand(market, prevented, a.unmet),
        "targets": _targets(m.aims, a.used),
        "income": _income(market, a.income, a.money),
        "funding": funding_table(market, a.money),
        "budget": budget,
        "reserves": reserve_table(
            market, drawn=budget["reserves_drawn"].to_numpy(), release=a.release
        ),
        "organisations": organisation_table(market, m.trading, spent=a.spent, trade=a.trade),
    }


def _or_nil(values: FloatArray, noise: float) -> FloatArray:
    """Return figures without what a solver's rounding leaves of nil."""
    return np.where(values > noise, values, 0.0)


def _allocation(
    market: Market, used: FloatArray, paid: FloatArray, spent: FloatArray
) -> pd.DataFrame:
    """Return ``allocation.csv``: a row where an offer is used, paid for or no longer used."""
    offer, place = codes(market.served)
    shape = (len(offer), len(market.years))
    units = np.zeros(shape)
    units[market.served_of_use, codes(market.uses)[2]] = used
    bought = np.zeros(market.price.shape)
    bought[codes(market.awards)] = paid
    # On average over what is paid, where there are tiers or the award itself costs something.
    price, own = market.price.copy(), (paid > 0.0) & (spent != market.price_of_award * paid)
    bare = np.zeros(market.price.shape)
    bare[codes(market.awards)] = np.where(paid > 0.0, 0.0, spent)
    price[tuple(code[own] for code in codes(market.awards))] = spent[own] / paid[own]
    total = np.zeros(market.price.shape)
    np.add.at(total, offer, units)
    share = np.divide(units, total[offer], out=np.zeros(shape), where=total[offer] > 0.0)
    places = np.bincount(offer, minlength=len(market.offers))[offer]
    # A commitment that no locality uses stands under the offer's own, or under none.
    share[(total[offer] == 0.0) & (places == 1)[:, np.newaxis]] = 1.0
    change = np.diff(units, axis=1, prepend=np.nan)
    change[np.abs(change) < NOISE] = 0.0
    today = market.offers["current"].to_numpy()[offer]
    change[:, 0] = units[:, 0] - np.where(places == 1, today, np.nan)
    table = _lines(
        market,
        price,
        offer,
        place,
        used=units,
        paid=share * bought[offer],
        bare=share * bare[offer],
        change=change,
    )
    nobodys = (total == 0.0) & (market.places_of_offer > 1)[:, np.newaxis]
    everywhere = market.localities.get_indexer([""]).repeat(len(bought))
    none = np.zeros(bought.shape)
    still = none.copy()
    still[:, 0] = np.nan
    idle = _lines(
        market,
        price,
        np.arange(len(bought)),
        everywhere,
        used=none,
        paid=nobodys * bought,
        bare=nobodys * bare,
        change=still,
    )
    return pd.concat([table, idle]).sort_values(["offer", "year", "locality"], ignore_index=True)


def _lines(
    market: Market,
    prices: FloatArray,
    offer: np.ndarray,
    place: np.ndarray,
    **columns: FloatArray,
) -> pd.DataFrame:
    """Return the rows of the allocation in which anything is used, paid for or changed.

    ``bare`` is what an award costs that buys nothing.
    """
    told = np.any([np.nan_to_num(column) != 0.0 for column in columns.values()], axis=0)
    row, year = np.nonzero(told)
    used, paid, change = (columns[name][row, year] for name in ("used", "paid", "change"))
    price = prices[offer[row], year]
    terms = market.offers.iloc[offer[row]]
    return pd.DataFrame(
        {
            "offer": terms.index,
            "provider": terms["provider"].to_numpy(),
            "service": terms["service"].to_numpy(),
            "locality": market.localities[place[row]],
            "year": market.years[year],
            "used": used,
            "paid": paid,
            "unit_cost": price,
            "cost": price * paid + columns["bare"][row, year],
            "change": change,
        }
    )


def _demand(market: Market, prevented: FloatArray, unmet: FloatArray) -> pd.DataFrame:
    """Return ``demand.csv``: what would be needed, and what is prevented of it, met and not."""
    table = market.needs.to_frame(index=False)
    met = _or_nil(market.demand - prevented - unmet, NOISE)
    return table.assign(demand=market.demand, prevented=prevented, met=met, unmet=unmet)


def _targets(aims: Aims, used: FloatArray) -> pd.DataFrame:
    """Return ``targets.csv`` but for the marginal cost; shortfall is in the outcome's unit."""
    achieved, shortfall = shortfalls(aims, used)
    table = aims.keys.to_frame(index=False)
    return table.assign(target=aims.target, achieved=achieved, shortfall=shortfall)


def shortfalls(aims: Aims, used: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what each outcome comes to, and by how much it misses its target, in its own unit.

    Parameters
    ----------
    aims : Aims
        The targets.
    used : array of shape (uses,)
        Units used.
    """
    count = len(aims.target)
    achieved = np.bincount(aims.aim, aims.effect * used[aims.use], minlength=count)
    volume = np.bincount(aims.aim, used[aims.use], minlength=count)
    # An average over nothing bought is not known, and misses nothing.
    level = np.divide(achieved, volume, out=np.full(count, np.nan), where=volume > 0.0)
    achieved = np.where(aims.average, level, achieved)
    missed = np.where(aims.at_least, aims.target - achieved, achieved - aims.target)
    rounding = NOISE * np.maximum(1.0, np.abs(aims.target))
    return np.asarray(achieved), np.asarray(np.where(missed > rounding, missed, 0.0))


def _income(market: Market, income: FloatArray, money: Money) -> pd.DataFrame:
    """Return ``income.csv``: what is available, and what is used."""
    used = money.paid.sum(axis=1)[codes(market.receipts)]
    return market.receipts.to_frame(index=False).assign(amount=income, used=used)
