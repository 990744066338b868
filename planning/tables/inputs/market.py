"""Who delivers, on what terms and within what limits."""

from planning.tables.shapes import REMARKS, Column, Kind, Table, name_of

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
SHARES = ("max_share", "min_share")
"""The kinds of rule whose limit is a share, from 0 to 1."""

PROVIDERS = Table(
    "providers",
    "The bodies that deliver.",
    (
        Column("provider", Kind.KEY, "The provider's key.", key=True),
        name_of("provider"),
        Column("sector", Kind.CHOICE, "The kind of body it is.", choices=SECTORS),
        Column(
            "group",
            Kind.KEY,
            "The group that owns it, for measuring concentration.",
            blank=True,
            optional=True,
        ),
        Column("grade", Kind.TEXT, "The regulator's grade.", blank=True, optional=True),
        *REMARKS,
    ),
)

OFFERS = Table(
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
        *REMARKS,
    ),
)

TIERS = Table(
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
        *REMARKS,
    ),
    optional=True,
)

RULES = Table(
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
        *REMARKS,
    ),
    optional=True,
)

ORGANISATIONS = Table(
    "organisations",
    "The bodies spun out of the council, with what they may earn from others.",
    (
        Column("organisation", Kind.KEY, "The body's key.", key=True, reserved=("council",)),
        name_of("body"),
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
        *REMARKS,
    ),
    optional=True,
)
