"""The tables of a comparison: what each holds, column by column."""

from collections.abc import Mapping
from types import MappingProxyType

from planning.papers.columns import NOT_APPLICABLE, NOT_KNOWN, Column, Kind, Table


def _text(name: str, doc: str, *, blank: str = NOT_APPLICABLE) -> Column:
    return Column(name, Kind.TEXT, doc, blank=blank)


def _units(name: str, doc: str) -> Column:
    return Column(name, Kind.NUMBER, doc, unit="units")


def _trio(figure: str, kind: Kind, what: str, unit: str = "") -> tuple[Column, ...]:
    """Return a figure in the old plan, in the new one, and the new less the old."""
    head = f"{figure}_" if figure else ""
    ends = {
        "from": f"{what}, in the old plan.",
        "to": f"{what}, in the new plan.",
        "change": f"{what}: the new plan's less the old plan's.",
    }
    return tuple(Column(f"{head}{end}", kind, doc, unit=unit) for end, doc in ends.items())


_SERVICE = _text("service", "The service, by its key in services.csv.")
_YEAR = _text("year", "The financial year, April to March.")
_NAME = _text("name", "Its name; blank where the cases are not given.", blank=NOT_KNOWN)
_COST = _trio("cost", Kind.MONEY, "£ of units paid for")
_USED = _trio("used", Kind.NUMBER, "Units used, in the service's unit", "units")


def _bought(key: str, plural: str, *, units: bool) -> Table:
    return Table(
        plural,
        f"What is bought, by {key}",
        f"One row for each {key} of which the years compared cost or use another sum.",
        (
            _text(key, f"The {key}, by its key."),
            _NAME,
            *_COST,
            *(_USED if units else ()),
        ),
    )


_ALL = (
    Table(
        "totals",
        "What changes",
        "Over the years compared, to the penny. Cost of units and fixed cost, less income, trading "
        "and reserves drawn, are the managed gap.",
        (_text("figure", "What is counted."), *_trio("", Kind.MONEY, "£")),
    ),
    Table(
        "steps",
        "Why it changes, in steps that add up",
        "By how much each step changes the plan, once the steps before it are made. In another "
        "order the steps would differ; their sum would not.",
        (
            _text("step", "Its place in the order, or all steps together."),
            _text("inputs", "The inputs that are replaced."),
            _text("cause", "What became of them."),
            _text("changed", "How many rows changed, by table."),
            Column("managed_gap", Kind.MONEY, "£ more of managed gap over the years compared."),
            Column("structural_gap", Kind.MONEY, "£ more of structural gap in the last year."),
            Column("whole_cost", Kind.MONEY, "£ more of cost, of units and fixed, over the years."),
            Column("reserves_balance", Kind.MONEY, "£ more of reserves at the end."),
            Column(
                "statutory_unmet",
                Kind.MONEY,
                "£ more of statutory demand unmet, at the dearest offer's price.",
            ),
            Column("other_unmet", Kind.MONEY, "£ more of other demand unmet, likewise."),
            Column("targets_missed", Kind.NUMBER, "Targets missed more.", unit="targets"),
        ),
    ),
    Table(
        "inputs",
        "What changed in the inputs",
        "One row for each setting, cell, and row added or removed; without the cases, each file.",
        (
            _text("table", "The table of the case."),
            _text("key", "The row's key, its parts joined by a stroke."),
            _text("column", "The column; blank for a whole row."),
            _text("change", "Changed, row added or row removed."),
            _text("from", "The cell in the old case, if it is not blank.", blank="blank"),
            _text("to", "The cell in the new case, if it is not blank.", blank="blank"),
        ),
    ),
    Table(
        "demand",
        "Demand, and why it changes",
        "One row for each series and year of which anything changes. Forecast, risk and edit add "
        "up to the change of demand.",
        (
            _SERVICE,
            _text("locality", "The locality, or the whole council.", blank="whole council"),
            _YEAR,
            *_trio("demand", Kind.NUMBER, "Units planned for", "units"),
            *_trio("unmet", Kind.NUMBER, "Units not met", "units"),
            _units("forecast", "Change of the median forecast, units."),
            _units("risk", "Change of what the quantile adds to the median, units."),
            _units("edit", "Change of what a scenario's edits add to it, units."),
            _text("why", "Which of its inputs changed."),
        ),
    ),
    Table(
        "income",
        "Income that changes",
        "One row for each stream and year.",
        (
            _text("stream", "The stream, by its key in streams.csv."),
            _YEAR,
            *_trio("amount", Kind.MONEY, "£ available"),
            *_trio("used", Kind.MONEY, "£ spent in the year"),
        ),
    ),
    Table(
        "cost",
        "Cost by service: volume, mix and price",
        "Volume is the change of units at the old average price, mix other offers at old prices, "
        "price the change of prices at the new units: they add up to the change of cost.",
        (
            _SERVICE,
            _NAME,
            *_COST,
            Column("volume", Kind.MONEY, "£ from more or fewer units, at the old average price."),
            Column("mix", Kind.MONEY, "£ from buying of other offers, at old prices; awards too."),
            Column("price", Kind.MONEY, "£ from other prices, at the new units."),
            Column("fixed", Kind.MONEY, "£ of cost that no unit buys."),
        ),
    ),
    _bought("service", "services", units=True),
    _bought("organisation", "organisations", units=False),
    _bought("provider", "providers", units=False),
    _bought("offer", "offers", units=True),
    Table(
        "budget",
        "The budget, line by line",
        "One row for each year and line.",
        (
            _YEAR,
            _text("line", "The line of the budget."),
            *_trio("", Kind.MONEY, "£"),
        ),
    ),
    Table(
        "targets",
        "Targets that change, or are met otherwise",
        "One row for each outcome and year. Blank is no target, or an average of nothing.",
        (
            _text("outcome", "The outcome, by its key in outcomes.csv."),
            _NAME,
            _YEAR,
            *_trio("target", Kind.NUMBER, "What the year must reach", "outcome's unit"),
            *_trio("achieved", Kind.NUMBER, "What is achieved", "outcome's unit"),
            *_trio("shortfall", Kind.NUMBER, "What the target misses", "outcome's unit"),
        ),
    ),
    Table(
        "reserves",
        "Reserves that stand otherwise",
        "One row for each reserve and year.",
        (
            _text("reserve", "The reserve, by its key in reserves.csv, or general."),
            _YEAR,
            *_trio("drawn", Kind.MONEY, "£ drawn, net"),
            *_trio("balance", Kind.MONEY, "£ at the year's end"),
            *_trio("minimum", Kind.MONEY, "£ that it may never fall below"),
        ),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _ALL})
"""Every table of a comparison, by the name of its file."""

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "totals": ("figure",),
        "steps": ("step", "inputs"),
        "inputs": ("table", "key", "column"),
        "demand": ("service", "locality", "year"),
        "income": ("stream", "year"),
        "cost": ("service",),
        "services": ("service",),
        "organisations": ("organisation",),
        "providers": ("provider",),
        "offers": ("offer",),
        "budget": ("year", "line"),
        "targets": ("outcome", "year"),
        "reserves": ("reserve", "year"),
    }
)
"""What tells one row of each table from another."""
