"""Reserves, one by one, with what stands above the least that each may fall to."""

from planning.case import Case
from planning.headline import PENNY
from planning.papers.columns import Table
from planning.papers.contract import TABLES
from planning.schedules.schedule import Schedule, Tables, money, named, rows_of, text

_HELD = {column.name: column for column in TABLES["reserves"].columns}


def reserve_schedule(case: Case, tables: Tables) -> Schedule:
    """Return ``reserves.csv`` with names, what each year opens with and what is above the floor."""
    table = Table(
        "reserves",
        "Reserves: what is drawn, and what is left",
        "One row for each reserve and year.",
        (
            text("reserve", "The reserve."),
            _HELD["year"],
            money("opening", "£ at the start of the year."),
            _HELD["drawn"],
            _HELD["balance"],
            _HELD["minimum"],
            money("headroom", "£ at the year's end above the minimum.", "Above the minimum"),
        ),
    )
    held = tables["reserves"]
    names = {"general": "General reserves"} | dict(named(case.reserves, "reserve"))
    above = held["balance"] - held["minimum"]
    rows = held.assign(
        reserve=held["reserve"].map(names),
        opening=held["balance"] + held["drawn"],
        headroom=above.mask(above.abs() < PENNY, 0.0),
    )
    return Schedule(table, rows_of(table, rows), (TABLES["reserves"].doc,))
