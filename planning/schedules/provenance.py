"""Provenance: every source that the case names, and what rests on it."""

import pandas as pd

from planning.case import Case
from planning.papers.columns import Table
from planning.schedules.schedule import Schedule, Tables, number, rows_of, text
from planning.summary import illustrative_line
from planning.tables.edits import SCENARIOS

TABLE = Table(
    "provenance",
    "Provenance: where every row of the case is from",
    "One row for each source and table, what is invented first.",
    (
        text("illustrative", "Yes where the source says that the figures are invented."),
        text("source", "The source, in the words of the case.", blank="none given"),
        text("table", "The table of the case whose rows rest on it."),
        number("rows", "How many of its rows do.", "rows", words="Rows that rest on it"),
    ),
)


def provenance_schedule(case: Case, tables: Tables) -> Schedule:
    """Return every source of the case's tables with how many rows rest on it."""
    parts = [
        held.groupby("source").size().rename("rows").reset_index().assign(table=f"{name}.csv")
        for name, held in case.tables.items()
        if len(held) and (name != SCENARIOS or case.edits)
    ]
    rows = pd.concat(parts, ignore_index=True)
    invented = rows["source"].str.strip().str.lower().str.startswith("illustrative")
    rows = rows.assign(illustrative=invented.map({True: "Yes", False: "No"}), first=~invented)
    rows = rows.sort_values(["first", "source", "table"])
    return Schedule(TABLE, rows_of(TABLE, rows), (f"{illustrative_line(case)}.",))
