"""How money is rounded for reading: in £m, £000 or £, by the largest figure beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

NOT_TOLD = "not known"


@dataclass(frozen=True)
class Scale:
    """What one figure stands for, and how many places of it are shown.

    Parameters
    ----------
    unit : str
        As it stands in a header: ``£m``.
    size : float
        £ in one.
    places : int
        Decimal places.
    """

    unit: str
    size: float
    places: int

    @property
    def rounding(self) -> str:
        """How figures are rounded, as a sentence."""
        names = {1e6: "millions of pounds, to one place", 1e3: "thousands of pounds"}
        return f"Figures are in {names.get(self.size, 'whole pounds')}."

    def figure(self, pounds: float) -> str:
        """Return £ as they stand under the unit: ``427.0``, a minus sign before what is negative.

        What is not known says so, and what rounds to nil has no sign.
        """
        if not isfinite(pounds):
            return NOT_TOLD
        told = f"{abs(pounds) / self.size:,.{self.places}f}"
        return f"−{told}" if pounds < 0.0 and float(told.replace(",", "")) else told

    def signed(self, pounds: float) -> str:
        """Return a change, with a plus before what is more."""
        told = self.figure(pounds)
        return f"+{told}" if pounds > 0.0 and told.strip("0.,") else told

    def words(self, pounds: float) -> str:
        """Return £ as they stand in a sentence: ``£427.0m``, ``−£4,000``."""
        told = self.figure(pounds)
        if told == NOT_TOLD:
            return told
        sign, digits = ("−", told[1:]) if told[0] == "−" else ("", told)
        after = {1e6: "m", 1e3: ",000" if digits != "0" else ""}.get(self.size, "")
        return f"{sign}£{digits}{after}"


MILLIONS, THOUSANDS, POUNDS = Scale("£m", 1e6, 1), Scale("£000", 1e3, 0), Scale("£", 1.0, 0)


def scale_of(amounts: Iterable[float]) -> Scale:
    """Return the scale on which £ are best read together: the largest has at least two figures."""
    largest = max((abs(amount) for amount in amounts if isfinite(amount)), default=0.0)
    if largest >= 10e6:
        return MILLIONS
    return THOUSANDS if largest >= 10e3 else POUNDS
