"""The case's tables and settings, all by name: the one place that says what a column holds."""

from collections.abc import Mapping
from types import MappingProxyType

from planning.tables.inputs import market, money, needs, outcomes, records
from planning.tables.inputs.market import CONTRACTS, SECTORS, SHARES
from planning.tables.inputs.money import ANNOUNCED, GIVES, RECEIVED
from planning.tables.inputs.settings import SECTIONS, SETTINGS, SETTINGS_FILE
from planning.tables.shapes import NUMERIC, Column, Kind, Setting, Table

__all__ = [
    "ANNOUNCED",
    "CONTRACTS",
    "GIVES",
    "NUMERIC",
    "RECEIVED",
    "SECTIONS",
    "SECTORS",
    "SETTINGS",
    "SETTINGS_FILE",
    "SHARES",
    "TABLES",
    "Column",
    "Kind",
    "Setting",
    "Table",
    "place",
]

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            needs.SERVICES,
            needs.DEMAND,
            needs.DRIVERS,
            needs.EVENTS,
            money.STREAMS,
            money.INCOME,
            market.PROVIDERS,
            market.OFFERS,
            market.TIERS,
            outcomes.OUTCOMES,
            outcomes.TARGETS,
            outcomes.EFFECTS,
            outcomes.PREVENTION,
            market.RULES,
            money.COSTS,
            money.PROPOSALS,
            market.ORGANISATIONS,
            money.RESERVES,
            records.ASSUMPTIONS,
            records.DECISIONS,
            records.SIGN_OFFS,
            records.SCENARIOS,
        )
    }
)
"""Every table of a case, by name, in the order in which they are read and reported."""


def place(table: str, column: str) -> tuple[int, int]:
    """Return where a table and its column come in the order of reporting."""
    names = list(TABLES)
    if table == SETTINGS_FILE:
        settings = [f"{s.section}.{s.column.name}" for s in SETTINGS]
        return -1, settings.index(column) if column in settings else len(settings)
    if table not in TABLES:
        return (len(names) if table else -2), 0
    columns = TABLES[table].names
    return names.index(table), columns.index(column) if column in columns else len(columns)
