"""Checks of organisations: terms they lack, bodies nobody knows, and work before they exist."""

from collections.abc import Iterator

from planning.tables.cells import nearest
from planning.tables.faults import Fault
from planning.tables.reading import Reading
from planning.tables.sheets import Row, Sheet

COUNCIL = "council"
"""The body that needs no row of its own."""


def trade_without_terms(reading: Reading) -> Iterator[Fault]:
    """Refuse a market without the margin, the share won and the council's share of the body."""
    sheet = reading.sheets["organisations"]
    needed = ("margin", "win_probability", "ownership_share")
    for row in sheet.having("external_market", *needed):
        for column in needed:
            if _number(row, "external_market") > 0.0 and row.number(column) is None:
                wrong = f"blank, and the body has a market of £{_number(row, 'external_market'):,g}"
                remedy = "Give it, or leave external_market blank."
                yield sheet.fault(row, column, wrong, remedy)


def limit_on_nobodys_work(reading: Reading) -> Iterator[Fault]:
    """Refuse an activity limit on a body that is no provider: a share of no turnover is nil."""
    sheet, providers = reading.sheets["organisations"], reading.sheets["providers"]
    # A provider that cannot be read may be the one that is looked for.
    if not providers.whole or not all(row.has("provider") for row in providers.rows):
        return
    known = {row.raw.get("provider", "") for row in providers.rows}
    for row in sheet.having("organisation", "provider", "activity_limit", "external_market"):
        limit = row.number("activity_limit")
        named = row.text("provider") or row.text("organisation") in known
        if limit is not None and _number(row, "external_market") > 0.0 and not named:
            wrong = f"blank, and providers.csv has no {row.text('organisation')}"
            remedy = "Name the provider whose offers are the body's work for the council."
            yield sheet.fault(row, "provider", wrong, remedy)


def providers_of_two_bodies(reading: Reading) -> Iterator[Fault]:
    """Refuse a provider that two bodies are: its work would be counted twice."""
    sheet = reading.sheets["organisations"]
    first: dict[str, str] = {}
    for row in sheet.having("organisation", "provider"):
        body = row.text("organisation")
        provider = row.text("provider") or body
        if provider in first:
            wrong = f"the provider of {first[provider]} too"
            yield sheet.fault(row, "provider", wrong, "Name another, or take one row out.")
        first.setdefault(provider, body)


def bodies_nobody_knows(reading: Reading) -> Iterator[Fault]:
    """Refuse a proposal or cost of a body that neither organisations.csv nor services.csv names.

    Otherwise a slip in its name would let its savings count before it exists. A case without
    organisations.csv has no such bodies.
    """
    bodies, services = reading.sheets["organisations"], reading.sheets["services"]
    if not bodies.rows or not (bodies.whole and services.whole):
        return
    named = {row.raw.get("organisation", "") for row in [*bodies.rows, *services.rows]}
    known = named | {COUNCIL, ""}
    for name in ("costs", "proposals"):
        sheet = reading.sheets[name]
        told: set[str] = set()
        for row in sheet.having("organisation"):
            body = row.text("organisation")
            if body not in known | told:
                told.add(body)
                hint = nearest(body, known)
                remedy = f"Write {hint}, or add" if hint else "Add"
                remedy = f"{remedy} it to organisations.csv; the council itself is {COUNCIL}."
                wrong = "organisations.csv has no such body"
                yield sheet.fault(row, "organisation", wrong, remedy)


def offers_before_transfer(reading: Reading) -> Iterator[Fault]:
    """Refuse an offer that a body opens in the plan before the year of its transfer."""
    begins = {
        row.text("provider") or row.text("organisation"): row.text("transfer_year")
        for row in reading.sheets["organisations"].having(
            "organisation", "provider", "transfer_year"
        )
    }
    sheet = reading.sheets["offers"]
    for row in sheet.having("provider", "first_year"):
        begin = begins.get(row.text("provider"), "")
        if row.text("first_year") < begin:
            wrong = f"before its body exists: organisations.csv has it transfer in {begin}"
            remedy = "Open the offer in that year, or give its units to a provider that exists."
            yield sheet.fault(row, "first_year", wrong, remedy)


def transfer_years(sheet: Sheet) -> dict[str, str]:
    """Return the year from which each body's savings count; blank is any."""
    return {
        row.text("organisation"): row.text("transfer_year")
        for row in sheet.having("organisation", "transfer_year")
    }


def _number(row: Row, column: str) -> float:
    return row.number(column) or 0.0
