"""The stress library: what every plan is tried against, as edits made from the case itself."""

from collections.abc import Iterator

from planning.case import Case
from planning.tables.edits import Edit
from planning.tables.schema import GIVES, SETTINGS_FILE

GRANT_FALL, INDEXATION_RISE, DEMAND_RISK = "-5%", "+2 points", "0.9"
"""The sizes of the built-in stresses; a case's own scenarios may have others."""


def stresses(case: Case) -> dict[str, tuple[Edit, ...]]:
    """Return the edits of every stress, by its name; those that a case has nothing for are left.

    Trading half as good, savings a year late, grants 5% less, indexation 2 points more, demand at
    its 90% quantile, all these together, and each provider failing.
    """
    together = {
        "trading half as good": list(_half_the_market(case)),
        "savings a year late": list(_late(case)),
        f"grants {GRANT_FALL}": list(_less_grant(case)),
        f"indexation {INDEXATION_RISE}": [("offers", "*", "indexation", INDEXATION_RISE)],
        "demand at its 90% quantile": [(SETTINGS_FILE, "", "plan.demand_quantile", DEMAND_RISK)],
    }
    every = together | {"all of these": [cell for cells in together.values() for cell in cells]}
    for provider in sorted(set(case.offers["provider"])):
        every[f"{provider} fails"] = list(failure(case, provider))
    return {
        name: tuple(Edit(name, *cell) for cell in cells) for name, cells in every.items() if cells
    }


Cell = tuple[str, str, str, str]
"""A table, a key, a column and a value."""


def _half_the_market(case: Case) -> Iterator[Cell]:
    if case.organisations["external_market"].notna().any():
        yield "organisations", "*", "external_market", "x0.5"


def _late(case: Case) -> Iterator[Cell]:
    """Give every saving and new income of a year what the year before had, the first none."""
    own = case.proposals[case.proposals["kind"].isin(GIVES)]
    amount = own.set_index(["proposal", "year"])["amount"]
    before = dict(zip(case.years[1:], case.years, strict=False))
    for proposal, year in amount.index:
        earlier = float(amount.get((proposal, before.get(year, "")), 0.0))
        yield "proposals", f"{proposal}/{year}", "amount", repr(earlier)


def _less_grant(case: Case) -> Iterator[Cell]:
    for stream in case.streams.loc[case.streams["kind"] == "grant", "stream"]:
        yield "outlook.income", f"{stream}/*", "amount", GRANT_FALL


def failure(case: Case, provider: str) -> Iterator[Cell]:
    """Yield what a provider that fails changes: its offers open only after the plan."""
    last = int(case.years[-1][:4]) + 1
    for offer in case.offers.loc[case.offers["provider"] == provider, "offer"]:
        yield "offers", offer, "first_year", f"{last}-{(last + 1) % 100:02d}"
        yield "offers", offer, "last_year", "blank"
