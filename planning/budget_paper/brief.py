"""What every section of the paper is made from."""

from dataclasses import dataclass

import pandas as pd

from planning.case import Case
from planning.schedules.schedule import Tables


@dataclass(frozen=True)
class Brief:
    """A case, its plan's tables, and what they do not hold.

    Parameters
    ----------
    case : Case
        The case planned.
    tables : mapping of str to DataFrame
        The plan's tables, by the name of their file.
    cost, income : DataFrame
        year, median, lo80, hi80 in £: what demand costs at today's mix, and what there is to pay
        for it, see ``planning.outlook.Outlook.cost``.
    dated : str
        The day that the paper bears, ``2015-02-19``; blank if it bears none.
    """

    case: Case
    tables: Tables
    cost: pd.DataFrame
    income: pd.DataFrame
    dated: str = ""

    @property
    def years(self) -> tuple[str, ...]:
        """The plan's years, in order."""
        return self.case.years

    @property
    def span(self) -> str:
        """The plan's years, in words."""
        first, last = self.years[0], self.years[-1]
        return first if first == last else f"{first} to {last}"
