"""Options considered: other plans where they were made, and what each rule costs."""

from collections.abc import Iterator

import pandas as pd

from planning.budget_paper import words
from planning.budget_paper.brief import Brief
from planning.budget_paper.exhibits import exhibit, money_columns
from planning.headline import headline
from planning.papers.blocks import Block, Field, Head, Heading, Paragraph, Points
from planning.papers.scale import NOT_TOLD, scale_of
from planning.schedules.options import option_schedule

GOALS = {
    "statutory_demand": "Statutory demand",
    "funding_gap": "Funding gap",
    "other_demand": "Other demand",
    "cost": "Cost",
}
"""The goals in £ that a rule may cost."""
PENNY = 0.005
"""£ below which a figure is nil to the penny."""


MOVES = {
    "managed_gap_change": "funding gap",
    "structural_gap_change": "structural gap of the last year",
    "cost_change": "cost",
    "reserves_balance_change": "reserves at the end",
}
"""What an option moves, in the words of a sentence."""


def options(brief: Brief) -> Iterator[Block]:
    """Yield what the case's scenarios come to beside the plan, and what each rule costs."""
    yield Heading(1, "Options considered, and why they were not chosen")
    made = option_schedule(brief.case, brief.tables)
    if made.rows.empty:
        yield Paragraph(words.NO_OPTIONS)
    else:
        yield Paragraph(words.OPTIONS)
        yield _plans(brief, made.rows)
        yield Points(tuple(_moves(made.rows)))
    yield Field("Why each option was not chosen:")
    yield Heading(2, "What the council's rules cost")
    yield from _rules(brief)


def _plans(brief: Brief, made: pd.DataFrame) -> Block:
    """Return the options under the plan itself, each with its figures."""
    columns = ["cost", "managed_gap", "structural_gap", "reserves_balance", "statutory_demand"]
    goals = brief.tables["goals"].set_index("goal")["value"]
    plan = {
        "scenario": "This plan",
        **headline(brief.tables["budget"]),
        "statutory_demand": goals["statutory_demand"],
        "targets_missed": (brief.tables["targets"]["shortfall"] > 0.0).sum(),
    }
    both = pd.concat([pd.DataFrame([plan]), made], ignore_index=True)
    rows, scale = money_columns(both, columns)
    missed = both["targets_missed"].map(lambda n: NOT_TOLD if pd.isna(n) else f"{n:.0f}")
    labels = (
        "Cost, all years",
        "Funding gap, all years",
        "Structural gap, last year",
        "Reserves at the end",
        "Statutory demand unmet",
    )
    heads = {"scenario": Head("Plan", 2.0)} | {
        name: Head(label, 1.2, figures=True) for name, label in zip(columns, labels, strict=True)
    }
    heads |= {"targets_missed": Head("Targets missed", 1.0, figures=True)}
    return exhibit(
        f"Other plans of the same case ({scale.unit})",
        heads,
        rows.assign(targets_missed=missed),
        note=f"{scale.rounding} Targets are counted over all years. Source: options.csv.",
        totals=(0,),
    )


def _moves(made: pd.DataFrame) -> Iterator[str]:
    """Yield a sentence for each option: what it would move, or why it has no plan."""
    told = scale_of(made[list(MOVES)].to_numpy(dtype=float).ravel()).words
    for row in made.to_dict("records"):
        name = str(row["scenario"]).capitalize()
        if row["conflict"]:
            yield f"{name}: no plan keeps every rule. These cannot all hold: {row['conflict']}."
            continue
        moves = [
            f"{what} {told(abs(row[column]))} {'more' if row[column] > 0.0 else 'less'}"
            for column, what in MOVES.items()
            if row[column]
        ]
        yield f"{name}: {', '.join(moves) or 'the same money as this plan'}."


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
