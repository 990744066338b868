"""Checks of contract terms: awards that are whole, lots and tiers."""

from collections.abc import Iterator

from planning.tables.faults import Fault
from planning.tables.reading import Reading
from planning.tables.sheets import Row


def whole_without_capacity(reading: Reading) -> Iterator[Fault]:
    """Refuse an offer that is awarded whole, or in tiers, and has no capacity to be whole of."""
    tiered = _tiered(reading)
    sheet = reading.sheets["offers"]
    for row in sheet.having("offer", "capacity", "minimum", "award_cost", "lot"):
        whole = row.number("minimum") or row.number("award_cost") or row.text("lot")
        if (whole or row.text("offer") in tiered) and row.number("capacity") is None:
            wrong = "blank, and the offer is awarded whole or in tiers"
            remedy = "Give the units that it sells at most."
            yield sheet.fault(row, "capacity", wrong, remedy)


def minimum_above_capacity(reading: Reading) -> Iterator[Fault]:
    """Refuse a smallest viable volume that the offer cannot sell."""
    sheet = reading.sheets["offers"]
    for row in sheet.having("minimum", "capacity"):
        least, most = row.number("minimum"), row.number("capacity")
        if least is not None and most is not None and least > most:
            wrong = f"above the offer's capacity, {most:,.12g}"
            yield sheet.fault(row, "minimum", wrong, "Correct one of the two.")


def tiers_beyond_capacity(reading: Reading) -> Iterator[Fault]:
    """Refuse a tier that begins where the offer ends."""
    most = {
        row.text("offer"): row.number("capacity")
        for row in reading.sheets["offers"].having("offer", "capacity")
    }
    sheet = reading.sheets["tiers"]
    for row in sheet.having("offer", "from_units"):
        capacity, start = most.get(row.text("offer")), row.number("from_units")
        if capacity is not None and start is not None and start >= capacity:
            wrong = f"not below the offer's capacity, {capacity:,.12g}"
            yield sheet.fault(row, "from_units", wrong, "Correct one of the two.")


def local_spending_of_tiers(reading: Reading) -> Iterator[Fault]:
    """Refuse a limit on spending in a locality over an offer whose units have no one price.

    What an award costs is not known locality by locality where it depends on them together.
    """
    tiered = _tiered(reading)
    own = {
        row.text("service")
        for row in reading.sheets["offers"].having("offer", "service", "award_cost")
        if row.text("offer") in tiered or row.number("award_cost")
    }
    sheet = reading.sheets["rules"]
    for row in sheet.having("kind", "each", "locality", "service"):
        by_place = row.text("locality") or row.text("each") == "locality"
        if row.text("kind").endswith("_spend") and by_place and _meets(row, own):
            wrong = "spending in a locality, over offers in tiers or with an award_cost"
            remedy = "Limit it over all localities, or for services whose offers have one price."
            yield sheet.fault(row, "kind", wrong, remedy)


def _meets(rule: Row, services: set[str]) -> bool:
    """Tell whether a rule may hold for any of some services."""
    return bool(services) if not rule.text("service") else rule.text("service") in services


def _tiered(reading: Reading) -> set[str]:
    return {row.text("offer") for row in reading.sheets["tiers"].having("offer")}
