"""Decisions that the plan rests on, and who has signed it off."""

from planning.audit import unsigned
from planning.case import Case
from planning.papers.columns import Table
from planning.schedules.schedule import Schedule, Tables, rows_of, text

TABLE = Table(
    "decisions",
    "Decisions and sign-offs",
    "What was decided that the plan rests on, and who has to sign it off.",
    (
        text("kind", "A decision, or a sign-off."),
        text("reference", "Its key in decisions.csv or sign_offs.csv."),
        text("statement", "What was decided, or is signed off."),
        text("status", "Whether it has been."),
        text("body", "Who decides: a body of the council, or an office.", "Body or office"),
        text("name", "Who signed.", blank="not signed"),
        text("date", "When.", blank="not signed"),
        text("record", "The minute or notice that records it.", "Record"),
    ),
)


def decision_schedule(case: Case, tables: Tables) -> Schedule:
    """Return ``decisions.csv`` and ``sign_offs.csv`` in one table, what is not signed first."""
    rows = [
        {
            "kind": "Sign-off",
            "reference": one["sign_off"],
            "statement": one["statement"],
            "status": "Not signed" if open_still else "Signed",
            "body": one["role"],
            "name": one["name"],
            "date": one["date"],
            "record": "[z]",
        }
        for open_still, one in sorted(
            zip(unsigned(case), case.sign_offs.to_dict("records"), strict=True),
            key=lambda pair: (not pair[0], pair[1]["sign_off"]),
        )
    ]
    rows += [
        {
            "kind": "Decision",
            "reference": one["decision"],
            "statement": one["statement"],
            "status": "Decided",
            "body": one["body"],
            "name": "[z]",
            "date": one["date"],
            "record": one["reference"],
        }
        for one in case.decisions.sort_values("date").to_dict("records")
    ]
    none = ("The case names no decision and no sign-off.",)
    return Schedule(TABLE, rows_of(TABLE, rows), () if rows else none)
