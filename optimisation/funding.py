"""Whose money pays for what: the model's totals by year, spread over services by one plain rule.

The model settles how much of each ring-fenced stream, of general money, of reserves and of the gap
each year takes. Within a year general money pays for anything, so any split of it over services is
as good as another, and a solver's would be arbitrary. Here each source after the ring-fences pays
the same share of every service's remaining cost, and recurring income goes before one-off.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimisation.market import Market
from optimisation.overheads import Overheads
from optimisation.problem import GAP, RESERVES, TRADING
from optimisation.sets import BoolArray, FloatArray, codes, members
from optimisation.sums import or_nil


@dataclass(frozen=True)
class Money:
    """What pays for what, in £.

    Parameters
    ----------
    cost : array of shape (books, years)
        Of units paid for.
    paid : array of shape (streams + 2, books, years)
        By stream, then reserves, then the gap.
    """

    cost: FloatArray
    paid: FloatArray


@dataclass(frozen=True)
class Settled:
    """What the model settles of who pays, in £.

    Parameters
    ----------
    fund : array of shape (grants,)
        Of each stream on each service; of one without a ring-fence only the sum over services.
    gap : array of shape (ledger,)
        That nothing covers; over services only the sum.
    release : array of shape (years,)
        That reserves for one-off cost pay.
    """

    fund: FloatArray
    gap: FloatArray
    release: FloatArray


def settle(
    market: Market, costs: Overheads, *, income: FloatArray, spent: FloatArray, settled: Settled
) -> Money:
    """Return whose money pays for what.

    Parameters
    ----------
    market, costs
        What is bought, and what no unit buys.
    income : array of shape (receipts,)
        £ available, with what organisations bring in.
    spent : array of shape (awards,)
        £ that each award costs.
    settled : Settled
        What the model has of the money.
    """
    shape = (len(market.books), len(market.years))
    offer, year = codes(market.awards)
    book = market.books.get_indexer(market.offers["service"])[offer]
    bought = np.zeros(shape)
    np.add.at(bought, (book, year), spent)
    fence = (market.streams["fence"].map(len) > 0).to_numpy(dtype=bool)
    fenced = np.zeros((len(fence), *shape))
    fenced[codes(market.grants)] = settled.fund
    fenced[~fence] = 0.0
    general = np.zeros((len(fence), shape[1]))
    general[codes(market.receipts)] = income
    general[fence] = 0.0
    one_off = market.streams["one_off"].to_numpy(dtype=bool)
    total = settled.gap.reshape(shape).sum(axis=0)
    cost = bought + costs.fixed
    years = [
        spread(
            cost[:, t],
            fenced[:, :, t],
            general[:, t],
            one_off,
            gap=total[t],
            release=settled.release[t],
        )
        for t in range(shape[1])
    ]
    return Money(bought, np.stack(years, axis=2))


def spread(
    cost: FloatArray,
    fenced: FloatArray,
    general: FloatArray,
    one_off: BoolArray,
    *,
    gap: float,
    release: float = 0.0,
) -> FloatArray:
    """Return one year's £, array of shape (streams + 2, books): reserves and the gap last.

    What reserves for one-off cost pay comes first. Then general income that recurs, each stream in
    proportion to its amount, then what is one-off; reserves pay what is left but for the gap.

    Parameters
    ----------
    cost : array of shape (books,)
        What must be paid.
    fenced : array of shape (streams, books)
        What ring-fenced streams pay.
    general : array of shape (streams,)
        What is available of those without a ring-fence.
    one_off : array of shape (streams,)
        Whether each stream does not recur.
    gap : float
        What nothing covers.
    release : float
        What reserves for one-off cost pay.
    """
    left = or_nil(cost - fenced.sum(axis=0), of=cost)
    need = left.sum()
    to_find = max(0.0, need - gap - release)
    sources = np.zeros(len(general) + 2)
    for group in (~one_off, one_off):
        there = general[group].sum()
        taken = min(to_find, there)
        sources[:-2][group] = taken * general[group] / there if there > 0.0 else 0.0
        to_find -= taken
    sources[-2:] = release + or_nil(to_find, of=need), gap
    paid = np.outer(sources, left / need) if need > 0.0 else np.zeros((len(sources), len(cost)))
    paid[:-2] += fenced
    return paid


def sources_of(market: Market) -> pd.Index:
    """Return the streams, reserves and the gap."""
    return pd.Index([*market.streams.index, RESERVES, GAP], name="stream")


def funding_table(market: Market, money: Money) -> pd.DataFrame:
    """Return ``funding.csv``: stream, service, year, amount (£), without the rows of nil."""
    spent = np.nonzero(money.paid > 0.0)
    labels = members([sources_of(market), market.books, market.years], spent)
    return labels.to_frame(index=False).assign(amount=money.paid[spent])


def budget_table(
    market: Market, costs: Overheads, receipts: FloatArray, money: Money
) -> pd.DataFrame:
    """Return ``budget.csv``: `budget`, a row for each year."""
    return pd.DataFrame({"year": market.years, **budget(market, costs, receipts, money)})


def budget(
    market: Market, costs: Overheads, receipts: FloatArray, money: Money
) -> dict[str, FloatArray]:
    """Return the columns of ``budget.csv``, in £ by year.

    Income is what is available, a ring-fenced stream only so far as it is used, and trading that of
    the stream of this name; reserves drawn are net of what income adds to them, so that cost +
    fixed cost = income + trading + reserves drawn + gap. The
    structural gap is recurring cost that recurring income does not pay for: one-off cost may be met
    from one-off money, recurring cost may not.
    """
    cost, fixed = money.cost.sum(axis=0), costs.fixed.sum(axis=0)
    used, gap = money.paid[:-2].sum(axis=1), money.paid[-1].sum(axis=0)
    stream, year = codes(market.receipts)
    available = used.copy()
    available[stream[~market.fenced], year[~market.fenced]] = receipts[~market.fenced]
    traded = (market.streams.index == TRADING).astype(float) @ available
    income = available.sum(axis=0) - traded
    drawn = or_nil(cost + fixed - income - traded - gap, of=cost + fixed)
    opening, spent = market.problem.reserves["opening"].sum(), np.cumsum(np.abs(drawn))
    recurring = used[~market.streams["one_off"].to_numpy(dtype=bool)].sum(axis=0)
    structural = np.maximum(0.0, or_nil(cost + fixed - costs.one_off - recurring, of=cost + fixed))
    return {
        "cost": cost,
        "fixed_cost": fixed,
        "income": income,
        "trading": traded,
        "reserves_drawn": drawn,
        "reserves_balance": or_nil(opening - np.cumsum(drawn), of=opening + spent),
        "structural_gap": structural,
        "managed_gap": gap,
    }
