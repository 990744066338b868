"""Every schedule of a plan, in the order in which English councils set them out."""

from planning.case import Case
from planning.schedules.allocations import allocation_schedule
from planning.schedules.assumptions import assumption_schedule
from planning.schedules.bodies import budget_by_organisation
from planning.schedules.decisions import decision_schedule
from planning.schedules.mtfs import mtfs
from planning.schedules.options import option_schedule
from planning.schedules.proposals import proposal_schedule
from planning.schedules.provenance import provenance_schedule
from planning.schedules.register import contracts_register
from planning.schedules.reserves import reserve_schedule
from planning.schedules.schedule import Schedule, Tables
from planning.schedules.sensitivities import sensitivity_schedule
from planning.schedules.targets import target_schedule

HOUSE_ORDER = (
    mtfs,
    budget_by_organisation,
    proposal_schedule,
    allocation_schedule,
    target_schedule,
    reserve_schedule,
    contracts_register,
    sensitivity_schedule,
    option_schedule,
    assumption_schedule,
    decision_schedule,
    provenance_schedule,
)


def schedules(case: Case, tables: Tables) -> tuple[Schedule, ...]:
    """Return every schedule of a plan, in house order."""
    return tuple(made(case, tables) for made in HOUSE_ORDER)
