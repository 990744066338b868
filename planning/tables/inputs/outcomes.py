"""What services are for: outcomes, their targets, and what a unit does or prevents."""

from planning.tables.shapes import REMARKS, Column, Kind, Table, name_of

OUTCOMES = Table(
    "outcomes",
    "The indicators of safeguarding, wellbeing and the like.",
    (
        Column("outcome", Kind.KEY, "The outcome's key.", key=True),
        name_of("outcome"),
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
        *REMARKS,
    ),
    bare=True,
)

TARGETS = Table(
    "targets",
    "The level that an outcome must reach in a year.",
    (
        Column("outcome", Kind.REFERENCE, "The outcome.", key=True, refers="outcomes.outcome"),
        Column("year", Kind.YEAR, "The financial year, one of the plan's.", key=True),
        Column("target", Kind.NUMBER, "The level, in the outcome's unit."),
        *REMARKS,
    ),
    bare=True,
)

EFFECTS = Table(
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
        *REMARKS,
    ),
    bare=True,
)

PREVENTION = Table(
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
        *REMARKS,
    ),
    optional=True,
)
