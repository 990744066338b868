"""What a plan comes to over some years: the figures that are compared, to the penny."""

from collections.abc import Mapping
from math import nan

import pandas as pd

from optimisation.facts import Facts
from optimisation.problem import Problem

Levels = Mapping[str, float]

MEASURES = {
    "cost": "Cost of units",
    "fixed_cost": "Fixed cost",
    "income": "Income",
    "trading": "Trading",
    "reserves_drawn": "Reserves drawn, net",
    "managed_gap": "Managed gap",
    "structural_gap": "Structural gap of the last year",
    "reserves_balance": "Reserves at the end",
    "statutory_unmet": "Statutory demand unmet",
    "other_unmet": "Other demand unmet",
    "targets_missed": "Targets missed",
}
"""Every figure; cost and fixed cost less income, trading and reserves drawn are the managed gap."""

TOLD = {
    "managed_gap": "Managed gap",
    "structural_gap": "Structural gap, last year",
    "whole_cost": "Cost",
    "reserves_balance": "Reserves at the end",
    "statutory_unmet": "Statutory demand unmet",
    "other_unmet": "Other demand unmet",
    "targets_missed": "Targets missed",
}
"""What each step is told of."""

OF_LAST_YEAR = ("structural_gap", "reserves_balance")


def measure(
    tables: Mapping[str, pd.DataFrame], problem: Problem | None, *, years: tuple[str, ...]
) -> Levels:
    """Return what a plan comes to over some years: £ to the penny, and targets missed as a count.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The plan's tables.
    problem : Problem or None
        What it is the plan of. Without it demand unmet is known only of all years together, as
        the goals have it.
    years : tuple of str
        The years to count, in order.
    """
    budget = tables["budget"].set_index("year").loc[list(years)]
    levels = {
        name: float(budget[name].iloc[-1] if name in OF_LAST_YEAR else budget[name].sum())
        for name in MEASURES
        if name in budget
    }
    levels["whole_cost"] = levels["cost"] + levels["fixed_cost"]
    levels |= _unmet(tables, problem, years)
    targets = tables["targets"]
    missed = targets["year"].isin(years) & (targets["shortfall"] > 0.0)
    levels["targets_missed"] = float(missed.sum())
    # To the penny, and adding nil turns a negative nil into a plain one.
    return {name: round(value, 2) + 0.0 for name, value in levels.items()}


def _unmet(
    tables: Mapping[str, pd.DataFrame], problem: Problem | None, years: tuple[str, ...]
) -> dict[str, float]:
    """Return demand unmet in £, at the dearest offer's price, as the goals count it."""
    if problem is None:
        known = len(years) == len(tables["budget"])
        goals = tables["goals"].set_index("goal")["value"]
        return {
            f"{law}_unmet": float(goals[f"{law}_demand"]) if known else nan
            for law in ("statutory", "other")
        }
    demand = tables["demand"]
    rows = demand[demand["year"].isin(years)].merge(
        Facts(problem).dearest, on=["service", "year"], how="left", validate="many_to_one"
    )
    law = rows["service"].isin(problem.services.loc[problem.services["statutory"], "service"])
    worth = rows["unmet"] * rows["dearest"]
    return {"statutory_unmet": float(worth[law].sum()), "other_unmet": float(worth[~law].sum())}
