"""A workbook small enough to follow, with notes, shorthand, figures and text."""

import pandas as pd

from planning.papers.columns import Column, Kind, Table
from planning.papers.sheets import Book, Page, book_of

NAN = float("nan")

SPENDING = Table(
    "spending",
    "What is spent",
    "One row for each service.",
    (
        Column("service", Kind.TEXT, "The service."),
        Column("cost", Kind.MONEY, "What it costs."),
        Column("unit_cost", Kind.RATE, "What one unit does."),
        Column("used", Kind.NUMBER, "Units used.", unit="units"),
        Column("grade", Kind.TEXT, "Its grade.", blank="none"),
    ),
)

PROMISES = Table(
    "promises",
    "What is promised",
    "One row for each promise.",
    (
        Column("promise", Kind.TEXT, "The promise."),
        Column("kept", Kind.NUMBER, "How often it is kept.", unit="share, 0 to 1"),
        Column("2015-16", Kind.THOUSANDS, "What it costs.", words="2015-16"),
    ),
)


def book(*, services=("Home care", "Day care", "Fostering")) -> Book:
    """Return the workbook; the second service has no cost, and the last no grade."""
    count = len(services)
    spending = pd.DataFrame(
        {
            "service": services,
            "cost": [1234567.891, NAN, *([-0.5] * count)][:count],
            "unit_cost": [17.25] * count,
            "used": [12.0] * count,
            "grade": [*(["Good"] * (count - 1)), ""],
        }
    )
    promises = pd.DataFrame(
        {"promise": ["Rest", "Safety"], "kept": [0.25, 1.0], "2015-16": [1.5, -2.25]}
    )
    pages = [
        Page("Spending", SPENDING, spending, ("Cost is in cash terms.", "Units are weeks.")),
        Page("Promises", PROMISES, promises, ("Cost is in cash terms.",)),
    ]
    return book_of(
        pages,
        title="A plan of Smallshire",
        cover=("Undated.", "Contact: none."),
        every="Source: x.",
    )
