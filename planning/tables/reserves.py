"""Checks of reserves: said once, in case.toml or in reserves.csv."""

from collections.abc import Iterator
from math import isnan

from planning.tables.faults import Fault
from planning.tables.reading import Reading
from planning.tables.schema import SETTINGS, SETTINGS_FILE

SECTION = "reserves"


def reserves_said_once(reading: Reading) -> Iterator[Fault]:
    """Refuse a case whose reserves are nowhere, or both in case.toml and in reserves.csv."""
    table = reading.sheets[SECTION]
    if not table.whole:
        return
    for setting in (s for s in SETTINGS if s.section == SECTION):
        name = f"{SECTION}.{setting.column.name}"
        value = reading.settings.get(name)
        # One that could not be read is a fault of its own.
        if not isinstance(value, float | int):
            continue
        if table.rows and not isnan(value):
            wrong = "given here and in reserves.csv"
            remedy = f"Take [{SECTION}] out, or reserves.csv."
            yield Fault(SETTINGS_FILE, None, name, f"{value:.12g}", wrong, remedy)
        elif not table.rows and isnan(value):
            remedy = f"Add {setting.column.name} under [{SECTION}]: {setting.column.doc}"
            yield Fault(SETTINGS_FILE, None, name, "", "missing", remedy)
