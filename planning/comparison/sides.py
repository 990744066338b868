"""The two plans that are compared, each with as much as is known of what it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from planning.case import Case
from planning.outlook import Outlook
from planning.plan import Plan

NEEDED = ("allocation", "demand", "targets", "income", "budget", "reserves", "goals", "forecast")
"""The tables of a plan that are compared."""


class NotComparable(ValueError):
    """Two plans that cannot be laid side by side; says why, and what to do."""


@dataclass(frozen=True)
class Side:
    """One plan: its tables, and the outlook that it was made from if that is known.

    Parameters
    ----------
    name : str
        What it is called in every sentence.
    tables : mapping of str to DataFrame
        The plan's tables, by the name of their file.
    outlook : Outlook or None
        Without it only the tables can be compared.
    digests : mapping of str to str
        The sha256 of each file of its case.
    options : mapping of str to object
        The settings that its manifest gives.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    outlook: Outlook | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> Case | None:
        """The case that it is the plan of, if it is known."""
        return self.outlook.case if self.outlook else None

    @property
    def years(self) -> tuple[str, ...]:
        """The years planned, in order."""
        return tuple(self.tables["budget"]["year"])

    def over(self, table: str, years: tuple[str, ...]) -> pd.DataFrame:
        """Return the rows of some years of a table."""
        rows = self.tables[table]
        return rows[rows["year"].isin(years)]


def compared_tables(plan: Plan) -> Mapping[str, pd.DataFrame]:
    """Return the tables of a plan that are compared, without making those that are not."""
    ahead = {"forecast": plan.outlook.forecast}
    return ahead | {name: getattr(plan.allocation, name) for name in NEEDED if name not in ahead}


def sides_of(old: Plan, new: Plan) -> tuple[Side, Side]:
    """Return two plans as sides, named so that they can be told apart."""
    cases = old.case, new.case
    names = [case.name for case in cases]
    if names[0] == names[1]:
        folders = [str(case.source) for case in cases]
        marks = folders if folders[0] != folders[1] else ["the old plan", "the new plan"]
        names = [f"{name} ({mark})" for name, mark in zip(names, marks, strict=True)]
    first, second = (
        Side(name, compared_tables(plan), plan.outlook, plan.case.digests)
        for name, plan in zip(names, (old, new), strict=True)
    )
    return first, second


def common_years(old: Side, new: Side) -> tuple[str, ...]:
    """Return the years that both plans have, in order.

    Raises
    ------
    NotComparable
        If there is none.
    """
    years = tuple(year for year in old.years if year in new.years)
    if not years:
        spans = [f"{side.name} is for {side.years[0]} to {side.years[-1]}" for side in (old, new)]
        raise NotComparable(
            f"{', and '.join(spans)}: no year is in both. Compare plans that share a year."
        )
    return years
