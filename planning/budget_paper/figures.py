"""The charts of a plan, each from the schedules of its tables."""

from planning.case import Case
from planning.papers.charts import Chart
from planning.papers.charts_bridge import bridge
from planning.papers.charts_panels import reserves, spending
from planning.papers.charts_targets import targets
from planning.papers.charts_tornado import tornado
from planning.schedules.bodies import budget_by_organisation
from planning.schedules.mtfs import REQUIREMENT
from planning.schedules.reserves import reserve_schedule
from planning.schedules.schedule import Schedule, Tables
from planning.schedules.targets import target_schedule


def bridge_chart(case: Case, made: Schedule) -> Chart:
    """Return what takes each year's requirement to the next, from the medium-term summary."""
    lines = made.rows[made.rows["section"] == REQUIREMENT].drop(columns="section")
    return bridge(lines.reset_index(drop=True), case.years)


def spending_chart(case: Case, tables: Tables) -> Chart:
    """Return what each organisation answers for, year by year."""
    # The last row is the sum.
    return spending(budget_by_organisation(case, tables).rows.iloc[:-1], case.years)


def reserves_chart(case: Case, tables: Tables) -> Chart:
    """Return each reserve with its floor."""
    return reserves(reserve_schedule(case, tables).rows, case.years)


def targets_chart(case: Case, tables: Tables) -> Chart:
    """Return what each target asks and what is achieved of it."""
    return targets(target_schedule(case, tables).rows)


def tornado_chart(case: Case, tables: Tables) -> Chart:
    """Return what hangs on what."""
    return tornado(tables["sensitivities"])
