"""Bodies spun out of the council: what they may trade, what comes back, what they have left."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimisation.market import Market
from optimisation.problem import TRADING
from optimisation.sets import FloatArray, IntArray, codes, find, members


@dataclass(frozen=True)
class Trading:
    """What organisations may earn from others than the council, in £ a year.

    Parameters
    ----------
    trades : MultiIndex
        Every (organisation, year) in which one may trade: none before its transfer year.
    expected : array of shape (trades,)
        Turnover that it is expected to win: its external market times its win probability.
    margin : array of shape (trades,)
        Surplus, or loss, on £1 of turnover.
    returned : array of shape (trades,)
        £ that the council, as owner of a share, takes of £1 of turnover; of a loss it takes none.
    receipt : array of shape (trades,)
        The receipt of the stream ``trading`` in each one's year.
    limited : array of shape (rows,)
        The trades that an activity limit holds for.
    limit : array of shape (rows,)
        The share of all turnover that may be external.
    row, award : arrays of shape (entries,)
        The place of one of these, and of an award to that organisation's own provider.
    """

    trades: pd.MultiIndex
    expected: FloatArray
    margin: FloatArray
    returned: FloatArray
    receipt: IntArray
    limited: IntArray
    limit: FloatArray
    row: IntArray
    award: IntArray


def read_trading(market: Market) -> Trading:
    """Return what organisations.csv says of a market's trade."""
    table = _organisations(market)
    years = market.years.to_numpy()
    begun = table["transfer_year"].to_numpy()[:, np.newaxis] <= years
    trades = members(
        [table.index, market.years],
        np.nonzero(begun & (table["external_market"].to_numpy() > 0.0)[:, np.newaxis]),
    )
    body, year = codes(trades)

    def of_body(name: str) -> FloatArray:
        return np.asarray(table[name].to_numpy(dtype=float)[body])

    margin = of_body("margin")
    stream = np.full(len(trades), market.streams.index.get_indexer([TRADING])[0])
    limit = of_body("activity_limit")
    limited = np.flatnonzero(limit < 1.0)
    row, award = _own_work(market, table, body[limited], year[limited])
    return Trading(
        trades=trades,
        expected=of_body("external_market") * of_body("win_probability"),
        margin=margin,
        returned=np.maximum(margin, 0.0) * of_body("ownership_share"),
        receipt=find(market.receipts, stream, year),
        limited=limited,
        limit=limit[limited],
        row=row,
        award=award,
    )


def _organisations(market: Market) -> pd.DataFrame:
    """Return the organisations by name; a blank market or limit is none of it."""
    table = market.problem.organisations.sort_values("organisation").set_index("organisation")
    return table.assign(
        external_market=table["external_market"].fillna(0.0),
        activity_limit=table["activity_limit"].fillna(1.0),
    )


def _own_work(
    market: Market, table: pd.DataFrame, body: IntArray, year: IntArray
) -> tuple[IntArray, IntArray]:
    """Return each award to the provider of a body in its year: the place of both."""
    offer, when = codes(market.awards)
    awards = pd.DataFrame(
        {"provider": market.offers["provider"].to_numpy()[offer], "year": when}
    ).reset_index(names="award")
    rows = pd.DataFrame({"provider": table["provider"].to_numpy()[body], "year": year})
    pairs = rows.reset_index(names="row").merge(awards, on=["provider", "year"])
    return pairs["row"].to_numpy(dtype=np.intp), pairs["award"].to_numpy(dtype=np.intp)


def earned(market: Market, trading: Trading, trade: FloatArray) -> FloatArray:
    """Return £ that trade brings the council, by receipt."""
    total = np.zeros(len(market.receipts))
    np.add.at(total, trading.receipt, trading.returned * trade)
    return total


def organisation_table(
    market: Market, trading: Trading, *, spent: FloatArray, trade: FloatArray
) -> pd.DataFrame:
    """Return ``organisations.csv``: each body's turnover and what it has left, from its transfer.

    Its reserves are what it opened with and what it keeps of each year's surplus; a loss is its
    own. Where they fall below nil it is no going concern. Not known at first, they are blank.

    Parameters
    ----------
    market, trading
        What is bought and what may be traded.
    spent : array of shape (awards,)
        £ that each award costs.
    trade : array of shape (trades,)
        £ of turnover from others than the council.
    """
    table = _organisations(market)
    begun = table["transfer_year"].to_numpy()[:, np.newaxis] <= market.years.to_numpy()
    body, year = np.nonzero(begun)
    row, award = _own_work(market, table, body, year)
    work = np.zeros(len(body))
    np.add.at(work, row, spent[award])
    external, returned, kept = (np.zeros(begun.shape) for _ in range(3))
    at = codes(trading.trades)
    external[at] = trade
    returned[at] = trading.returned * trade
    kept[at] = (trading.margin - trading.returned) * trade
    opening = table["opening_reserves"].to_numpy()[:, np.newaxis]
    reserves = (opening + np.cumsum(kept, axis=1))[body, year]
    turnover = work + external[body, year]
    share = np.divide(
        external[body, year], turnover, out=np.full(len(body), np.nan), where=turnover > 0.0
    )
    return pd.DataFrame(
        {
            "organisation": table.index[body],
            "year": market.years[year],
            "council_work": work,
            "external_turnover": external[body, year],
            "external_share": share,
            "returned": returned[body, year],
            "retained": kept[body, year],
            "reserves": reserves,
        }
    )
