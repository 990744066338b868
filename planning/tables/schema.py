"""The case's tables and settings as data: the one place that says what a column holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf, nan
from types import MappingProxyType

from forecasting.calendar import EventKind


class Kind(StrEnum):
    """What the cells of a column are, and so how they are read."""

    KEY = "key"
    """A name that other rows or files refer to: no ``/``, ``;`` or invisible character."""
    REFERENCE = "reference"
    """A name that another table must have."""
    KEYS = "list of keys"
    """Names that another table must have, joined by ``;``."""
    TEXT = "text"
    YES_NO = "yes/no"
    CHOICE = "choice"
    YEAR = "financial year"
    PERIOD = "period"
    """A financial year, a quarter or a month."""
    MID_YEAR = "period or mid-year"
    """A period, or the 30 June of a year: ``mid-2015``."""
    DATE = "date"
    """A day, written 2015-02-19, 19/02/2015 or 19 February 2015."""
    MONEY = "pounds"
    UNITS = "units"
    FRACTION = "fraction"
    NUMBER = "number"
    """A figure whose unit another column of its row says."""
    COUNT = "whole number"


NUMERIC = frozenset({Kind.MONEY, Kind.UNITS, Kind.FRACTION, Kind.NUMBER, Kind.COUNT})
"""The kinds whose cells are numbers."""


@dataclass(frozen=True)
class Column:
    """One column of a table, or one setting of case.toml.

    Parameters
    ----------
    name : str
        As it stands in the file's first row.
    kind : Kind
        How its cells are read.
    doc : str
        One sentence, with the unit, fit to publish.
    key : bool
        Whether it is part of what tells one row from another.
    blank : bool
        Whether a cell may be left blank; blank is never zero.
    optional : bool
        Whether the whole column may be left out, which is the same as leaving it blank.
    choices : tuple of str
        The words allowed, where ``kind`` is a choice.
    least, most : float
        The bounds of a number, which it may equal unless ``strict``.
    strict : bool
        Whether a number must lie strictly between its bounds.
    refers : str
        The ``table.column`` that holds the names allowed.
    reserved : tuple of str
        Names with a meaning of their own: no new key may take them, a reference may name them.
    """

    name: str
    kind: Kind
    doc: str
    key: bool = False
    blank: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    least: float = -inf
    most: float = inf
    strict: bool = False
    refers: str = ""
    reserved: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Table:
    """One CSV file of a case; ``optional`` if it may be absent, ``bare`` if it may have no rows."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    optional: bool = False
    bare: bool = False

    @property
    def file(self) -> str:
        """The file's name in the case's folder."""
        return f"{self.name}.csv"

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell one row from another."""
        return tuple(c.name for c in self.columns if c.key)

    @property
    def names(self) -> tuple[str, ...]:
        """Every column's name, in order."""
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        """Return a column by its name.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"the table {self.name} has no column {name}")


@dataclass(frozen=True)
class Setting:
    """One line of case.toml; a default of None means that it must be given.

    That of the reserves is not known: they are given here or in reserves.csv.
    """

    section: str
    column: Column
    default: float | None = None


SECTORS = (
    "in_house",
    "mutual",
    "cic",
    "latco",
    "trust",
    "charity",
    "social_enterprise",
    "private",
    "nhs",
    "shared_service",
)
CONTRACTS = ("block", "spot", "framework", "in_house", "grant")
ANNOUNCED = ("confirmed", "indicative", "assumed")
"""What income of a plan's year may be called."""
RECEIVED = ("outturn", "budget")
"""What income of a year before the plan may be called."""
SHARES = ("max_share", "min_share")
"""The kinds of rule whose limit is a share, from 0 to 1."""
GIVES = ("saving", "income")
"""The kinds of proposal that take away from fixed cost, as far as they are delivered."""

# Every table may say where a row is from and what to know about it; both are kept and exported.
_REMARKS = (
    Column("source", Kind.TEXT, "Where the row's figures are from.", blank=True, optional=True),
    Column("note", Kind.TEXT, "What a reader should know of the row.", blank=True, optional=True),
)


def _name(of: str) -> Column:
    return Column("name", Kind.TEXT, f"The {of}'s name as readers know it.")


_SERVICES = Table(
    "services",
    "What residents need, each counted in its own unit.",
    (
        Column("service", Kind.KEY, "The service's key.", key=True, reserved=("corporate",)),
        _name("service"),
        Column(
            "organisation", Kind.KEY, "The body that commissions or runs the service.", blank=True
        ),
        Column("unit", Kind.TEXT, "What one unit is, such as a placement week or a visit."),
        Column("statutory", Kind.YES_NO, "Whether the law requires the demand to be met."),
        Column(
            "aggregation",
            Kind.CHOICE,
            "How quarters or months make a year: added up, or averaged.",
            choices=("sum", "mean"),
        ),
        Column(
            "driver",
            Kind.REFERENCE,
            "The driver that moves the service's demand, if any.",
            blank=True,
            optional=True,
            refers="drivers.driver",
        ),
        Column(
            "demand_quantile",
            Kind.FRACTION,
            "The quantile of its demand forecast that is planned for; blank is the plan's own.",
            blank=True,
            optional=True,
            least=0.0,
            most=1.0,
            strict=True,
        ),
        Column(
            "sustainable_rate",
            Kind.MONEY,
            "£ a unit below which no award is made, in the plan's first year; blank is none.",
            blank=True,
            optional=True,
            least=0.0,
        ),
        *_REMARKS,
    ),
)

_DEMAND = Table(
    "demand",
    "The units needed in each period before the plan.",
    (
        Column("service", Kind.REFERENCE, "The service.", key=True, refers="services.service"),
        Column(
            "locality", Kind.KEY, "The locality; blank is the whole council.", key=True, blank=True
        ),
        Column("period", Kind.PERIOD, "The year, quarter or month.", key=True),
        Column("units", Kind.UNITS, "Units of the service needed in the period.", least=0.0),
        *_REMARKS,
    ),
)

_DRIVERS = Table(
    "drivers",
    "What moves demand, such as the population over 85, past and projected.",
    (
        Column("driver", Kind.KEY, "The driver's key.", key=True),
        Column(
            "period",
            Kind.MID_YEAR,
            "The year, quarter or month; mid-2015 is what was counted at 30 June 2015, from which "
            "financial years are worked out.",
            key=True,
        ),
        Column(
            "value",
            Kind.NUMBER,
            "The driver's value, in its own unit, above nil.",
            least=0.0,
            strict=True,
        ),
        *_REMARKS,
    ),
    optional=True,
)

_EVENTS = Table(
    "events",
    "Known breaks in the history of demand and income, such as a year that was not collected.",
    (
        Column(
            "series",
            Kind.TEXT,
            "The series: a service, a service and its locality as in home_care/north, or a stream; "
            "a service alone is all its localities.",
            key=True,
        ),
        Column(
            "period",
            Kind.PERIOD,
            "The year, quarter or month, which may be longer than the periods of the series; among "
            "months 2003-04 is April 2003.",
            key=True,
        ),
        Column(
            "kind",
            Kind.CHOICE,
            "Missing: its value is not to be used, or there is none. Pulse: it was out of line, "
            "and says nothing of the level. Step: from it on the series is counted or delivered in "
            "another way, not to be compared with before.",
            choices=tuple(EventKind),
        ),
        *_REMARKS,
    ),
    optional=True,
)

_STREAMS = Table(
    "streams",
    "The lines of income.",
    (
        Column("stream", Kind.KEY, "The stream's key.", key=True, reserved=("gap", "reserves")),
        _name("stream"),
        Column(
            "kind",
            Kind.CHOICE,
            "The kind of income.",
            choices=("grant", "council_tax", "business_rates", "fees", "trading", "other"),
        ),
        Column(
            "ring_fence",
            Kind.KEYS,
            "The services it may pay for, or corporate, joined by a semicolon; blank is any.",
            blank=True,
            refers="services.service",
            reserved=("corporate",),
        ),
        Column("one_off", Kind.YES_NO, "Whether the income does not recur."),
        *_REMARKS,
    ),
)

_INCOME = Table(
    "income",
    "What each stream brought in, and what has been announced for the plan's years.",
    (
        Column("stream", Kind.REFERENCE, "The stream.", key=True, refers="streams.stream"),
        Column("period", Kind.YEAR, "The financial year.", key=True),
        Column("amount", Kind.MONEY, "The income of the year, in £, cash terms.", least=0.0),
        Column(
            "status",
            Kind.CHOICE,
            "Outturn or budget before the plan; confirmed, indicative or assumed within it.",
            choices=(*RECEIVED, *ANNOUNCED),
        ),
        *_REMARKS,
    ),
)

_PROVIDERS = Table(
    "providers",
    "The bodies that deliver.",
    (
        Column("provider", Kind.KEY, "The provider's key.", key=True),
        _name("provider"),
        Column("sector", Kind.CHOICE, "The kind of body it is.", choices=SECTORS),
        Column(
            "group",
            Kind.KEY,
            "The group that owns it, for measuring concentration.",
            blank=True,
            optional=True,
        ),
        Column("grade", Kind.TEXT, "The regulator's grade.", blank=True, optional=True),
        *_REMARKS,
    ),
)

_OFFERS = Table(
    "offers",
    "One provider's terms for one service.",
    (
        Column("offer", Kind.KEY, "The offer's key.", key=True),
        Column("provider", Kind.REFERENCE, "Who offers.", refers="providers.provider"),
        Column("service", Kind.REFERENCE, "What is offered.", refers="services.service"),
        Column("locality", Kind.KEY, "Where it is offered; blank is every locality.", blank=True),
        Column("contract_type", Kind.CHOICE, "The kind of contract.", choices=CONTRACTS),
        Column("first_year", Kind.YEAR, "The first financial year in which it may be used."),
        Column("last_year", Kind.YEAR, "The last such financial year; blank is open.", blank=True),
        Column(
            "unit_cost",
            Kind.MONEY,
            "£ a unit in the plan's first year, above nil.",
            least=0.0,
            strict=True,
        ),
        Column(
            "indexation",
            Kind.FRACTION,
            "The rise of the unit cost, as a fraction a year: 0.02 or 2%.",
            # Nothing is indexed at 100% a year: a 2 there was meant as 2%.
            least=-1.0,
            most=1.0,
            strict=True,
        ),
        Column(
            "capacity",
            Kind.UNITS,
            "Units a year at most; blank is no limit.",
            blank=True,
            least=0.0,
        ),
        Column(
            "committed",
            Kind.UNITS,
            "Units a year that are paid for whether used or not; blank is none.",
            blank=True,
            least=0.0,
        ),
        Column(
            "current",
            Kind.UNITS,
            "Units bought in the year before the plan; blank is not known.",
            blank=True,
            least=0.0,
        ),
        Column(
            "minimum",
            Kind.UNITS,
            "The smallest viable volume: units a year at least, if any; blank is none.",
            blank=True,
            optional=True,
            least=0.0,
        ),
        Column(
            "award_cost",
            Kind.MONEY,
            "£ a year that the award itself costs, however few units; blank is none.",
            blank=True,
            optional=True,
            least=0.0,
        ),
        Column(
            "lot",
            Kind.KEY,
            "The lot it bids for: one bid of a lot is awarded, for as long as it is open.",
            blank=True,
            optional=True,
        ),
        Column(
            "notice_years",
            Kind.COUNT,
            "Years of the plan in which what is bought today must still be paid for; blank is "
            "none.",
            blank=True,
            optional=True,
            least=0.0,
        ),
        *_REMARKS,
    ),
)

_TIERS = Table(
    "tiers",
    "Prices that change with volume, from the second price of an offer on.",
    (
        Column("offer", Kind.REFERENCE, "The offer.", key=True, refers="offers.offer"),
        Column(
            "from_units",
            Kind.UNITS,
            "Units a year above which this price is paid.",
            key=True,
            least=0.0,
            strict=True,
        ),
        Column(
            "unit_cost",
            Kind.MONEY,
            "£ a unit above them in the plan's first year, above nil.",
            least=0.0,
            strict=True,
        ),
        *_REMARKS,
    ),
    optional=True,
)

_OUTCOMES = Table(
    "outcomes",
    "The indicators of safeguarding, wellbeing and the like.",
    (
        Column("outcome", Kind.KEY, "The outcome's key.", key=True),
        _name("outcome"),
        Column("theme", Kind.TEXT, "The theme, such as safeguarding or wellbeing."),
        Column("unit", Kind.TEXT, "What the outcome is measured in."),
        Column(
            "measure",
            Kind.CHOICE,
            "Whether effects add up over the units bought, or are averaged over them.",
            choices=("total", "average"),
        ),
        Column(
            "direction",
            Kind.CHOICE,
            "Whether a target is to be reached or not to be passed.",
            choices=("at_least", "at_most"),
        ),
        Column("statutory", Kind.YES_NO, "Whether the law requires the target."),
        *_REMARKS,
    ),
    bare=True,
)

_TARGETS = Table(
    "targets",
    "The level that an outcome must reach in a year.",
    (
        Column("outcome", Kind.REFERENCE, "The outcome.", key=True, refers="outcomes.outcome"),
        Column("year", Kind.YEAR, "The financial year, one of the plan's.", key=True),
        Column("target", Kind.NUMBER, "The level, in the outcome's unit."),
        *_REMARKS,
    ),
    bare=True,
)

_EFFECTS = Table(
    "effects",
    "What one unit of a service does for an outcome.",
    (
        Column("outcome", Kind.REFERENCE, "The outcome.", key=True, refers="outcomes.outcome"),
        Column("service", Kind.REFERENCE, "The service.", key=True, refers="services.service"),
        Column(
            "offer",
            Kind.REFERENCE,
            "The offer; blank is every offer of the service that has no row of its own.",
            key=True,
            blank=True,
            refers="offers.offer",
        ),
        Column("per_unit", Kind.NUMBER, "The effect of one unit, in the outcome's unit."),
        *_REMARKS,
    ),
    bare=True,
)

_PREVENTION = Table(
    "prevention",
    "What a unit of a service keeps from being needed. Demand is forecast as if nothing did.",
    (
        Column(
            "service",
            Kind.REFERENCE,
            "The service that prevents, where its units are used.",
            key=True,
            refers="services.service",
        ),
        Column(
            "reduces",
            Kind.REFERENCE,
            "The service of which less is needed.",
            key=True,
            refers="services.service",
        ),
        Column(
            "lag_years",
            Kind.COUNT,
            "Years from the use of a unit to the year in which it prevents; 0 is the same year.",
            key=True,
            least=0.0,
        ),
        Column(
            "units_per_unit",
            Kind.NUMBER,
            "Units not needed for each unit used, in that one year.",
            least=0.0,
        ),
        Column("evidence", Kind.TEXT, "Where the figure comes from.", blank=True),
        *_REMARKS,
    ),
    optional=True,
)

_RULES = Table(
    "rules",
    "Limits on shares, on change and on spending. Scope columns left blank mean all.",
    (
        Column("rule", Kind.KEY, "The rule's key.", key=True),
        Column(
            "kind",
            Kind.CHOICE,
            "What is limited.",
            choices=(*SHARES, "max_change", "max_spend", "min_spend", "max_lots"),
        ),
        Column(
            "each",
            Kind.CHOICE,
            "What the rule holds for one by one; blank is the whole scope together.",
            blank=True,
            choices=("provider", "group", "locality", "offer"),
        ),
        Column("provider", Kind.REFERENCE, "A provider.", blank=True, refers="providers.provider"),
        Column("group", Kind.REFERENCE, "A provider group.", blank=True, refers="providers.group"),
        Column("sector", Kind.CHOICE, "A sector of providers.", blank=True, choices=SECTORS),
        Column(
            "organisation",
            Kind.REFERENCE,
            "An organisation named in services.",
            blank=True,
            refers="services.organisation",
        ),
        Column("service", Kind.REFERENCE, "A service.", blank=True, refers="services.service"),
        Column("locality", Kind.REFERENCE, "A locality.", blank=True, refers="demand.locality"),
        Column("contract_type", Kind.CHOICE, "A kind of contract.", blank=True, choices=CONTRACTS),
        Column("year", Kind.YEAR, "A financial year of the plan; blank is every one.", blank=True),
        Column(
            "limit",
            Kind.NUMBER,
            "A share from 0 to 1, a change as a fraction of the year before, £ a year, or lots.",
            least=0.0,
        ),
        *_REMARKS,
    ),
    optional=True,
)

_COSTS = Table(
    "costs",
    "Cost that is not bought by the unit, such as set-up or the client function.",
    (
        Column("item", Kind.KEY, "The item's key.", key=True),
        Column("year", Kind.YEAR, "The financial year, one of the plan's.", key=True),
        _name("item"),
        Column("organisation", Kind.KEY, "The body that bears it.", blank=True),
        Column("amount", Kind.MONEY, "The cost of the year, in £, cash terms.", least=0.0),
        Column("one_off", Kind.YES_NO, "Whether the cost does not recur."),
        *_REMARKS,
    ),
    optional=True,
)

_PROPOSALS = Table(
    "proposals",
    "Savings, income, pressures and investments, each against the year before the plan.",
    (
        Column("proposal", Kind.KEY, "The proposal's key.", key=True),
        Column("year", Kind.YEAR, "The financial year, one of the plan's.", key=True),
        _name("proposal"),
        Column(
            "service",
            Kind.REFERENCE,
            "The service whose fixed cost it changes; blank is corporate.",
            blank=True,
            refers="services.service",
            reserved=("corporate",),
        ),
        Column("organisation", Kind.KEY, "The body that is to deliver it.", blank=True),
        Column(
            "kind",
            Kind.CHOICE,
            "Savings and income take away from cost; pressures and investments add.",
            choices=(*GIVES, "pressure", "investment"),
        ),
        Column(
            "amount",
            Kind.MONEY,
            "£ a year against the year before the plan, positive whatever the kind.",
            least=0.0,
        ),
        Column("one_off", Kind.YES_NO, "Whether the change does not recur."),
        Column(
            "delivery",
            Kind.FRACTION,
            "The share of a saving or income expected to be delivered, 0 to 1; blank is all.",
            blank=True,
            least=0.0,
            most=1.0,
        ),
        Column(
            "risk", Kind.CHOICE, "The risk rating.", blank=True, choices=("red", "amber", "green")
        ),
        Column("owner", Kind.TEXT, "Who answers for it.", blank=True),
        Column(
            "equality_reference",
            Kind.TEXT,
            "The reference of its equality impact assessment.",
            blank=True,
        ),
        *_REMARKS,
    ),
    optional=True,
)

_ORGANISATIONS = Table(
    "organisations",
    "The bodies spun out of the council, with what they may earn from others.",
    (
        Column("organisation", Kind.KEY, "The body's key.", key=True, reserved=("council",)),
        _name("body"),
        Column("delivery_model", Kind.TEXT, "The kind of body, in words.", blank=True),
        Column(
            "provider",
            Kind.REFERENCE,
            "The provider that it is in offers.csv; blank is the one of the same key.",
            blank=True,
            optional=True,
            refers="providers.provider",
        ),
        Column(
            "transfer_year",
            Kind.YEAR,
            "The first financial year in which it delivers; blank is before the plan. No saving or "
            "income of its proposals counts earlier.",
            blank=True,
        ),
        Column(
            "ownership_share",
            Kind.FRACTION,
            "The council's share of it and so of its surplus, 0 to 1; blank where it has no trade.",
            blank=True,
            least=0.0,
            most=1.0,
        ),
        Column(
            "external_market",
            Kind.MONEY,
            "£ a year, at most, of work for others than the council; blank is no such work.",
            blank=True,
            least=0.0,
        ),
        Column(
            "margin",
            Kind.FRACTION,
            "The surplus on £1 of that work, a loss below nil; blank where it has none.",
            blank=True,
            least=-1.0,
            most=1.0,
        ),
        Column(
            "win_probability",
            Kind.FRACTION,
            "The share of that market expected to be won, 0 to 1; blank where it has none.",
            blank=True,
            least=0.0,
            most=1.0,
        ),
        Column(
            "activity_limit",
            Kind.FRACTION,
            "The share of its turnover that may be for others, 0 to 1: 0.2 for a directly awarded "
            "council company; blank is no limit.",
            blank=True,
            least=0.0,
            most=1.0,
        ),
        Column(
            "opening_reserves",
            Kind.MONEY,
            "Its own reserves in £ before the plan; blank is not known.",
            blank=True,
        ),
        *_REMARKS,
    ),
    optional=True,
)

_RESERVES = Table(
    "reserves",
    "The council's reserves one by one, in place of [reserves] in case.toml.",
    (
        Column("reserve", Kind.KEY, "The reserve's key.", key=True),
        _name("reserve"),
        Column("opening", Kind.MONEY, "£ before the plan's first year.", least=0.0),
        Column("minimum", Kind.MONEY, "£ that it may never fall below.", least=0.0),
        Column(
            "one_off_only",
            Kind.YES_NO,
            "Whether it may pay for cost that does not recur alone. What income leaves is never "
            "added to such a reserve.",
        ),
        *_REMARKS,
    ),
    optional=True,
)

_ASSUMPTIONS = Table(
    "assumptions",
    "What the plan takes for granted, how well it is known and how much hangs on it.",
    (
        Column("assumption", Kind.KEY, "The assumption's key.", key=True),
        Column("statement", Kind.TEXT, "What is assumed, as a sentence."),
        Column("value", Kind.TEXT, "The figure assumed, with its unit, if it is one.", blank=True),
        Column(
            "quality",
            Kind.COUNT,
            "How good the evidence is, from 1 (a guess) to 5 (measured here, lately).",
            least=1.0,
            most=5.0,
        ),
        Column(
            "impact",
            Kind.COUNT,
            "How much of the plan hangs on it, from 1 (little) to 5 (the plan fails without it).",
            least=1.0,
            most=5.0,
        ),
        Column("owner", Kind.TEXT, "Who answers for it; blank is nobody yet.", blank=True),
        Column("agreed_by", Kind.TEXT, "Who has agreed it; blank is nobody yet.", blank=True),
        Column(
            "review_by",
            Kind.DATE,
            "The day by which it must be looked at again; blank is none set.",
            blank=True,
        ),
        *_REMARKS,
    ),
    optional=True,
)

_DECISIONS = Table(
    "decisions",
    "What was decided that the plan rests on, by whom and when.",
    (
        Column("decision", Kind.KEY, "The decision's key.", key=True),
        Column("statement", Kind.TEXT, "What was decided, as a sentence."),
        Column("body", Kind.TEXT, "Who decided: full council, cabinet, an officer by delegation."),
        Column("date", Kind.DATE, "The day on which it was decided."),
        Column("reference", Kind.TEXT, "The minute or notice that records it.", blank=True),
        *_REMARKS,
    ),
    optional=True,
)

_SIGN_OFFS = Table(
    "sign_offs",
    "Who has to sign the plan off, and who has.",
    (
        Column("sign_off", Kind.KEY, "The key of what is signed off.", key=True),
        Column("statement", Kind.TEXT, "What is signed off, as a sentence."),
        Column("role", Kind.TEXT, "The office that signs, such as chief finance officer."),
        Column("name", Kind.TEXT, "Who signed; blank until it is signed.", blank=True),
        Column("date", Kind.DATE, "When; blank until it is signed.", blank=True),
        *_REMARKS,
    ),
    optional=True,
)

_SCENARIOS = Table(
    "scenarios",
    "Named edits of the case: what would be otherwise. Edits are made in the order of their keys.",
    (
        Column("scenario", Kind.KEY, "The scenario's name.", key=True),
        Column(
            "table",
            Kind.TEXT,
            "The table edited; case.toml; or what is forecast, outlook.demand or outlook.income.",
            key=True,
        ),
        Column(
            "key",
            Kind.TEXT,
            "The row: the parts of its key joined by a stroke, where * stands for anything; blank "
            "is every row.",
            key=True,
            blank=True,
        ),
        Column("column", Kind.TEXT, "The column, or setting as in plan.demand_quantile.", key=True),
        Column(
            "value",
            Kind.TEXT,
            "What it is to be: a value, blank, or a change: -5%, x0.5, +2 points of a fraction, "
            "+1 year.",
        ),
        *_REMARKS,
    ),
    optional=True,
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            _SERVICES,
            _DEMAND,
            _DRIVERS,
            _EVENTS,
            _STREAMS,
            _INCOME,
            _PROVIDERS,
            _OFFERS,
            _TIERS,
            _OUTCOMES,
            _TARGETS,
            _EFFECTS,
            _PREVENTION,
            _RULES,
            _COSTS,
            _PROPOSALS,
            _ORGANISATIONS,
            _RESERVES,
            _ASSUMPTIONS,
            _DECISIONS,
            _SIGN_OFFS,
            _SCENARIOS,
        )
    }
)
"""Every table of a case, by name, in the order in which they are read and reported."""

SETTINGS_FILE = "case.toml"

SETTINGS: tuple[Setting, ...] = (
    Setting("council", Column("name", Kind.TEXT, "The council's name.")),
    Setting("plan", Column("first_year", Kind.YEAR, "The plan's first financial year.")),
    Setting(
        "plan", Column("years", Kind.COUNT, "The number of years planned.", least=1.0, most=30.0)
    ),
    Setting(
        "plan",
        Column(
            "demand_quantile",
            Kind.FRACTION,
            "The quantile of the demand forecast that is planned for; 0.5 is the median.",
            least=0.0,
            most=1.0,
            strict=True,
        ),
        default=0.5,
    ),
    Setting(
        "plan",
        Column(
            "income_quantile",
            Kind.FRACTION,
            "The quantile of the income forecast that is planned on; 0.5 is the median.",
            least=0.0,
            most=1.0,
            strict=True,
        ),
        default=0.5,
    ),
    Setting(
        "plan",
        Column(
            "discount_rate",
            Kind.FRACTION,
            "The discount rate of the cost goal, as a fraction a year.",
            least=0.0,
            most=1.0,
        ),
        default=0.0,
    ),
    Setting(
        "plan",
        Column("seed", Kind.COUNT, "The seed of the random numbers.", least=0.0, most=2.0**32),
        default=2015,
    ),
    Setting(
        "reserves",
        Column("opening", Kind.MONEY, "General reserves before the first year, £.", least=0.0),
        default=nan,
    ),
    Setting(
        "reserves",
        Column("minimum", Kind.MONEY, "The least they may ever fall to, £.", least=0.0),
        default=nan,
    ),
)
"""Every setting of case.toml."""

SECTIONS = ("council", "plan", "reserves", "forecast")
"""The sections of case.toml; ``[forecast]`` is kept for overrides and knows no key yet."""


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
