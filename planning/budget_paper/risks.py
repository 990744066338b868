"""What could go wrong: the stress tests, and what the case's own records warn of."""

from collections.abc import Iterator

from planning.audit import late, overdue, unagreed, unsigned
from planning.budget_paper import words
from planning.budget_paper.brief import Brief
from planning.budget_paper.exhibits import exhibit
from planning.budget_paper.figures import tornado_chart
from planning.papers.blocks import Block, Head, Heading, Paragraph, Picture, Points
from planning.papers.scale import scale_of
from planning.schedules.assumptions import assumption_schedule
from planning.schedules.sensitivities import sensitivity_schedule

CHANGES = {
    "managed_gap_change": "Funding gap, all years",
    "structural_gap_change": "Structural gap, last year",
    "cost_change": "Cost, all years",
    "reserves_balance_change": "Reserves at the end",
}
"""The columns told, each against the plan."""


def risks(brief: Brief) -> Iterator[Block]:
    """Yield the stress tests, the assumptions and what is overdue or unsigned."""
    yield Heading(1, "Risks and stress tests")
    yield from _tests(brief)
    yield Heading(2, "Assumptions")
    if not brief.dated:
        yield Paragraph(words.UNDATED)
    if warned := tuple(warnings(brief)):
        yield Paragraph("To be put right before council decides:")
        yield Points(warned)
    yield from _assumptions(brief)


def _tests(brief: Brief) -> Iterator[Block]:
    made = sensitivity_schedule(brief.case, brief.tables)
    if made.rows.empty:
        yield Paragraph(words.NO_TESTS)
        return
    yield Paragraph(words.RISKS)
    yield Picture("What hangs on what", tornado_chart(brief.case, brief.tables))
    scale = scale_of(made.rows[list(CHANGES)].to_numpy(dtype=float).ravel())
    rows = made.rows.assign(**{name: made.rows[name].map(scale.signed) for name in CHANGES})
    heads = {"factor": Head("What is changed", 2.4), "change": Head("By how much", 2.2)} | {
        name: Head(label, 1.2, figures=True) for name, label in CHANGES.items()
    }
    yield exhibit(
        f"Stress tests: what each change adds to the plan ({scale.unit})",
        heads,
        rows,
        note=f"{scale.rounding} Against the plan; a minus is less. Source: sensitivities.csv.",
    )
    yield Points(made.notes)


def warnings(brief: Brief) -> Iterator[str]:
    """Yield what the case's own records warn of, on the day that the paper bears."""
    yield from overdue(brief.case, dated=brief.dated)
    yield from unagreed(brief.case)
    for sign in brief.case.sign_offs[unsigned(brief.case)].itertuples():
        yield f"Not signed off by the {sign.role}: {sign.statement}"


def _assumptions(brief: Brief) -> Iterator[Block]:
    made = assumption_schedule(brief.case, brief.tables)
    if made.rows.empty:
        yield Paragraph(words.NO_ASSUMPTIONS)
        return
    overdue_now = late(made.rows["review_by"], brief.dated).map({True: " (overdue)", False: ""})
    rows = made.rows.assign(
        quality=made.rows["quality"].map("{:.0f}".format),
        impact=made.rows["impact"].map("{:.0f}".format),
        review_by=made.rows["review_by"] + overdue_now,
    )
    heads = {
        "statement": Head("Assumption", 3.0),
        "value": Head("Value", 1.5),
        "quality": Head("Quality (1 to 5)", 1.1, figures=True),
        "impact": Head("Impact (1 to 5)", 1.1, figures=True),
        "owner": Head("Owner", 1.4),
        "agreed_by": Head("Agreed by", 1.4),
        "review_by": Head("Review by", 1.4),
    }
    note = " ".join((*made.notes, "Source: assumptions.csv of the case."))
    yield exhibit("Assumptions, the weakest for their weight first", heads, rows, note=note)
