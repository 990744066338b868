"""What changed in the tables of two plans: demand, allocation, budget, targets and reserves."""

import pandas as pd

from planning.comparison.beside import PENNY, UNIT, beside, moved
from planning.comparison.sides import Side

Years = tuple[str, ...]

LINES = {
    "cost": "Cost of units",
    "fixed_cost": "Fixed cost",
    "income": "Income",
    "trading": "Trading",
    "reserves_drawn": "Reserves drawn, net",
    "managed_gap": "Managed gap",
    "structural_gap": "Structural gap",
    "reserves_balance": "Reserves at the year's end",
}
"""The lines of the budget, by the column of budget.csv."""


def allocation_changes(old: Side, new: Side, *, by: str, years: Years) -> pd.DataFrame:
    """Return what is bought, in £ over some years: key, cost and, where they add up, units used.

    Parameters
    ----------
    old, new : Side
        The two plans.
    by : str
        ``"offer"``, ``"provider"``, ``"service"``, or ``"organisation"``: the one that answers for
        the service. Units are added up over an offer or a service, never over several services.
    years : tuple of str
        The years that both plans have.

    Raises
    ------
    ValueError
        If `by` is none of them, or the organisation is not known without the cases.
    """
    if by not in ("offer", "provider", "service", "organisation"):
        raise ValueError(f"by must be offer, provider, service or organisation, not {by!r}")
    figures = ["cost", "used"] if by in ("offer", "service") else ["cost"]
    parts = []
    for side in (old, new):
        rows = side.over("allocation", years)
        if by == "organisation":
            if side.case is None:
                raise ValueError(f"which organisation answers is not known of {side.name}")
            body = side.case.services.set_index("service")["organisation"]
            rows = rows.assign(organisation=rows["service"].map(body).replace("", "the council"))
        parts.append(rows.groupby(by, as_index=False)[figures].sum())
    # What a plan does not buy costs it nothing.
    table = beside(*parts, keys=[by], figures=figures, absent=0.0)
    return moved(table, {"cost": PENNY} | ({"used": UNIT} if "used" in figures else {}))


def budget_changes(old: Side, new: Side, *, years: Years) -> pd.DataFrame:
    """Return every line of the budget by year: year, line, from, to, change, in £."""
    table = beside(
        old.over("budget", years), new.over("budget", years), keys=["year"], figures=list(LINES)
    )
    parts = [
        pd.DataFrame(
            {
                "year": table["year"],
                "line": title,
                "from": table[f"{column}_from"],
                "to": table[f"{column}_to"],
                "change": table[f"{column}_change"],
            }
        )
        for column, title in LINES.items()
    ]
    return pd.concat(parts).sort_values("year", kind="stable", ignore_index=True)


def target_changes(old: Side, new: Side, *, years: Years) -> pd.DataFrame:
    """Return the targets of which anything changes: what is asked, achieved and missed."""
    figures = ["target", "achieved", "shortfall"]
    table = beside(
        old.over("targets", years),
        new.over("targets", years),
        keys=["outcome", "year"],
        figures=figures,
    )
    return moved(table, dict.fromkeys(figures, 1e-6))


def reserve_changes(old: Side, new: Side, *, years: Years) -> pd.DataFrame:
    """Return the reserves that are drawn on otherwise, or stand otherwise, by year, in £."""
    figures = ["drawn", "balance", "minimum"]
    table = beside(
        old.over("reserves", years),
        new.over("reserves", years),
        keys=["reserve", "year"],
        figures=figures,
    )
    return moved(table, dict.fromkeys(figures, PENNY))


def income_changes(old: Side, new: Side, *, years: Years) -> pd.DataFrame:
    """Return the streams that bring in, or are used, otherwise, by year, in £."""
    figures = ["amount", "used"]
    table = beside(
        old.over("income", years),
        new.over("income", years),
        keys=["stream", "year"],
        figures=figures,
    )
    return moved(table, dict.fromkeys(figures, PENNY))
