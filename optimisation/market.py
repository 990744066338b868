"""The problem's tables as the sets and arrays that the model's algebra names; no solver here.

A set is an index of labels, such as (offer, locality, year); what stands beside it are arrays in
its order. ``x_of_y`` gives the place in ``x`` of each member of ``y``, -1 where it has none.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from optimisation.problem import CORPORATE, TRADING, Problem
from optimisation.sets import (
    BoolArray,
    FloatArray,
    IntArray,
    codes,
    find,
    members,
    members_of,
    ranges,
)


@dataclass(frozen=True)
class Market:
    """Sets and arrays over one problem; every one sorted, so that the model is too."""

    problem: Problem

    @cached_property
    def years(self) -> pd.Index:
        """The plan's years, in order."""
        return pd.Index(self.problem.years, name="year")

    @cached_property
    def services(self) -> pd.Index:
        """Every service that buys units."""
        return pd.Index(sorted(self.problem.services["service"]), name="service")

    @cached_property
    def books(self) -> pd.Index:
        """Every service that cost is booked to: those that buy units, and ``corporate``."""
        return pd.Index(sorted({*self.services, CORPORATE}), name="service")

    @cached_property
    def localities(self) -> pd.Index:
        """Every locality, the whole council first."""
        named = {*self.problem.demand["locality"], *self.problem.offers["locality"], ""}
        return pd.Index(sorted(named), name="locality")

    @cached_property
    def statutory(self) -> BoolArray:
        """Whether the law requires each service."""
        table = self.problem.services.set_index("service")["statutory"]
        return np.asarray(table.loc[self.services], dtype=bool)

    @cached_property
    def offers(self) -> pd.DataFrame:
        """Every offer, with what its provider and service bring to it; no commitment is nil."""
        p = self.problem
        table = p.offers.sort_values("offer").set_index("offer")
        of_provider = p.providers.set_index("provider").loc[table["provider"]]
        of_service = p.services.set_index("service").loc[table["service"]]
        return table.assign(
            group=of_provider["group"].to_numpy(),
            sector=of_provider["sector"].to_numpy(),
            organisation=of_service["organisation"].to_numpy(),
            sustainable_rate=of_service["sustainable_rate"].to_numpy(),
            committed=table["committed"].fillna(0.0),
        )

    @cached_property
    def service_of_offer(self) -> IntArray:
        """The place in `services` of each offer's."""
        return np.asarray(self.services.get_indexer(self.offers["service"]))

    @cached_property
    def needs(self) -> pd.MultiIndex:
        """Every (service, locality, year) with demand."""
        return members_of(
            self._demand, service=self.services, locality=self.localities, year=self.years
        )

    @cached_property
    def demand(self) -> FloatArray:
        """Units needed, by need."""
        return np.asarray(self._demand["units"], dtype=float)

    @cached_property
    def _demand(self) -> pd.DataFrame:
        return self.problem.demand.sort_values(["service", "locality", "year"])

    @cached_property
    def awards(self) -> pd.MultiIndex:
        """Every (offer, year) in which an offer is open."""
        first = self.offers["first_year"].to_numpy()[:, np.newaxis]
        last = self.offers["last_year"].to_numpy()[:, np.newaxis]
        years = self.years.to_numpy()
        # No award is made below the rate at which a service can be sustained.
        sound = ~(self.offers["unit_cost"] < self.offers["sustainable_rate"]).to_numpy()
        return members(
            [self.offers.index, self.years],
            np.nonzero((first <= years) & ((last == "") | (years <= last)) & sound[:, np.newaxis]),
        )

    @cached_property
    def price(self) -> FloatArray:
        r"""£ a unit, by offer and year of the plan: :math:`c_o (1 + i_o)^{y - y_0}`."""
        first, rate = (self.offers[name].to_numpy() for name in ("unit_cost", "indexation"))
        return np.asarray(first[:, np.newaxis] * (1.0 + rate[:, np.newaxis]) ** self._steps)

    @cached_property
    def price_of_award(self) -> FloatArray:
        """£ a unit, in its first tier, by award."""
        return np.asarray(self.price[codes(self.awards)])

    @cached_property
    def present(self) -> FloatArray:
        """What £1 of each year is worth in the plan's first."""
        return np.asarray((1.0 + self.problem.discount_rate) ** -self._steps)

    @cached_property
    def _steps(self) -> FloatArray:
        """Years since the plan's first."""
        return np.arange(float(len(self.years)))

    @cached_property
    def served(self) -> pd.MultiIndex:
        """Every (offer, locality) that an offer serves: its own, or all of its service's."""
        service, place, _ = codes(self.needs)
        wanted = np.zeros((len(self.services), len(self.localities)), dtype=bool)
        wanted[service, place] = True
        wanted[~wanted.any(axis=1), self.localities.get_loc("")] = True
        own = self.localities.get_indexer(self.offers["locality"])
        everywhere = (self.offers["locality"] == "").to_numpy()
        first = np.cumsum(wanted.sum(axis=1)) - wanted.sum(axis=1)
        counts = np.where(everywhere, wanted.sum(axis=1)[self.service_of_offer], 1)
        offer = np.repeat(np.arange(len(self.offers)), counts)
        of_service = np.nonzero(wanted)[1]
        start = np.where(everywhere, first[self.service_of_offer], 0)
        found = of_service[np.minimum(ranges(start, counts), len(of_service) - 1)]
        place = np.where(everywhere[offer], found, own[offer])
        return members([self.offers.index, self.localities], [offer, place])

    @cached_property
    def places_of_offer(self) -> IntArray:
        """In how many localities each offer may be used."""
        return np.bincount(codes(self.served)[0], minlength=len(self.offers))

    @cached_property
    def award_of_use(self) -> IntArray:
        """The award that each use is part of."""
        offer, _ = codes(self.awards)
        return np.repeat(np.arange(len(self.awards)), self.places_of_offer[offer])

    @cached_property
    def uses(self) -> pd.MultiIndex:
        """Every (offer, locality, year) in which units of an open offer may be used."""
        offer, year = codes(self.awards)
        _, place = codes(self.served)
        levels = [self.offers.index, self.localities, self.years]
        award = self.award_of_use
        return members(levels, [offer[award], place[self.served_of_use], year[award]])

    @cached_property
    def served_of_use(self) -> IntArray:
        """The (offer, locality) of each use."""
        offer, _ = codes(self.awards)
        first = np.cumsum(self.places_of_offer) - self.places_of_offer
        return ranges(first[offer], self.places_of_offer[offer])

    def uses_of(self, awards: IntArray) -> tuple[IntArray, IntArray]:
        """Return the uses of some awards: the place in `awards`, and of the use; -1 has none."""
        size = np.bincount(self.award_of_use, minlength=len(self.awards))
        first = np.cumsum(size) - size
        counts = np.where(awards < 0, 0, size[awards])
        return np.repeat(np.arange(len(awards)), counts), ranges(first[awards], counts)

    @cached_property
    def need_of_use(self) -> IntArray:
        """The need that each use supplies."""
        offer, place, year = codes(self.uses)
        return find(self.needs, self.service_of_offer[offer], place, year)

    @cached_property
    def dearest(self) -> FloatArray:
        """£ a unit of the dearest offer open, by service and year; £1 where none has a price."""
        offer, year = codes(self.awards)
        found = np.zeros((len(self.services), len(self.years)))
        dearest = self.price_of_award * self.dearest_tier[offer]
        np.maximum.at(found, (self.service_of_offer[offer], year), dearest)
        return np.where(found > 0.0, found, 1.0)

    @cached_property
    def dearest_tier(self) -> FloatArray:
        """How many times its first price an offer's dearest tier costs, by offer."""
        highest = self.problem.tiers.groupby("offer")["unit_cost"].max()
        first = self.offers["unit_cost"]
        times = (highest.reindex(first.index) / first).fillna(1.0)
        return np.asarray(times.clip(lower=1.0), dtype=float)

    @cached_property
    def moves(self) -> pd.MultiIndex:
        """Every (offer, year) whose change on the year before is known, and can differ from nil."""
        offer, year = codes(self.awards)
        is_open = np.zeros(self.price.shape, dtype=bool)
        is_open[offer, year] = True
        moves = is_open.copy()
        moves[:, 1:] |= is_open[:, :-1]
        moves[:, 0] = self.offers["current"].notna()
        return members([self.offers.index, self.years], np.nonzero(moves))

    @cached_property
    def ledger(self) -> pd.MultiIndex:
        """Every (service, year) that cost is booked to."""
        return members(
            [self.books, self.years],
            np.nonzero(np.ones((len(self.books), len(self.years)), dtype=bool)),
        )

    @cached_property
    def streams(self) -> pd.DataFrame:
        """Every stream, with the services that it may pay for; none named means any.

        What organisations bring in is the stream ``trading``, which needs no row of its own.
        """
        table = self.problem.streams
        if len(self.problem.organisations) and TRADING not in set(table["stream"]):
            own = {"stream": TRADING, "kind": TRADING, "ring_fence": "", "one_off": False}
            table = pd.concat([table, pd.DataFrame([own])])
        table = table.sort_values("stream").set_index("stream")
        fences = [
            tuple(sorted({name.strip() for name in fence.split(";")} - {""}))
            for fence in table["ring_fence"]
        ]
        return table.assign(fence=pd.Series(fences, index=table.index, dtype=object))

    @cached_property
    def receipts(self) -> pd.MultiIndex:
        """Every (stream, year) with income."""
        return members_of(self._income, stream=self.streams.index, year=self.years)

    @cached_property
    def income(self) -> FloatArray:
        """£ available but for what organisations bring in, by receipt."""
        return np.asarray(self._income["amount"], dtype=float)

    @cached_property
    def _income(self) -> pd.DataFrame:
        table = self.problem.income[["stream", "year", "amount"]]
        if len(self.problem.organisations):
            announced = set(table.loc[table["stream"] == TRADING, "year"])
            years = [year for year in self.problem.years if year not in announced]
            none = pd.DataFrame({"stream": TRADING, "year": years, "amount": 0.0})
            table = pd.concat([table, none])
        return table.sort_values(["stream", "year"])

    @cached_property
    def fenced(self) -> BoolArray:
        """Whether each receipt may pay for some services only."""
        stream, _ = codes(self.receipts)
        return np.asarray(self.streams["fence"].map(len) > 0)[stream]

    @cached_property
    def receipt_of_grant(self) -> IntArray:
        """The receipt that each of `grants` is paid from."""
        return self._allowed[0]

    @cached_property
    def grants(self) -> pd.MultiIndex:
        """Every (stream, service, year) that the ring-fences allow."""
        receipt, book = self._allowed
        stream, year = codes(self.receipts)
        levels = [self.streams.index, self.books, self.years]
        return members(levels, [stream[receipt], book, year[receipt]])

    @cached_property
    def _allowed(self) -> tuple[IntArray, IntArray]:
        stream, _ = codes(self.receipts)
        allowed = np.array(
            [self.books.isin(fence or self.books) for fence in self.streams["fence"]], dtype=bool
        ).reshape(len(self.streams), len(self.books))
        receipt, book = np.nonzero(allowed[stream])
        return receipt, book
