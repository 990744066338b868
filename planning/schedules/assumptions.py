"""Assumptions, those that are weakest for their weight first."""

from planning.audit import weights
from planning.case import Case
from planning.papers.columns import Table
from planning.schedules.schedule import Schedule, Tables, number, rows_of, text

TABLE = Table(
    "assumptions",
    "Assumptions: what the plan takes for granted",
    "The weakest for their weight first: impact times what the evidence lacks.",
    (
        text("assumption", "Its key in assumptions.csv.", "Reference"),
        text("statement", "What is assumed.", "Assumption"),
        text("value", "The figure assumed, with its unit.", blank="[z]"),
        number("quality", "How good the evidence is.", "1 guess to 5 measured"),
        number("impact", "How much of the plan hangs on it.", "1 little to 5 all of it"),
        text("owner", "Who answers for it.", blank="nobody yet"),
        text("agreed_by", "Who has agreed it.", blank="nobody yet"),
        text("review_by", "The day by which it must be looked at again.", blank="none set"),
        text("source", "Where it is from.", blank="none given"),
        text("note", "What a reader should know of it.", blank="none"),
    ),
)


def assumption_schedule(case: Case, tables: Tables) -> Schedule:
    """Return ``assumptions.csv`` by weight, ``(6 - quality) * impact``, the greatest first."""
    held = case.assumptions
    rows = held.assign(weight=-weights(case)).sort_values(["weight", "assumption"])
    notes = (
        "Weight is impact times (6 less quality), from 1 to 25: a guess on which the plan hangs "
        "is 25.",
    )
    none = ("The case names no assumption, which does not mean that it makes none.",)
    return Schedule(TABLE, rows_of(TABLE, rows), notes if len(rows) else none)
