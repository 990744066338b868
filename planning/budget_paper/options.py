"""Options considered: other plans where they were made, and what each rule costs."""

from collections.abc import Iterator

import pandas as pd

from planning.budget_paper import words
from planning.budget_paper.brief import Brief
from planning.budget_paper.exhibits import exhibit, money_columns
from planning.papers.blocks import Block, Field, Head, Heading, Paragraph

GOALS = {
    "statutory_demand": "Statutory demand",
    "funding_gap": "Funding gap",
    "other_demand": "Other demand",
    "cost": "Cost",
}
"""The goals in £ that a rule may cost."""
PENNY = 0.005
"""£ below which a figure is nil to the penny."""


def options(brief: Brief) -> Iterator[Block]:
    """Yield other plans of the case, and what each rule costs."""
    yield Heading(1, "Options considered, and why they were not chosen")
    if brief.options is not None and len(brief.options):
        yield Paragraph(words.OPTIONS)
        yield from _plans(brief.options)
    else:
        yield Paragraph(words.NO_OPTIONS)
    if names := sorted(set(brief.case.scenarios["scenario"])):
        told = ", ".join(name.replace("_", " ") for name in names)
        yield Paragraph(words.SCENARIOS.format(names=told))
    yield Field("Why each option was not chosen:")
    yield Heading(2, "What the council's rules cost")
    yield from _rules(brief)


def _plans(made: pd.DataFrame) -> Iterator[Block]:
    columns = ["cost", "managed_gap", "structural_gap", "reserves"]
    rows, scale = money_columns(made, columns)
    labels = ("Cost, last year", "Funding gap, all years", "Structural gap, last year", "Reserves")
    heads = {"scenario": Head("Plan", 2.6)} | {
        name: Head(label, 1.2, figures=True) for name, label in zip(columns, labels, strict=True)
    }
    heads |= {"conflict": Head("Why there is no plan", 2.0)}
    refused = made["conflict"].fillna("")
    rows = rows.assign(
        scenario=made["scenario"].str.replace("_", " "),
        conflict=refused.where(refused != "", "there is one"),
    )
    yield exhibit(
        f"Other plans of the same case ({scale.unit})",
        heads,
        rows,
        note=f"{scale.rounding} Source: the plans of the case's scenarios.",
    )


def _rules(brief: Brief) -> Iterator[Block]:
    table = brief.tables["rules"]
    costs = table[(table[list(GOALS)].abs() > PENNY).any(axis=1)]
    if costs.empty:
        yield Paragraph(words.NO_RULES)
        return
    yield Paragraph(words.RULES)
    rows, scale = money_columns(costs, list(GOALS))
    rows = rows.assign(**{c: costs[c].str.replace("_", " ") for c in ("rule", "kind")})
    heads = {"rule": Head("Rule", 2.2), "kind": Head("Kind", 1.4)} | {
        name: Head(label, 1.2, figures=True) for name, label in GOALS.items()
    }
    yield exhibit(
        f"What each rule costs ({scale.unit})",
        heads,
        rows,
        note=f"{scale.rounding} Over all years; demand is priced at the dearest offer. "
        "Source: rules.csv of the plan.",
    )
