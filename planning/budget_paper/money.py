"""What the plan costs, how it is funded, and what becomes of reserves."""

from collections.abc import Iterator

from planning.budget_paper import words
from planning.budget_paper.brief import Brief
from planning.budget_paper.exhibits import by_year, exhibit, money_columns
from planning.budget_paper.figures import bridge_chart, reserves_chart
from planning.papers.blocks import Block, Head, Heading, Paragraph, Picture, Points
from planning.papers.scale import scale_of
from planning.schedules.mtfs import BESIDE, FUNDING, REQUIREMENT, mtfs
from planning.schedules.reserves import reserve_schedule

PENNY = 0.005
"""£ below which a figure is nil to the penny."""


def money(brief: Brief) -> Iterator[Block]:
    """Yield the bridge, the medium-term summary and what funds it, and the reserves."""
    made = mtfs(brief.case, brief.tables)
    yield Heading(1, "What it costs, and how it is funded")
    yield Paragraph(words.MONEY)
    yield Points(tuple(_gaps(brief)))
    yield Heading(2, "The requirement, year by year")
    yield Picture("What takes each year's requirement to the next", bridge_chart(brief.case, made))
    titles = {
        REQUIREMENT: "Medium-term financial plan: the requirement",
        FUNDING: "Medium-term financial plan: what funds it",
        BESIDE: "Medium-term financial plan: beside the sum",
    }
    for section, title in titles.items():
        rows = made.rows[made.rows["section"] == section].drop(columns="section")
        yield from by_year(
            rows,
            brief.years,
            title=title,
            first="Line",
            source="Cash terms. Source: budget.csv, funding.csv and allocation.csv.",
            totals=() if section == BESIDE else (len(rows) - 1,),
        )
    yield Points(made.notes)
    yield from _reserves(brief)


def _gaps(brief: Brief) -> Iterator[str]:
    """Yield what nothing covers, and what recurs beneath one-off money."""
    budget, last = brief.tables["budget"], brief.years[-1]
    gap, structural = float(budget["managed_gap"].sum()), float(budget["structural_gap"].iloc[-1])
    told = scale_of([gap, structural, *budget["cost"]]).words
    yield words.GAP.format(gap=told(gap)) if gap > PENNY else words.NO_GAP
    some = words.STRUCTURAL.format(last=last, structural=told(structural))
    yield some if structural > PENNY else words.NO_STRUCTURAL.format(last=last)


def _reserves(brief: Brief) -> Iterator[Block]:
    yield Heading(2, "Reserves")
    yield Picture("Reserves and their floor", reserves_chart(brief.case, brief.tables))
    made = reserve_schedule(brief.case, brief.tables)
    columns = ["opening", "drawn", "balance", "minimum", "headroom"]
    rows, scale = money_columns(made.rows, columns)
    labels = ("Opening", "Drawn", "At year's end", "Minimum", "Above minimum")
    heads = {"reserve": Head("Reserve", 2.0), "year": Head("Year", 1.0)} | {
        name: Head(label, 1.0, figures=True) for name, label in zip(columns, labels, strict=True)
    }
    yield exhibit(
        f"Reserves ({scale.unit})",
        heads,
        rows,
        note=f"{scale.rounding} Drawn is net: below nil is added. Source: reserves.csv.",
    )
