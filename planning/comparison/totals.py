"""The totals of two plans, and the steps between them, as tables."""

import pandas as pd

from planning.comparison.measures import MEASURES, TOLD, Levels
from planning.comparison.steps import Step
from planning.comparison.tables import TABLES

ALL = "all"
"""The step that stands for all of them together."""


def total_table(ends: tuple[Levels, Levels]) -> pd.DataFrame:
    """Return figure, from, to, change: what each plan comes to, in £ to the penny."""
    rows = [
        {
            "figure": title,
            "from": ends[0][name],
            "to": ends[1][name],
            "change": round(ends[1][name] - ends[0][name], 2) + 0.0,
        }
        for name, title in MEASURES.items()
        if name != "targets_missed"
    ]
    return pd.DataFrame(rows)


def step_table(steps: tuple[Step, ...]) -> pd.DataFrame:
    """Return a row for each step and one for all together, with what each changes to the penny."""
    rows: list[dict[str, object]] = [
        {
            "step": str(place),
            "inputs": step.title,
            "cause": step.cause,
            "changed": step.changed,
            **{name: step.change(name) for name in TOLD},
        }
        for place, step in enumerate(steps, start=1)
    ]
    if steps:
        first, last = steps[0].before, steps[-1].after
        whole: dict[str, object] = {name: round(last[name] - first[name], 2) + 0.0 for name in TOLD}
        rows.append(
            {"step": ALL, "inputs": "", "cause": "all steps together", "changed": ""} | whole
        )
    return pd.DataFrame(rows, columns=[column.name for column in TABLES["steps"].columns])
