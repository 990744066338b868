"""What comes in and goes out: income, fixed cost, proposals and reserves."""

from planning.tables.shapes import REMARKS, Column, Kind, Table, name_of

ANNOUNCED = ("confirmed", "indicative", "assumed")
"""What income of a plan's year may be called."""
RECEIVED = ("outturn", "budget")
"""What income of a year before the plan may be called."""
GIVES = ("saving", "income")
"""The kinds of proposal that take away from fixed cost, as far as they are delivered."""

STREAMS = Table(
    "streams",
    "The lines of income.",
    (
        Column("stream", Kind.KEY, "The stream's key.", key=True, reserved=("gap", "reserves")),
        name_of("stream"),
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
        *REMARKS,
    ),
)

INCOME = Table(
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
        *REMARKS,
    ),
)

COSTS = Table(
    "costs",
    "Cost that is not bought by the unit, such as set-up or the client function.",
    (
        Column("item", Kind.KEY, "The item's key.", key=True),
        Column("year", Kind.YEAR, "The financial year, one of the plan's.", key=True),
        name_of("item"),
        Column("organisation", Kind.KEY, "The body that bears it.", blank=True),
        Column("amount", Kind.MONEY, "The cost of the year, in £, cash terms.", least=0.0),
        Column("one_off", Kind.YES_NO, "Whether the cost does not recur."),
        *REMARKS,
    ),
    optional=True,
)

PROPOSALS = Table(
    "proposals",
    "Savings, income, pressures and investments, each against the year before the plan.",
    (
        Column("proposal", Kind.KEY, "The proposal's key.", key=True),
        Column("year", Kind.YEAR, "The financial year, one of the plan's.", key=True),
        name_of("proposal"),
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
        *REMARKS,
    ),
    optional=True,
)

RESERVES = Table(
    "reserves",
    "The council's reserves one by one, in place of [reserves] in case.toml.",
    (
        Column("reserve", Kind.KEY, "The reserve's key.", key=True),
        name_of("reserve"),
        Column("opening", Kind.MONEY, "£ before the plan's first year.", least=0.0),
        Column("minimum", Kind.MONEY, "£ that it may never fall below.", least=0.0),
        Column(
            "one_off_only",
            Kind.YES_NO,
            "Whether it may pay for cost that does not recur alone. What income leaves is never "
            "added to such a reserve.",
        ),
        *REMARKS,
    ),
    optional=True,
)
