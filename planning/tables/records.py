"""Checks of a case's own records: a signature has a name and a day, or neither yet."""

from collections.abc import Iterator

from planning.tables.faults import Fault
from planning.tables.reading import Reading


def half_signed(reading: Reading) -> Iterator[Fault]:
    """Refuse a sign-off that says who signed and not when, or when and not who."""
    sheet = reading.sheets["sign_offs"]
    for row in sheet.having("name", "date"):
        name, date = row.text("name"), row.text("date")
        if name and not date:
            remedy = "Give the day on which it was signed, or leave the name blank until it is."
            yield sheet.fault(row, "date", f"blank, and {name} is said to have signed", remedy)
        elif date and not name:
            remedy = "Say who signed, or leave the date blank until somebody does."
            yield sheet.fault(row, "name", f"blank, and signed on {date}", remedy)
