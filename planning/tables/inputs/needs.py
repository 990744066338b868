"""What residents need: services, demand and what moves it."""

from forecasting.calendar import EventKind
from planning.tables.shapes import REMARKS, Column, Kind, Table, name_of

SERVICES = Table(
    "services",
    "What residents need, each counted in its own unit.",
    (
        Column("service", Kind.KEY, "The service's key.", key=True, reserved=("corporate",)),
        name_of("service"),
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
        *REMARKS,
    ),
)

DEMAND = Table(
    "demand",
    "The units needed in each period before the plan.",
    (
        Column("service", Kind.REFERENCE, "The service.", key=True, refers="services.service"),
        Column(
            "locality", Kind.KEY, "The locality; blank is the whole council.", key=True, blank=True
        ),
        Column("period", Kind.PERIOD, "The year, quarter or month.", key=True),
        Column("units", Kind.UNITS, "Units of the service needed in the period.", least=0.0),
        *REMARKS,
    ),
)

DRIVERS = Table(
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
        *REMARKS,
    ),
    optional=True,
)

EVENTS = Table(
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
        *REMARKS,
    ),
    optional=True,
)
