"""The case's tables as what restates the program looks them up; apart from ``market`` on purpose.

The model and its certificate must not share a misreading, so neither do they share this.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pandas as pd

from optimisation.problem import Problem

Key: TypeAlias = tuple[str, ...]
"""A column (variable, index...) or a row (rule, index...)."""

Record: TypeAlias = Any
"""A row of a table, as ``DataFrame.itertuples`` gives it."""


class Facts:
    """The tables as lists of rows, with the few look-ups that every rule needs."""

    def __init__(self, p: Problem) -> None:
        self.p = p
        self.years = p.years
        self.offers = list(p.offers.itertuples())
        self.demand = {(r.service, r.locality, r.year): r.units for r in p.demand.itertuples()}
        providers = {r.provider: r for r in p.providers.itertuples()}
        organisation = {r.service: r.organisation for r in p.services.itertuples()}
        self.statutory = {r.service for r in p.services.itertuples() if r.statutory}
        self.traits = {
            r.offer: {
                "offer": r.offer,
                "provider": r.provider,
                "group": providers[r.provider].group,
                "sector": providers[r.provider].sector,
                "organisation": organisation[r.service],
                "service": r.service,
                "contract_type": r.contract_type,
            }
            for r in self.offers
        }
        self.fences = {
            r.stream: [s.strip() for s in r.ring_fence.split(";")] if r.ring_fence.strip() else []
            for r in p.streams.itertuples()
        }
        self.books = (
            [*organisation, "corporate"] if "corporate" not in organisation else [*organisation]
        )

    def is_open(self, row: Record, year: str) -> bool:
        """Tell whether a row of offers.csv is open in a year; no last year is no end."""
        return row.first_year <= year and not (row.last_year and row.last_year < year)

    def places(self, row: Record) -> list[str]:
        """Return where a row of offers.csv can be used."""
        if row.locality:
            return [row.locality]
        return sorted({place for s, place, _ in self.demand if s == row.service}) or [""]

    def price(self, row: Record, year: str) -> float:
        """Return £ a unit in a year: the first year's, indexed since."""
        return float(row.unit_cost * (1 + row.indexation) ** self.years.index(year))

    def uses(self) -> Iterator[tuple[Record, str, str]]:
        """Yield (row of offers.csv, locality, year) for every use that is open."""
        for row in self.offers:
            for year in self.years:
                if self.is_open(row, year):
                    for place in self.places(row):
                        yield row, place, year

    def fixed(self, service: str, year: str) -> float:
        """Return a service's own fixed cost, before any credit is lent to corporate."""
        total = 0.0
        if service == "corporate":
            total += sum(r.amount for r in self.p.costs.itertuples() if r.year == year)
        for r in self.p.proposals.itertuples():
            if r.year == year and (r.service or "corporate") == service:
                share = 1.0 if pd.isna(r.delivery) else r.delivery
                total += r.amount if r.kind in {"pressure", "investment"} else -r.amount * share
        return float(total)

    def effects(self, outcome: str) -> Callable[[Record], float | None]:
        """Return the effect of a row of offers.csv on an outcome: None where it takes no part."""
        table = [r for r in self.p.effects.itertuples() if r.outcome == outcome]

        def effect(row: Record) -> float | None:
            own = [r.per_unit for r in table if r.offer == row.offer]
            shared = [r.per_unit for r in table if r.service == row.service and not r.offer]
            return next(iter(own + shared), None)

        return effect
