"""Decisions and sign-offs, where every figure is from, and the method in a page."""

from collections.abc import Iterator

from planning.budget_paper import words
from planning.budget_paper.brief import Brief
from planning.budget_paper.exhibits import exhibit
from planning.papers.blocks import Block, Head, Heading, Paragraph, Points
from planning.schedules.decisions import decision_schedule
from planning.schedules.provenance import provenance_schedule


def decisions(brief: Brief) -> Iterator[Block]:
    """Yield what was decided, and who has still to sign."""
    yield Heading(1, "Decisions and sign-offs")
    made = decision_schedule(brief.case, brief.tables)
    if made.rows.empty:
        yield Paragraph(words.NO_DECISIONS)
        return
    yield Paragraph(words.SIGN_OFF)
    heads = {
        "kind": Head("Kind", 1.0),
        "statement": Head("What", 3.2),
        "body": Head("Body or office", 1.6),
        "status": Head("Status", 1.0),
        "name": Head("Name", 1.3),
        "date": Head("Date", 1.1),
    }
    rows = made.rows.assign(
        name=made.rows["name"].replace("", "not signed"),
        date=made.rows["date"].replace("", "not signed"),
    )
    yield exhibit(
        "Decisions and sign-offs",
        heads,
        rows,
        note="[z] does not apply. Source: decisions.csv and sign_offs.csv of the case.",
    )


def provenance(brief: Brief) -> Iterator[Block]:
    """Yield, for each table of the case, how many rows are invented and how many sources it has."""
    made = provenance_schedule(brief.case, brief.tables)
    invented = made.rows["rows"].where(made.rows["illustrative"] == "Yes", 0.0)
    named = (made.rows["source"].str.strip() != "").astype(float)
    counts = made.rows.assign(invented=invented, sources=named).groupby("table", as_index=False)
    told = counts[["rows", "invented", "sources"]].sum()
    columns = {"rows": "Rows", "invented": "Illustrative rows", "sources": "Sources named"}
    yield Heading(1, "Provenance")
    yield Paragraph(words.PROVENANCE)
    yield exhibit(
        "Where the rows of the case are from",
        {"table": Head("Table of the case", 2.0)}
        | {name: Head(label, 1.0, figures=True) for name, label in columns.items()},
        told.assign(**{name: told[name].map("{:,.0f}".format) for name in columns}),
        note=" ".join((*made.notes, "Digests of every file are in manifest.json.")),
    )


def method(brief: Brief) -> Iterator[Block]:
    """Yield how the plan was made, in a page."""
    yield Heading(1, "Method")
    yield Points(words.METHOD)
