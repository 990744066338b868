"""What is proposed, to whom the money goes, and why."""

from collections.abc import Iterator

import pandas as pd

from planning.budget_paper import words
from planning.budget_paper.brief import Brief
from planning.budget_paper.exhibits import YEARS, by_year, exhibit, money_columns
from planning.budget_paper.figures import spending_chart
from planning.papers.blocks import Block, Exhibit, Head, Heading, Paragraph, Picture
from planning.papers.columns import NOT_APPLICABLE
from planning.papers.scale import THOUSANDS
from planning.schedules.bodies import budget_by_organisation
from planning.schedules.proposals import proposal_schedule
from planning.schedules.schedule import named

MOST = 10
"""Movements that are told."""
PENNY = 0.005
"""£ below which a movement is nil to the penny."""


def proposed(brief: Brief) -> Iterator[Block]:
    """Yield who answers for the money, where it moves, and every proposal."""
    yield Heading(1, "What is proposed, and why")
    yield Paragraph(words.PROPOSED)
    yield from _bodies(brief)
    yield from _moves(brief)
    yield Heading(2, "Savings, new income, pressures and investments")
    if brief.case.proposals.empty:
        yield Paragraph(words.NO_PROPOSALS)
    else:
        yield Paragraph(words.PROPOSALS)
        yield from _proposals(brief)


def _bodies(brief: Brief) -> Iterator[Block]:
    made = budget_by_organisation(brief.case, brief.tables)
    yield Heading(2, "Awards by organisation")
    yield Picture("Budget by organisation and year", spending_chart(brief.case, brief.tables))
    yield from by_year(
        made.rows,
        brief.years,
        title=made.table.title,
        first="Organisation",
        source=" ".join((*made.notes, "Source: allocation.csv, with costs and proposals.")),
        totals=(len(made.rows) - 1,),
    )


def moves_of(brief: Brief) -> pd.DataFrame:
    """Return service, provider, before, after, change in £: the largest movements first."""
    bought = brief.tables["allocation"]
    paid = bought.groupby(["service", "provider", "year"])["cost"].sum().unstack(fill_value=0.0)
    ends = paid.reindex(columns=[brief.years[0], brief.years[-1]], fill_value=0.0)
    moved = pd.DataFrame({"before": ends.iloc[:, 0], "after": ends.iloc[:, 1]}).reset_index()
    moved = moved.assign(change=moved["after"] - moved["before"])
    moved = moved[moved["change"].abs() > PENNY]
    order = moved["change"].abs().sort_values(ascending=False, kind="stable").index
    return moved.loc[order].head(MOST).reset_index(drop=True)


def _moves(brief: Brief) -> Iterator[Block]:
    yield Heading(2, "Top movements")
    moved = moves_of(brief)
    if moved.empty:
        yield Paragraph(words.NO_MOVES)
        return
    yield Paragraph(words.MOVES)
    rows, scale = money_columns(moved, ["before", "after", "change"])
    rows = rows.assign(
        service=moved["service"].map(named(brief.case.services, "service")),
        provider=moved["provider"].map(named(brief.case.providers, "provider")),
        change=moved["change"].map(scale.signed),
    )
    heads = {
        "service": Head("Service", 2.6),
        "provider": Head("Provider", 2.8),
        "before": Head(brief.years[0], 1.0, figures=True),
        "after": Head(brief.years[-1], 1.0, figures=True),
        "change": Head("Change", 1.0, figures=True),
    }
    yield exhibit(
        f"The {len(rows)} largest movements of money ({scale.unit})",
        heads,
        rows,
        note=f"{scale.rounding} What is paid in each year, cash terms. Source: allocation.csv.",
    )


def _proposals(brief: Brief) -> Iterator[Exhibit]:
    made = proposal_schedule(brief.case, brief.tables)
    rows = made.rows
    for start in range(0, len(brief.years), YEARS):
        years = brief.years[start : start + YEARS]
        part = "" if len(brief.years) <= YEARS else f", {years[0]} to {years[-1]}"
        heads = {
            "reference": Head("Reference", 2.75),
            "description": Head("Description", 3.0),
            "kind": Head("Kind", 1.6),
            **{year: Head(year, 1.4, figures=True) for year in years},
            "delivery": Head("Delivery", 1.4, figures=True),
            "risk": Head("Risk", 1.3),
        }
        told = rows.assign(
            **{year: rows[year].map(_thousands) for year in years},
            kind=_kinds(rows),
            delivery=rows["delivery"].map(
                lambda share: "[z]" if pd.isna(share) else f"{share:.0%}"
            ),
        )
        yield exhibit(
            f"Proposals{part} (£000)",
            heads,
            told,
            note="Figures are in thousands of pounds, delivery in whole per cent. [z] does not "
            "apply. Source: proposals.csv of the case; owners and equality references are in the "
            "workbook.",
            totals=(len(told) - 2, len(told) - 1),
        )


def _kinds(rows: pd.DataFrame) -> pd.Series:
    """Return what each proposal is, and whether it recurs; the sums are neither."""
    both = rows["kind"] + ", " + rows["recurs"].str.lower()
    return both.where(rows["kind"] != NOT_APPLICABLE, NOT_APPLICABLE)


def _thousands(amount: float) -> str:
    """Return thousands of pounds as they are read; a year without any does not apply."""
    return "[z]" if pd.isna(amount) else THOUSANDS.figure(amount * THOUSANDS.size)
