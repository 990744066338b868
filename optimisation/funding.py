"""Whose money pays for what: the model's totals by year, spread over services by one plain rule.

The model settles how much of each ring-fenced stream, of general money, of reserves and of the gap
each year takes. Within a year general money pays for anything, so any split of it over services is
as good as another, and a solver's would be arbitrary. Here each source after the ring-fences pays
the same share of every service's remaining cost, and recurring income goes before one-off.
"""

from dataclasses import dataclass

import pandas as pd

from optimisation.market import Market
from optimisation.problem import GAP, RESERVES

NOISE = 1e-6
"""£ below which a difference of sums is rounding."""


@dataclass(frozen=True)
class YearMoney:
    """One year's money, in £, as the model settles it.

    Parameters
    ----------
    costs : dict of str to float
        By service, what must be paid.
    fenced : dict of (stream, service) to float
        What ring-fenced streams pay.
    general : dict of str to float
        By stream without a ring-fence, what is available.
    gap : float
        What nothing covers.
    """

    costs: dict[str, float]
    fenced: dict[tuple[str, str], float]
    general: dict[str, float]
    gap: float


def spread(money: YearMoney, *, one_off: set[str]) -> dict[tuple[str, str], float]:
    """Return £ by (stream, service), reserves and the gap among the streams.

    General income pays first what recurs, each stream in proportion to its amount, then what is
    one-off; reserves pay what is then left but for the gap.
    """
    left = dict(money.costs)
    paid: dict[tuple[str, str], float] = {}
    for (stream, service), amount in money.fenced.items():
        paid[stream, service] = amount
        left[service] -= amount
    need = sum(left.values())
    sources: dict[str, float] = {}
    to_find = max(0.0, need - money.gap)
    for group in (False, True):
        streams = {g: a for g, a in money.general.items() if (g in one_off) == group}
        taken = min(to_find, sum(streams.values()))
        for stream, amount in streams.items():
            sources[stream] = taken * amount / sum(streams.values()) if amount > 0.0 else 0.0
        to_find -= taken
    sources |= {RESERVES: to_find, GAP: money.gap}
    for service, cost in left.items():
        for source, amount in sources.items():
            paid[source, service] = amount * cost / need if need > 0.0 else 0.0
    return paid


def funding_table(market: Market, paid: dict[tuple[str, str, str], float]) -> pd.DataFrame:
    """Return ``funding.csv``: stream, service, year, amount (£), without the rows of nil."""
    order = {name: i for i, name in enumerate([*market.ring_fence, RESERVES, GAP])}
    rows = [(g, s, y, amount) for (g, s, y), amount in paid.items() if amount > 0.0]
    rows.sort(key=lambda row: (order[row[0]], row[1], row[2]))
    return pd.DataFrame(rows, columns=["stream", "service", "year", "amount"]).astype(
        {"amount": float}
    )


def budget_table(
    market: Market, *, bought: dict[tuple[str, str], float], paid: dict[tuple[str, str, str], float]
) -> pd.DataFrame:
    """Return ``budget.csv``, in £ by year.

    Income is what is available, a ring-fenced stream only so far as it is used; reserves drawn are
    net of what income adds to them, so that cost + fixed cost = income + reserves drawn + gap. The
    structural gap is recurring cost that recurring income does not pay for: one-off cost may be met
    from one-off money, recurring cost may not.

    Parameters
    ----------
    bought : dict
        £ of units paid for, by (service, year).
    paid : dict
        £ by (stream, service, year), see ``spread``.
    """
    one_off = set(market.problem.streams.loc[market.problem.streams["one_off"], "stream"])
    rows, balance = [], market.problem.opening
    for y in market.years:
        cost = sum(amount for (_, year), amount in bought.items() if year == y)
        fixed = sum(market.fixed[s, y] for s in market.books)
        used = dict.fromkeys([*market.ring_fence, GAP], 0.0)
        for (g, _, year), amount in paid.items():
            if year == y and g in used:
                used[g] += amount
        gap = used.pop(GAP)
        income = sum(
            used[g] if market.ring_fence[g] else market.income.get((g, y), 0.0) for g in used
        )
        drawn = _or_nil(cost + fixed - income - gap)
        balance -= drawn
        recurring = cost + fixed - market.one_off_cost[y]
        recurs = sum(amount for g, amount in used.items() if g not in one_off)
        structural = max(0.0, _or_nil(recurring - recurs))
        rows.append((y, cost, fixed, income, 0.0, drawn, balance, structural, gap))
    return pd.DataFrame(
        rows,
        columns=[
            "year",
            "cost",
            "fixed_cost",
            "income",
            "trading",
            "reserves_drawn",
            "reserves_balance",
            "structural_gap",
            "managed_gap",
        ],
    )


def _or_nil(amount: float) -> float:
    """Return £, or nil where it is only what rounding leaves of a difference."""
    return amount if abs(amount) > NOISE else 0.0
