"""From a case and its outlook to the problem that is allocated for."""

import pandas as pd

from optimisation import Problem
from planning.case import Case
from planning.outlook import Outlook


def problem_of(outlook: Outlook) -> Problem:
    """Return what is asked of the allocation: the case with the outlook's demand and income."""
    case, settings = outlook.case, outlook.case.settings
    bodies = case.organisations
    named = bodies["provider"].where(bodies["provider"] != "", bodies["organisation"])
    return Problem(
        years=case.years,
        discount_rate=settings.discount_rate,
        reserves=_reserves(case),
        demand=outlook.demand,
        income=outlook.income,
        organisations=bodies.assign(provider=named),
        **{
            name: case.tables[name]
            for name in (
                "services",
                "streams",
                "providers",
                "offers",
                "tiers",
                "outcomes",
                "targets",
                "effects",
                "prevention",
                "rules",
                "costs",
                "proposals",
            )
        },
    )


def _reserves(case: Case) -> pd.DataFrame:
    """Return reserves.csv, or the one general reserve of case.toml."""
    if len(case.reserves):
        return case.reserves
    settings = case.settings
    general = {"reserve": "general", "opening": settings.opening, "minimum": settings.minimum}
    return pd.DataFrame([general | {"one_off_only": False}])
