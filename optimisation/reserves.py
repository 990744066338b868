"""Reserves by what they may pay for: any cost, or cost that does not recur."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimisation.market import Market
from optimisation.sets import FloatArray, IntArray, codes, members
from optimisation.sums import or_nil

GENERAL, ONE_OFF = "general", "one_off"
"""Reserves for any cost, and those for one-off cost alone, each taken together."""


@dataclass(frozen=True)
class Reserves:
    """What the reserves hold, £, and may not fall below.

    Parameters
    ----------
    pots : MultiIndex
        Every (pot, year): ``general``, and ``one_off`` where there is such a reserve.
    opening, minimum : arrays of shape (pots,)
        The pot before the plan, in its first year's place and nil in the others; and its minimum.
    before : array of shape (pots,)
        The place of the same pot in the year before; -1 in the first.
    released : Index
        The years in which one-off cost may be paid from its own pot: every one, or none.
    general, one_off : arrays of shape (years,), (released,)
        The place of each pot in each year.
    """

    pots: pd.MultiIndex
    opening: FloatArray
    minimum: FloatArray
    before: IntArray
    released: pd.Index
    general: IntArray
    one_off: IntArray


def read_reserves(market: Market) -> Reserves:
    """Return what reserves.csv, or case.toml, says."""
    table = market.problem.reserves
    own = np.where(table["one_off_only"].to_numpy(dtype=bool), ONE_OFF, GENERAL)
    held = table.assign(pot=own).groupby("pot")[["opening", "minimum"]].sum()
    names = pd.Index([GENERAL] + [ONE_OFF] * (ONE_OFF in held.index), name="pot")
    held = held.reindex(names).fillna(0.0)
    years = len(market.years)
    pots = members([names, market.years], np.divmod(np.arange(len(names) * years), years))
    pot, year = codes(pots)
    place = np.arange(len(pots)).reshape(len(names), years)
    return Reserves(
        pots=pots,
        opening=np.where(year == 0, held["opening"].to_numpy()[pot], 0.0),
        minimum=held["minimum"].to_numpy()[pot],
        before=np.where(year == 0, -1, np.arange(len(pots)) - 1),
        released=market.years if len(names) > 1 else market.years[:0],
        general=place[0],
        one_off=place[1:].ravel(),
    )


def reserve_table(market: Market, *, drawn: FloatArray, release: FloatArray) -> pd.DataFrame:
    r"""Return ``reserves.csv``: reserve, year, drawn (net), balance, minimum, in £.

    The plan settles what each pot holds. Within it every reserve stands above its minimum by the
    same share of what it stood above at first, :math:`m_k + (B - \sum m) h_k / \sum h`; where none
    stood above, alike.

    Parameters
    ----------
    market : Market
        Its reserves.
    drawn : array of shape (years,)
        £ drawn of all together, net of what is added.
    release : array of shape (years,)
        £ of it that reserves for one-off cost pay.
    """
    table = market.problem.reserves.sort_values("reserve", ignore_index=True)
    out = {GENERAL: drawn - release, ONE_OFF: release}
    pot = np.where(table["one_off_only"].to_numpy(dtype=bool), ONE_OFF, GENERAL)
    opening, minimum = (table[name].to_numpy(dtype=float) for name in ("opening", "minimum"))
    balance = np.zeros((len(table), len(market.years)))
    for name in (GENERAL, ONE_OFF):
        own = np.flatnonzero(pot == name)
        room = np.maximum(opening[own] - minimum[own], 0.0)
        whole = room.sum()
        share = room / whole if whole > 0.0 else np.full(len(own), 1.0 / max(len(own), 1))
        held = opening[own].sum()
        left = held - np.cumsum(out[name]) - minimum[own].sum()
        # What rounding leaves is neither held nor owed: a reserve run down is at its minimum.
        left = or_nil(left, of=held + np.cumsum(np.abs(out[name])))
        balance[own] = minimum[own, np.newaxis] + np.outer(share, left)
    reserve, year = np.nonzero(np.ones(balance.shape, dtype=bool))
    moved = -np.diff(balance, axis=1, prepend=opening[:, np.newaxis])
    return pd.DataFrame(
        {
            "reserve": table["reserve"].to_numpy()[reserve],
            "year": market.years[year],
            "drawn": moved[reserve, year],
            "balance": balance[reserve, year],
            "minimum": minimum[reserve],
        }
    )
