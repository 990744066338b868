"""Equality impact by provider and group, as a table for officers to complete."""

from collections.abc import Iterator

import pandas as pd

from planning.budget_paper import words
from planning.budget_paper.brief import Brief
from planning.budget_paper.exhibits import exhibit, money_columns
from planning.papers.blocks import Block, Head, Heading, Paragraph
from planning.schedules.schedule import named

CHARACTERISTICS = (
    "Age",
    "Disability",
    "Gender reassignment",
    "Marriage and civil partnership",
    "Pregnancy and maternity",
    "Race",
    "Religion or belief",
    "Sex",
    "Sexual orientation",
)
"""The protected characteristics of section 4 of the Equality Act 2010."""

BLANK = "to be completed"


def equality(brief: Brief) -> Iterator[Block]:
    """Yield a row for each provider that is paid, a blank for each protected characteristic."""
    yield Heading(1, "Equality impact")
    yield Paragraph(words.EQUALITY)
    bought = brief.tables["allocation"]
    paid = bought.groupby(["provider", "year"])["cost"].sum().unstack(fill_value=0.0)
    paid = paid.reindex(columns=list(brief.years), fill_value=0.0)
    paid = paid[(paid > 0.0).any(axis=1)]
    if paid.empty:
        yield Paragraph(words.EQUALITY_NO_PROVIDERS)
        return
    names = pd.Series(paid.index, index=paid.index).map(named(brief.case.providers, "provider"))
    table = pd.DataFrame({"provider": names, "first": paid.iloc[:, 0], "last": paid.iloc[:, -1]})
    table = table.reset_index(drop=True)
    rows, scale = money_columns(table.sort_values("provider"), ["first", "last"])
    rows = rows.assign(**dict.fromkeys(CHARACTERISTICS, BLANK))
    ends = {"first": Head(f"Paid {brief.years[0]}", 1.5, figures=True)}
    if len(brief.years) > 1:
        ends["last"] = Head(f"Paid {brief.years[-1]}", 1.5, figures=True)
    # All of them beside one another would leave no room to write.
    for some in (CHARACTERISTICS[:4], CHARACTERISTICS[4:]):
        yield exhibit(
            f"Equality impact by provider: {some[0].lower()} to {some[-1].lower()} "
            f"(paid in {scale.unit})",
            {"provider": Head("Provider", 3.4)} | ends | {name: Head(name, 2.2) for name in some},
            rows,
            note=f"{scale.rounding} The characteristics are those of section 4 of the Equality "
            "Act 2010. Source of what is paid: allocation.csv.",
        )
