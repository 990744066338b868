"""What demand would cost, and what there is to pay for it."""

from collections.abc import Iterator

import pandas as pd

from planning.budget_paper import words
from planning.budget_paper.brief import Brief
from planning.budget_paper.exhibits import exhibit, money_columns
from planning.papers.blocks import Block, Head, Heading, Paragraph, Picture
from planning.papers.charts import Chart, jaws, jaws_title

PENCE = -3
"""Jaws are drawn to the nearest £1,000: another machine's last digit must not move a line."""


def outlook(brief: Brief) -> Iterator[Block]:
    """Yield the jaws and their table."""
    yield Heading(1, "The outlook")
    yield Paragraph(words.OUTLOOK)
    yield Picture("Cost of demand at today's mix, and income, with 80% ranges", jaws_chart(brief))
    columns = [f"{name}_{which}" for which in ("cost", "income") for name in _BAND]
    rows, scale = money_columns(rounded_jaws(brief), columns)
    heads = {"year": Head("Year", 1.0)} | {
        f"{name}_{which}": Head(f"{label}, {words_}", 1.2, figures=True)
        for which, label in (("cost", "Cost"), ("income", "Income"))
        for name, words_ in _BAND.items()
    }
    yield exhibit(
        f"Cost of demand at today's mix, and income ({scale.unit})",
        heads,
        rows,
        note=f"{scale.rounding} Cash terms. Low and high are the ends of 80% prediction intervals. "
        "Source: the forecast paths of this case, demand.csv, income.csv and offers.csv.",
    )


_BAND = {"median": "middle", "lo80": "low", "hi80": "high"}


def jaws_chart(brief: Brief) -> Chart:
    """Return the jaws chart."""
    cost, income = _rounded(brief.cost), _rounded(brief.income)
    return jaws(cost, income, title=jaws_title(cost, income))


def rounded_jaws(brief: Brief) -> pd.DataFrame:
    """Return cost and income of the chart in one table, to the nearest £1,000."""
    cost, income = _rounded(brief.cost), _rounded(brief.income)
    return cost.merge(income, on="year", suffixes=("_cost", "_income"))


def _rounded(band: pd.DataFrame) -> pd.DataFrame:
    return band.round(dict.fromkeys(_BAND, PENCE))
