"""The settings of case.toml."""

from math import nan

from planning.tables.shapes import Column, Kind, Setting

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
