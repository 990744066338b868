"""What a plan rests on and what would be otherwise: assumptions, decisions, scenarios."""

from planning.tables.shapes import REMARKS, Column, Kind, Table

ASSUMPTIONS = Table(
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
        *REMARKS,
    ),
    optional=True,
)

DECISIONS = Table(
    "decisions",
    "What was decided that the plan rests on, by whom and when.",
    (
        Column("decision", Kind.KEY, "The decision's key.", key=True),
        Column("statement", Kind.TEXT, "What was decided, as a sentence."),
        Column("body", Kind.TEXT, "Who decided: full council, cabinet, an officer by delegation."),
        Column("date", Kind.DATE, "The day on which it was decided."),
        Column("reference", Kind.TEXT, "The minute or notice that records it.", blank=True),
        *REMARKS,
    ),
    optional=True,
)

SIGN_OFFS = Table(
    "sign_offs",
    "Who has to sign the plan off, and who has.",
    (
        Column("sign_off", Kind.KEY, "The key of what is signed off.", key=True),
        Column("statement", Kind.TEXT, "What is signed off, as a sentence."),
        Column("role", Kind.TEXT, "The office that signs, such as chief finance officer."),
        Column("name", Kind.TEXT, "Who signed; blank until it is signed.", blank=True),
        Column("date", Kind.DATE, "When; blank until it is signed.", blank=True),
        *REMARKS,
    ),
    optional=True,
)

SCENARIOS = Table(
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
        *REMARKS,
    ),
    optional=True,
)
