"""The figures by which plans of one case are set side by side, and how far each has moved."""

from collections.abc import Mapping

import pandas as pd

HEADLINE = ("managed_gap", "structural_gap", "cost", "reserves_balance")

LARGEST = 50_000
"""Offers times years beyond which no other plan is made: each would take minutes."""

PENNY = 0.005
"""£ below which a difference is nil to the penny."""


def headline(budget: pd.DataFrame) -> Mapping[str, float]:
    """Return what ``budget.csv`` comes to, in £.

    The managed gap and cost, fixed cost too, are over all years; the structural gap and reserves
    are of the last.
    """
    return {
        "managed_gap": float(budget["managed_gap"].sum()),
        "structural_gap": float(budget["structural_gap"].iloc[-1]),
        "cost": float((budget["cost"] + budget["fixed_cost"]).sum()),
        "reserves_balance": float(budget["reserves_balance"].iloc[-1]),
    }


def no_headline() -> Mapping[str, float]:
    """Return the figures of what has no plan: none is a number."""
    return dict.fromkeys(HEADLINE, float("nan"))


def moved(figures: Mapping[str, float], base: Mapping[str, float]) -> Mapping[str, float]:
    """Return how much more than in the plan each figure is, in £, nil where nil to the penny."""
    apart = {name: value - base[name] for name, value in figures.items()}
    return {
        f"{name}_change": 0.0 if abs(change) < PENNY else change for name, change in apart.items()
    }
