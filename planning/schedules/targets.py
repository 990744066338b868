"""Targets: what each asks, what the plan achieves, and what one unit of it costs."""

import numpy as np

from planning.case import Case
from planning.papers.columns import Table
from planning.papers.contract import TABLES
from planning.schedules.schedule import Schedule, Tables, rows_of, text

_TOLD = {column.name: column for column in TABLES["targets"].columns}


def target_schedule(case: Case, tables: Tables) -> Schedule:
    """Return ``targets.csv`` with names, whether the law requires each, and whether it is met."""
    table = Table(
        "targets",
        "Targets: what the plan achieves, and what each costs",
        "One row for each outcome and year with a target.",
        (
            text("outcome", "The outcome."),
            text("theme", "Its theme."),
            text("unit", "What it is measured in."),
            text("statutory", "Whether the law requires the target.", "Required by law"),
            text("direction", "Whether the target is to be reached or not to be passed."),
            _TOLD["year"],
            _TOLD["target"],
            _TOLD["achieved"],
            _TOLD["shortfall"],
            text("met", "Whether the plan meets it."),
            _TOLD["marginal_cost"],
        ),
    )
    levels, outcomes = tables["targets"], case.outcomes.set_index("outcome")
    of = levels["outcome"]
    rows = levels.assign(
        theme=of.map(outcomes["theme"]).astype("str").str.capitalize(),
        unit=of.map(outcomes["unit"]),
        statutory=np.where(of.map(outcomes["statutory"]).astype(bool), "Yes", "No"),
        direction=of.map(outcomes["direction"]).map({"at_least": "At least", "at_most": "At most"}),
        met=np.where(levels["shortfall"] > 0.0, "Missed", "Met"),
        outcome=of.map(outcomes["name"]),
    )
    return Schedule(
        table,
        rows_of(table, rows.sort_values(["outcome", "year"])),
        (
            "The marginal cost is what the plan would save in that year if the target asked one "
            "unit less: 1 of what is measured in numbers, and for a share 1.00, the whole of it.",
            "[x] under the marginal cost is a price that cannot be vouched for, never nil.",
        ),
    )
