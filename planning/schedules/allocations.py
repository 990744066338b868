"""What is bought from whom, with names instead of keys."""

from planning.case import Case
from planning.papers.columns import Table
from planning.papers.contract import TABLES
from planning.schedules.schedule import Schedule, Tables, named, rows_of, text

_BOUGHT = {column.name: column for column in TABLES["allocation"].columns}


def allocation_schedule(case: Case, tables: Tables) -> Schedule:
    """Return ``allocation.csv`` with the names of provider and service, the unit and the terms."""
    table = Table(
        "allocations",
        "Allocations: what is bought, from whom, at what cost",
        "One row for each offer, locality and year in which it is used, paid for or given up.",
        (
            text("service", "The service."),
            text("provider", "Who delivers it."),
            text("offer", "The offer, by its key in offers.csv."),
            text("contract_type", "The kind of contract."),
            _BOUGHT["locality"],
            _BOUGHT["year"],
            text("unit", "What one unit is."),
            *(_BOUGHT[name] for name in ("used", "paid", "unit_cost", "cost", "change")),
        ),
    )
    bought, services = tables["allocation"], case.services.set_index("service")
    kind = dict(zip(case.offers["offer"], case.offers["contract_type"], strict=True))
    rows = bought.assign(
        unit=bought["service"].map(services["unit"]),
        contract_type=bought["offer"].map(kind).str.replace("_", " ").str.capitalize(),
        provider=bought["provider"].map(named(case.providers, "provider")),
        service=bought["service"].map(services["name"]),
    )
    return Schedule(
        table,
        rows_of(table, rows.sort_values(["service", "provider", "offer", "locality", "year"])),
        (
            "A change is against the year before; in the first year against what is bought today, "
            "and [x] where that is not known.",
        ),
    )
