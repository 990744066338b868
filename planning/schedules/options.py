"""Options considered: what the plan of each scenario of the case comes to."""

from planning.case import Case
from planning.papers.contract import TABLES
from planning.schedules.schedule import Schedule, Tables, rows_of


def option_schedule(case: Case, tables: Tables) -> Schedule:
    """Return ``options.csv`` as a reader wants it, each scenario by its name in words."""
    table, made = TABLES["options"], tables["options"]
    rows = rows_of(table, made.assign(scenario=made["scenario"].str.replace("_", " ")))
    told: tuple[str, ...]
    if len(made):
        told = (
            "The managed gap and cost are over all years, the structural gap and reserves of "
            f"{case.years[-1]}. Changes are against the plan.",
            "What a scenario changes is in scenarios.csv of the case; every aim is sought anew.",
        )
    elif len(case.scenarios):
        told = ("None was planned: the case is too large to make its plan again.",)
    else:
        told = ("The case names no scenario, so that no other plan was made.",)
    return Schedule(table, rows, told)
