"""What proposals add to cost, year by year, as far as they are delivered."""

import pandas as pd

from planning.case import Case
from planning.tables.schema import GIVES


def counted_proposals(case: Case) -> pd.DataFrame:
    """Return ``proposals.csv`` with ``amount`` as what each adds to cost in £, below nil a saving.

    A saving or income counts only as far as it is expected to be delivered, and none of an
    organisation before the year in which it takes its services over.
    """
    table, bodies = case.proposals, case.organisations
    begins = dict(zip(bodies["organisation"], bodies["transfer_year"], strict=True))
    exists = [
        begins.get(body, "") <= year
        for body, year in zip(table["organisation"], table["year"], strict=True)
    ]
    delivered = (table["amount"] * table["delivery"].fillna(1.0)).where(exists, 0.0)
    gives = table["kind"].isin(GIVES)
    return table.assign(amount=table["amount"].where(~gives, -delivered))


def promised(case: Case, year: str) -> pd.DataFrame:
    """Return the savings and new income proposed for a year, with £ ``counted`` on of each."""
    due = case.proposals["kind"].isin(GIVES) & (case.proposals["year"] == year)
    return case.proposals[due].assign(counted=0.0 - counted_proposals(case).loc[due, "amount"])
