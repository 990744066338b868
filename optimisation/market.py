"""The problem's tables as the sets and lookups that the model's algebra names; no solver here."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import pandas as pd

from optimisation.problem import CORPORATE, Problem

Use: TypeAlias = tuple[str, str, str]
"""(offer, locality, year): units of an offer used in a locality."""

Award: TypeAlias = tuple[str, str]
"""(offer, year): an offer in a year in which it is open."""


@dataclass(frozen=True)
class Offer:
    """One row of offers.csv, with what its provider and service bring to it."""

    offer: str
    provider: str
    group: str
    sector: str
    organisation: str
    service: str
    locality: str
    contract_type: str
    capacity: float | None
    committed: float
    current: float | None


@dataclass(frozen=True)
class Aim:
    """One row of targets.csv: what an outcome must reach in a year, and what moves it.

    ``per_unit`` maps each offer that takes part to its effect; ``volume`` is the demand of the
    services concerned, which turns an average into something that adds up.
    """

    target: float
    average: bool
    at_least: bool
    statutory: bool
    per_unit: dict[str, float]
    volume: float

    @property
    def scale(self) -> float:
        """What one whole miss is worth: the target, or the target times its volume."""
        size = abs(self.target) * self.volume if self.average else abs(self.target)
        return max(1.0, size)


@dataclass(frozen=True)
class Market:
    """Sets and lookups over one problem; every one sorted, so that the model is too."""

    problem: Problem

    @cached_property
    def years(self) -> tuple[str, ...]:
        """The plan's years, in order."""
        return self.problem.years

    @cached_property
    def step(self) -> dict[str, int]:
        """Years since the plan's first."""
        return {year: t for t, year in enumerate(self.years)}

    @cached_property
    def offers(self) -> dict[str, Offer]:
        """Every offer, by its key."""
        p = self.problem
        providers = p.providers.set_index("provider")
        organisation = p.services.set_index("service")["organisation"]
        return {
            row.offer: Offer(
                offer=row.offer,
                provider=row.provider,
                group=providers.at[row.provider, "group"],
                sector=providers.at[row.provider, "sector"],
                organisation=organisation[row.service],
                service=row.service,
                locality=row.locality,
                contract_type=row.contract_type,
                capacity=_known(row.capacity),
                committed=0.0 if pd.isna(row.committed) else float(row.committed),
                current=_known(row.current),
            )
            for row in p.offers.sort_values("offer").itertuples()
        }

    @cached_property
    def awards(self) -> tuple[Award, ...]:
        """Every offer in each year in which it is open."""
        rows = self.problem.offers.sort_values("offer").itertuples()
        return tuple(
            (row.offer, year)
            for row in rows
            for year in self.years
            if row.first_year <= year and (row.last_year == "" or year <= row.last_year)
        )

    @cached_property
    def open(self) -> frozenset[Award]:
        """The awards, for asking whether an offer is open in a year."""
        return frozenset(self.awards)

    @cached_property
    def price(self) -> dict[Award, float]:
        r"""£ a unit: :math:`c_o (1 + i_o)^{y - y_0}`, in every year of the plan."""
        table = self.problem.offers
        return {
            (row.offer, year): row.unit_cost * (1.0 + row.indexation) ** t
            for row in table.itertuples()
            for year, t in self.step.items()
        }

    @cached_property
    def demand(self) -> dict[tuple[str, str, str], float]:
        """Units needed, by (service, locality, year)."""
        table = self.problem.demand.sort_values(["service", "locality", "year"])
        return {(r.service, r.locality, r.year): float(r.units) for r in table.itertuples()}

    @cached_property
    def localities(self) -> dict[str, tuple[str, ...]]:
        """Where each service has demand; ``("",)`` for the whole council or none at all."""
        found: dict[str, set[str]] = {}
        for service, locality, _ in self.demand:
            found.setdefault(service, set()).add(locality)
        return {s: tuple(sorted(found.get(s, {""}))) for s in self.services}

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every offer, locality it can serve and year in which it is open."""
        return tuple((o, place, y) for o, y in self.awards for place in self.places(o))

    def places(self, offer: str) -> tuple[str, ...]:
        """Return the localities that an offer serves: its own, or all of its service's."""
        terms = self.offers[offer]
        return (terms.locality,) if terms.locality else self.localities[terms.service]

    @cached_property
    def services(self) -> tuple[str, ...]:
        """Every service that buys units."""
        return tuple(sorted(self.problem.services["service"]))

    @cached_property
    def books(self) -> tuple[str, ...]:
        """Every service that cost is booked to: those that buy units, and ``corporate``."""
        return tuple(sorted({*self.services, CORPORATE}))

    @cached_property
    def statutory(self) -> frozenset[str]:
        """The services that the law requires."""
        table = self.problem.services
        return frozenset(table.loc[table["statutory"], "service"])

    def sellers(self, service: str, year: str) -> list[str]:
        """Return the offers of a service that are open in a year."""
        return [o for o, y in self.awards if y == year and self.offers[o].service == service]

    @cached_property
    def dearest(self) -> dict[tuple[str, str], float]:
        """£ a unit of the dearest offer open, by (service, year); £1 where none is open."""
        found = {(s, y): 0.0 for s in self.services for y in self.years}
        for o, y in self.awards:
            key = (self.offers[o].service, y)
            found[key] = max(found[key], self.price[o, y])
        return {key: price if price > 0.0 else 1.0 for key, price in found.items()}

    @cached_property
    def aims(self) -> dict[tuple[str, str], Aim]:
        """Every target, by (outcome, year)."""
        outcomes = self.problem.outcomes.set_index("outcome")
        table = self.problem.targets.sort_values(["outcome", "year"])
        return {
            (row.outcome, row.year): Aim(
                target=float(row.target),
                average=outcomes.at[row.outcome, "measure"] == "average",
                at_least=outcomes.at[row.outcome, "direction"] == "at_least",
                statutory=bool(outcomes.at[row.outcome, "statutory"]),
                per_unit=self._effects(row.outcome),
                volume=self._volume(row.outcome, row.year),
            )
            for row in table.itertuples()
        }

    def _effects(self, outcome: str) -> dict[str, float]:
        """Return the effect of each offer: its own row, else its service's."""
        table = self.problem.effects
        rows = table[table["outcome"] == outcome]
        whole = {r.service: float(r.per_unit) for r in rows.itertuples() if r.offer == ""}
        own = {r.offer: float(r.per_unit) for r in rows.itertuples() if r.offer != ""}
        shared = {o: whole[t.service] for o, t in self.offers.items() if t.service in whole}
        return shared | own

    def _volume(self, outcome: str, year: str) -> float:
        """Return the units needed in a year of the services that have an effect."""
        table = self.problem.effects
        concerned = set(table.loc[table["outcome"] == outcome, "service"])
        return sum(d for (s, _, y), d in self.demand.items() if s in concerned and y == year)

    @cached_property
    def income(self) -> dict[tuple[str, str], float]:
        """£ available, by (stream, year)."""
        table = self.problem.income.sort_values(["stream", "year"])
        return {(r.stream, r.year): float(r.amount) for r in table.itertuples()}

    @cached_property
    def ring_fence(self) -> dict[str, tuple[str, ...]]:
        """The services each stream may pay for; none named means any."""
        table = self.problem.streams.sort_values("stream")
        return {
            r.stream: tuple(sorted({s.strip() for s in r.ring_fence.split(";") if s.strip()}))
            for r in table.itertuples()
        }

    @cached_property
    def fixed(self) -> dict[tuple[str, str], float]:
        """£ that no unit buys, by (service, year), after what proposals add and take away."""
        amounts = {(s, y): 0.0 for s in self.books for y in self.years}
        for row in self.problem.costs.itertuples():
            amounts[CORPORATE, row.year] += row.amount
        for row in self.problem.proposals.itertuples():
            amounts[row.service or CORPORATE, row.year] += expected_change(
                kind=row.kind, amount=row.amount, delivery=row.delivery
            )
        for (service, year), amount in amounts.items():
            # A service in credit lends what is over, so that its saving is not lost.
            if service != CORPORATE and amount < 0.0:
                amounts[CORPORATE, year] += amount
                amounts[service, year] = 0.0
        return amounts

    @cached_property
    def one_off_cost(self) -> dict[str, float]:
        """£ of each year's fixed cost that does not recur, less one-off savings and income."""
        amounts = dict.fromkeys(self.years, 0.0)
        for row in self.problem.costs.itertuples():
            amounts[row.year] += row.amount if row.one_off else 0.0
        for row in self.problem.proposals.itertuples():
            if row.one_off:
                amounts[row.year] += expected_change(
                    kind=row.kind, amount=row.amount, delivery=row.delivery
                )
        return amounts

    def pays_for(self) -> Iterator[tuple[str, str, str]]:
        """Yield every (stream, service, year) that the ring-fences allow."""
        for stream, year in self.income:
            for service in self.ring_fence[stream] or self.books:
                yield stream, service, year


def expected_change(*, kind: str, amount: float, delivery: float) -> float:
    """Return what a proposal adds to fixed cost, in £; a saving only so far as it is delivered."""
    if kind in ("pressure", "investment"):
        return amount
    return -amount * (1.0 if pd.isna(delivery) else delivery)


def _known(value: float) -> float | None:
    """Return a number, or None where the cell is blank."""
    return None if pd.isna(value) else float(value)
