"""How well savings and trade come in: in full, as a case expects them, or with a haircut."""

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import FloatArray
from optimisation.problem import CORPORATE
from planning.case import Case
from planning.tables.edits import Edit
from planning.tables.schema import GIVES


@dataclass(frozen=True)
class Delivery:
    """How well savings and trade come in.

    Parameters
    ----------
    name : str
        For a reader.
    saving : float, optional
        The share delivered of every saving and new income, in [0, 1]; each proposal's own
        ``delivery`` unless given.
    trade : float
        Trade, as a multiple of what organisations are expected to win.
    late : int
        Years by which savings come late, and the trade of bodies that are still to begin.

    Raises
    ------
    ValueError
        If a share or a number of years is none.
    """

    name: str
    saving: float | None = None
    trade: float = 1.0
    late: int = 0

    def __post_init__(self) -> None:
        if self.saving is not None and not 0.0 <= self.saving <= 1.0:
            raise ValueError(f"{self.saving:g} is no share of savings: give one from 0 to 1")
        if self.trade < 0.0 or self.late < 0:
            raise ValueError("trade and years late may not be below nil")


IN_FULL = Delivery("Savings in full", saving=1.0)
AS_EXPECTED = Delivery("Savings as the case expects them")
HALF_AND_LATE = Delivery("Half the savings and trade, a year late", 0.5, 0.5, 1)
NONE = Delivery("No savings, no trade", 0.0, 0.0)


def delivered(case: Case, delivery: Delivery) -> dict[str, FloatArray]:
    """Return £ a year of savings and new income as they come, by service.

    What is of no service is corporate.

    None counts before its organisation's transfer year. What is late comes as it would have, so
    many years after.
    """
    own = case.proposals[case.proposals["kind"].isin(GIVES)]
    bodies = case.organisations
    begins = dict(zip(bodies["organisation"], bodies["transfer_year"], strict=True))
    found: dict[str, FloatArray] = {}
    for row in own.itertuples(index=False):
        part = delivery.saving
        if part is None:
            part = 1.0 if np.isnan(row.delivery) else row.delivery
        place = case.years.index(row.year) + delivery.late
        if begins.get(row.organisation, "") <= row.year and place < len(case.years):
            amounts = found.setdefault(row.service or CORPORATE, np.zeros(len(case.years)))
            amounts[place] += part * row.amount
    return found


def trade(case: Case, delivery: Delivery) -> FloatArray:
    """Return £ a year that organisations' work for others brings back, at most: shape (years,).

    Their market times the chance of winning it, margin and ownership share, from the transfer year;
    the limit on such activity, which needs a plan's turnover, is left aside.
    """
    table = case.organisations
    back = (
        table["external_market"].fillna(0.0)
        * table["win_probability"]
        * table["margin"].clip(lower=0.0)
        * table["ownership_share"]
    ).fillna(0.0)
    starts = [
        case.years.index(year) + delivery.late if year in case.years else 0
        for year in table["transfer_year"]
    ]
    runs = np.arange(len(case.years))[:, np.newaxis] >= np.array(starts, dtype=int)
    runs &= (table["transfer_year"] <= case.years[-1]).to_numpy()
    return np.asarray(delivery.trade * (runs @ back.to_numpy(dtype=float)))


def delivery_edits(case: Case, delivery: Delivery) -> tuple[Edit, ...]:
    """Return what makes a case expect savings and trade so; its bodies begin when they did.

    What is late has, in each year, the amount of so many years before.
    """
    own = case.proposals[case.proposals["kind"].isin(GIVES)]
    cells = []
    if delivery.saving is not None:
        share = repr(delivery.saving)
        cells += [("proposals", f"{name}/*", "delivery", share) for name in set(own["proposal"])]
    if delivery.late:
        amount = own.set_index(["proposal", "year"])["amount"]
        for name, year in amount.index:
            place = case.years.index(year) - delivery.late
            before = float(amount.get((name, case.years[place]), 0.0)) if place >= 0 else 0.0
            cells.append(("proposals", f"{name}/{year}", "amount", repr(before)))
    if delivery.trade != 1.0 and case.organisations["external_market"].notna().any():
        cells.append(("organisations", "*", "external_market", f"x{delivery.trade!r}"))
    return tuple(Edit(delivery.name, *cell) for cell in sorted(cells))
