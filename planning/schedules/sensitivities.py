"""Sensitivities: what the plan made again with one thing changed comes to."""

from planning.case import Case
from planning.papers.columns import Table
from planning.papers.contract import TABLES
from planning.schedules.schedule import Schedule, Tables, rows_of
from planning.sensitivities import NAME


def sensitivity_schedule(case: Case, tables: Tables) -> Schedule:
    """Return ``sensitivities.csv`` as a reader wants it."""
    table = TABLES[NAME]
    last = case.years[-1]
    if tables[NAME].empty:
        none = ("Nothing was tried: the case is too large to make its plan again a dozen times.",)
        return Schedule(table, rows_of(table, tables[NAME]), none)
    return Schedule(
        Table(NAME, "Sensitivities: what hangs on what", table.doc, table.columns),
        rows_of(table, tables[NAME]),
        (
            f"The managed gap and cost are over all years, the structural gap and reserves of "
            f"{last}. Changes are against the plan.",
            "With money in hand the plan meets more of what the law does not require, so that "
            "better news may show as more cost rather than as a smaller gap; with less it gives "
            "that up first.",
        ),
    )
