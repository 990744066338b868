"""Targets met and missed, with what each costs."""

from collections.abc import Iterator

import numpy as np

from planning.budget_paper import words
from planning.budget_paper.brief import Brief
from planning.budget_paper.exhibits import exhibit
from planning.budget_paper.figures import targets_chart
from planning.papers.blocks import Block, Head, Heading, Paragraph, Picture
from planning.papers.columns import Kind
from planning.papers.view import readable
from planning.schedules.targets import target_schedule


def promises(brief: Brief) -> Iterator[Block]:
    """Yield what each target asks, what is achieved, and what one unit of it costs."""
    yield Heading(1, "Targets met and missed")
    made = target_schedule(brief.case, brief.tables)
    if made.rows.empty:
        yield Paragraph(words.NO_TARGETS)
        return
    yield Paragraph(words.TARGETS)
    yield Picture("What the plan achieves of each target", targets_chart(brief.case, brief.tables))
    rows = made.rows.sort_values(["statutory", "outcome", "year"], ascending=[False, True, True])
    told = rows.assign(
        target=rows["target"].map(level),
        achieved=rows["achieved"].map(level),
        marginal_cost=rows["marginal_cost"].map(price),
    )
    heads = {
        "outcome": Head("Outcome", 3.0),
        "unit": Head("Unit", 1.5),
        "statutory": Head("By law", 0.7),
        "year": Head("Year", 0.9),
        "target": Head("Target", 1.0, figures=True),
        "achieved": Head("Achieved", 1.1, figures=True),
        "met": Head("Met or missed", 0.9),
        "marginal_cost": Head("Marginal cost (£ a unit)", 1.4, figures=True),
    }
    yield exhibit(
        "Targets, what is achieved, and what one unit of each costs",
        heads,
        told,
        note="Levels are to four figures, whole numbers from 1,000; the marginal cost is to the "
        "penny. [x] is a price that cannot be vouched for, or an average of nothing. "
        "Source: targets.csv.",
    )


def level(value: float) -> str:
    """Return a level of an outcome as it is read."""
    if not np.isfinite(value):
        return "[x]"
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:,.4g}"


def price(value: float) -> str:
    """Return a marginal cost as it is read."""
    return readable(float(value), Kind.RATE) if np.isfinite(value) else "[x]"
