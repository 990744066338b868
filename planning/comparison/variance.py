"""Why the cost of each service changed: how much is bought, from whom, and at what price."""

import pandas as pd

from planning.comparison.beside import NOISE, PENNY
from planning.comparison.sides import Side

FIXED = "fixed cost"
"""The row of cost that no unit buys."""

PARTS = ["volume", "mix", "price", "fixed"]


def cost_variance(old: Side, new: Side, *, years: tuple[str, ...]) -> pd.DataFrame:
    r"""Split each service's change of cost, in £ over some years, into parts that add up to it.

    service, cost_from, cost_to, cost_change, volume, mix, price, fixed. With :math:`q` the units
    paid for and :math:`p` the £ a unit of each offer, before (0) and after (1), :math:`Q` the
    service's units and :math:`\bar p` its average price, in every year

    .. math::

        volume = \bar p_0 (Q_1 - Q_0), \quad
        price = \sum_o (p_{1o} - p_{0o}) q_{1o}, \quad
        mix = \sum_o p_{0o} q_{1o} - \bar p_0 Q_1

    An offer that was not bought before has no price before: its own is taken, and its effect is one
    of mix. What an award costs that buys nothing is mix too. Cost that no unit buys has a row of
    its own, so that the whole is the change of all cost.

    References
    ----------
    The budget variances of management accounting: price at the new quantity, quantity at the old
    price, the latter split into mix and volume. C. Drury, *Management and Cost Accounting*, chapter
    on standard costing and variance analysis.
    """
    keys = ["service", "year", "offer"]
    sold = [
        side.over("allocation", years).groupby(keys)[["paid", "cost"]].sum() for side in (old, new)
    ]
    both = sold[0].merge(sold[1], on=keys, how="outer", suffixes=("_0", "_1")).fillna(0.0)
    q0, q1 = both["paid_0"], both["paid_1"]
    p1 = (both["cost_1"] / q1).where(q1 > 0.0)
    p0 = (both["cost_0"] / q0).where(q0 > 0.0).fillna(p1).fillna(0.0)
    both["price"] = ((p1 - p0) * q1).where(q1 > 0.0, 0.0)
    both["at_old"] = p0 * q1
    yearly = both.groupby(["service", "year"]).sum()
    before = yearly["cost_0"] / yearly["paid_0"]
    # Where nothing was bought before, all that is bought now is more volume.
    average = before.where(yearly["paid_0"] > 0.0, yearly["at_old"] / yearly["paid_1"]).fillna(0.0)
    yearly["volume"] = average * (yearly["paid_1"] - yearly["paid_0"])
    yearly["change"] = yearly["cost_1"] - yearly["cost_0"]
    yearly["mix"] = yearly["change"] - yearly["price"] - yearly["volume"]
    whole = yearly.groupby("service").sum()
    table = pd.DataFrame(
        {
            "service": whole.index.astype("str"),
            "cost_from": whole["cost_0"].to_numpy(),
            "cost_to": whole["cost_1"].to_numpy(),
            "cost_change": whole["change"].to_numpy(),
            "volume": whole["volume"].to_numpy(),
            "mix": whole["mix"].to_numpy(),
            "price": whole["price"].to_numpy(),
            "fixed": 0.0,
        }
    )
    table = pd.concat([table, _fixed(old, new, years)], ignore_index=True)
    noise = table[["cost_change", *PARTS]].abs() < NOISE
    table = table.mask(noise.reindex(columns=table.columns, fill_value=False), 0.0)
    kept = (table[["cost_change", *PARTS]].abs() > PENNY).any(axis=1)
    return table[kept].reset_index(drop=True)


def _fixed(old: Side, new: Side, years: tuple[str, ...]) -> pd.DataFrame:
    """Return the row of cost that no unit buys."""
    before, after = (float(side.over("budget", years)["fixed_cost"].sum()) for side in (old, new))
    row = {"service": FIXED, "cost_from": before, "cost_to": after, "cost_change": after - before}
    return pd.DataFrame([row | {"volume": 0.0, "mix": 0.0, "price": 0.0, "fixed": after - before}])
