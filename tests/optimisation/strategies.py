"""Random problems drawn by hypothesis."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

import numpy as np
from hypothesis import strategies as st

from optimisation.problem import Problem
from tests.optimisation.cases import NAN, problem, year_labels

PROVIDERS = ("p1", "p2", "p3", "p4")
LOCALITIES = ("north", "south", "west")
PRICES = (5.0, 18.5, 240.0, 1150.0, 3900.0)
CONTRACTS = ("spot", "block", "framework")
GROUPS = ("alder", "birch")
SECTORS = ("private", "mutual")
ORGANISATIONS = ("children", "adults")
LIMITS = {
    "max_share": (0.25, 0.4, 0.6, 0.8),
    "min_share": (0.1, 0.2, 0.4),
    "max_change": (0.1, 0.25, 0.5, 1.0),
    "max_spend": (0.05, 0.2, 0.5),  # of a year's need, as is the next
    "min_spend": (0.001, 0.02, 0.1),
    "max_lots": (0, 1),
}

Row = dict[str, object]
T = TypeVar("T")


class _Pick:
    """Draws counts by hypothesis, which shrinks them, and all else by a seed of its choice.

    Left to itself, hypothesis repeats parts of one example in the next: half of them would say
    nothing new.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.random = Random(draw(st.integers(0, 2**32 - 1)))

    def count(self, least: int, most: int) -> range:
        return range(self.draw(st.sampled_from(range(least, most + 1))))

    def of(self, *values: T) -> T:
        return self.random.choice(values)

    def some(self, values: Sequence[str], *, one_in: int) -> list[str]:
        return [value for value in values if self.random.randrange(one_in) == 0]


def tidy(number: float) -> float:
    """Round to three figures, so that no two numbers are nearly equal."""
    return float(f"{number:.3g}")


@st.composite
def problems(draw: st.DrawFn, contracts: bool = True) -> Problem:
    """Draw a council of one to four services and years, often short of something.

    Without contracts no award is a whole decision, and the program is linear.

    Numbers are round and lie on realistic scales, a few of them a large council's, so that plans
    which differ do so by far more than any tolerance.
    """
    pick = _Pick(draw)
    years = year_labels(len(pick.count(1, 4)))
    size = pick.of(1, 1, 1, 500)
    services: list[Row] = [
        {"service": name, "organisation": pick.of("", *ORGANISATIONS)}
        | {"statutory": pick.of(True, True, False)}
        for name in ("care", "respite", "visits", "advice")[: len(pick.count(1, 4))]
    ]
    market = _Market(pick, years, [str(s["service"]) for s in services], size, contracts)
    for service in services:
        rate = market.price[str(service["service"])] * pick.of(0.7, 0.85)
        service["sustainable_rate"] = pick.of(*(NAN,) * 7, tidy(rate))
    outcomes = [outcome(pick, f"k{n}") for n in pick.count(0, 3)]
    effects = [e for k in outcomes for e in effects_on(pick, k, market)]
    streams = [stream(pick, f"g{n}", market.services) for n in pick.count(1, 3)]
    proposals = [proposal(pick, f"d{n}", market) for n in pick.count(0, 4)]
    opening = tidy(market.need * pick.of(0.0, 0.05, 0.3))
    return problem(
        years=len(years),
        discount_rate=pick.of(0.0, 0.035),
        reserves=reserves(pick, opening),
        services=services,
        demand=market.demand,
        streams=streams,
        income=[income(pick, str(g["stream"]), market, len(streams)) for g in streams],
        providers=[
            {"provider": p, "group": pick.of("", *GROUPS)} | {"sector": pick.of(*SECTORS)}
            for p in PROVIDERS
        ],
        offers=market.offers,
        tiers=market.tiers,
        outcomes=outcomes,
        targets=[t for k in outcomes for t in targets_of(pick, k, effects, market)],
        effects=effects,
        prevention=prevention(pick, market),
        rules=[rule(pick, market) for _ in pick.count(0, 3)],
        costs=[corporate_cost(pick, year, proposals, market) for year in years],
        proposals=proposals,
        organisations=[organisation(pick, p, market) for p in pick.some(PROVIDERS, one_in=4)],
    )


class _Market:
    """Demand, price levels and offers, and what the whole of a year's demand would cost."""

    def __init__(
        self, pick: _Pick, years: Sequence[str], services: list[str], size: int, contracts: bool
    ) -> None:
        self.years, self.services = years, services
        self.kinds = [kind for kind in LIMITS if contracts or kind != "max_lots"]
        self.price = {service: pick.of(*PRICES) for service in services}
        self.volume: dict[str, float] = {}
        self.demand: list[Row] = []
        for service in services:
            self.volume[service] = units = float(size * pick.of(2, 12, 60, 150, 800, 2000))
            self.demand += self.demand_of(pick, service, units)
        self.need = sum(self.price[s] * self.volume[s] for s in services)
        self.offers = [self.offer(pick, f"o{n}") for n in pick.count(1, 7)]
        self.tiers = (
            [tier for o in self.offers for tier in self.terms(pick, o)] if contracts else []
        )

    def demand_of(self, pick: _Pick, service: str, units: float) -> list[Row]:
        areas = pick.of(("",), LOCALITIES[:2], LOCALITIES, ("",), ())
        growth = [pick.of(-0.1, 0.0, 0.04, 0.12) for _ in areas]
        return [
            {"service": service, "locality": area, "year": year}
            | {"units": float(round(units * (1 + grows) ** t / len(areas)))}
            for area, grows in zip(areas, growth, strict=True)
            for t, year in enumerate(self.years)
        ]

    def terms(self, pick: _Pick, offer: Row) -> list[Row]:
        """Add to one offer in four terms that ask for a whole award, notice or tiers."""
        offer["notice_years"] = pick.of(NAN, NAN, NAN, 1.0, 2.0)
        kind = pick.of(*("plain",) * 12, "viable", "fee", "lot", "tiers")
        if kind == "plain":
            return []
        units = self.volume[str(offer["service"])]
        if np.isnan(float(offer["capacity"])):
            offer["capacity"] = tidy(units * 0.7)
        capacity, price = float(offer["capacity"]), float(offer["unit_cost"])
        if kind == "viable":
            offer["minimum"] = tidy(capacity * pick.of(0.3, 0.8, 1.0))
        elif kind == "fee":
            offer["award_cost"] = tidy(capacity * price * pick.of(0.02, 0.2))
        elif kind == "lot":
            offer["lot"] = pick.of("lot1", "lot1", "lot2")
        else:
            first, last = pick.of((0.9, 0.8), (1.1, 1.3), (0.9, 1.2), (1.2, 0.9))
            return [
                {"offer": offer["offer"], "from_units": tidy(capacity * at)}
                | {"unit_cost": tidy(price * times)}
                for at, times in ((0.3, first), (0.6, last))[: len(pick.count(1, 2))]
            ]
        return []

    def localities(self, service: str) -> list[str]:
        named = {str(d["locality"]) for d in self.demand if d["service"] == service}
        return sorted(named or set(LOCALITIES))

    def offer(self, pick: _Pick, name: str) -> Row:
        service = pick.of(*self.services)
        units = self.volume[service]
        capacity = pick.of(NAN, NAN, 0.2, 0.4, 0.7, 1.0)
        committed = pick.of(NAN, NAN, 0.0, 0.1, 0.25, 0.5)
        first = pick.of("2009-10", self.years[0], self.years[0], self.years[-1])
        last = pick.of("", "", "", self.years[-1], self.years[0], "2031-32")
        return {
            "offer": name,
            "provider": pick.of(*PROVIDERS),
            "service": service,
            "locality": pick.of("", "", *self.localities(service)),
            "contract_type": pick.of(*CONTRACTS),
            "first_year": first,
            "last_year": last if last >= first else "",
            "unit_cost": tidy(self.price[service] * pick.of(0.65, 0.8, 0.9, 1.0, 1.1, 1.3, 1.8)),
            "indexation": pick.of(0.0, 0.02, 0.035, -0.01),
            "capacity": tidy(units * capacity),
            "committed": tidy(units * (capacity if committed > capacity else committed)),
            "current": tidy(units * pick.of(NAN, 0.0, 0.15, 0.25, 0.35, 0.6)),
        }


def outcome(pick: _Pick, name: str) -> Row:
    return {
        "outcome": name,
        "measure": pick.of("total", "average"),
        "direction": pick.of("at_least", "at_most"),
        "statutory": pick.of(True, False),
    }


def effects_on(pick: _Pick, outcome: Row, market: _Market) -> list[Row]:
    """Draw effects of some services, and of some of their offers in place of the service's."""
    rows = []
    levels = pick.of((0.4, 0.55, 0.7, 0.9), (1.5, 2.0, 3.0, 4.5), (-0.5, 0.0, 0.25, 1.0))
    touched = pick.some(market.services, one_in=2) or market.services[:1]
    own = pick.some([str(o["offer"]) for o in market.offers], one_in=3)
    for service in touched:
        if pick.of(True, True, False):
            rows.append({"service": service, "offer": ""})
        offers = [o["offer"] for o in market.offers if o["service"] == service]
        rows += [{"service": service, "offer": o} for o in offers if o in own]
    name = outcome["outcome"]
    return [row | {"outcome": name, "per_unit": pick.of(*levels)} for row in rows]


def prevention(pick: _Pick, market: _Market) -> list[Row]:
    """Draw what some services prevent of others, some of it more than there is to prevent."""
    pairs = [(by, of) for by in market.services for of in market.services if by != of]
    return [
        {"service": by, "reduces": of, "lag_years": lag}
        | {"units_per_unit": tidy(market.volume[of] / market.volume[by] * pick.of(0.05, 0.4, 3.0))}
        for by, of in pairs
        for lag in pick.some((0, 1, 2), one_in=8)
    ]


def targets_of(pick: _Pick, outcome: Row, effects: list[Row], market: _Market) -> list[Row]:
    """Draw levels for some of the years: of a unit for an average, of all units for a total."""
    mine = [e for e in effects if e["outcome"] == outcome["outcome"]]
    levels = [abs(float(e["per_unit"])) for e in mine] or [1.0]
    volume = sum(market.volume[s] for s in sorted({str(e["service"]) for e in mine}))
    size = sum(levels) / len(levels)
    size *= 1.0 if outcome["measure"] == "average" else max(volume, 1.0)
    return [
        {"outcome": outcome["outcome"], "year": year}
        | {"target": tidy(size * pick.of(0.3, 0.6, 0.9, 1.2))}
        for year in pick.some(market.years, one_in=2)
    ]


def stream(pick: _Pick, name: str, services: Sequence[str]) -> Row:
    fence = pick.some([*services, "corporate"], one_in=6)
    return {
        "stream": name,
        "ring_fence": pick.of("; ", ";").join(fence),
        "one_off": pick.of(True, False),
    }


def income(pick: _Pick, name: str, market: _Market, streams: int) -> Row:
    share = pick.of(0.0, 0.4, 0.8, 1.2, 2.0, 3.0)
    growth = pick.of(-0.08, 0.0, 0.02)
    amount = market.need / streams * share
    return {
        "stream": name,
        "amount": [tidy(amount * (1 + growth) ** t) for t in range(len(market.years))],
    }


def proposal(pick: _Pick, name: str, market: _Market) -> Row:
    return {
        "proposal": name,
        "year": pick.of(*market.years),
        "service": pick.of("", *market.services),
        "organisation": pick.of("", "council", *PROVIDERS),
        "kind": pick.of("saving", "income", "pressure", "investment"),
        "amount": tidy(market.need * pick.of(0.01, 0.04, 0.1)),
        "delivery": pick.of(NAN, 0.0, 0.5, 0.8, 1.0),
        "one_off": pick.of(True, False),
    }


def reserves(pick: _Pick, opening: float) -> list[Row]:
    """Draw one general reserve or two, and in one case of three some for one-off cost too."""
    general = [
        {"reserve": name, "opening": tidy(opening * share)}
        | {"minimum": tidy(opening * share * pick.of(0.0, 0.5, 1.0, 1.2))}
        for name, share in pick.of((("general", 1.0),), (("general", 0.4), ("other", 0.6)))
    ]
    kept = [
        {"reserve": name, "one_off_only": True, "opening": tidy(opening * share)}
        | {"minimum": tidy(opening * share * pick.of(0.0, 0.5))}
        for name, share in pick.of((), (), (("change", 0.3), ("receipts", 0.5)))
    ]
    return general + kept


def organisation(pick: _Pick, provider: str, market: _Market) -> Row:
    """Draw a body that may trade, at a gain or at a loss, or may not."""
    trades = {
        "external_market": tidy(market.need * pick.of(0.02, 0.1, 0.6)),
        "margin": pick.of(-0.05, 0.0, 0.08, 0.3),
        "win_probability": pick.of(0.3, 0.8, 1.0),
        "ownership_share": pick.of(0.0, 0.5, 1.0),
    }
    return {
        "organisation": provider,
        "transfer_year": pick.of("", "", market.years[0], market.years[-1], "2031-32"),
        "activity_limit": pick.of(NAN, 0.0, 0.2, 0.2, 1.0),
        "opening_reserves": pick.of(NAN, 0.0, 1000.0),
    } | pick.of(trades, trades, trades, {})


def corporate_cost(pick: _Pick, year: str, proposals: list[Row], market: _Market) -> Row:
    """Draw a cost that covers the year's savings, so that corporate never falls below nil."""
    cut = [p for p in proposals if p["year"] == year and p["kind"] in ("saving", "income")]
    least = sum(float(p["amount"]) for p in cut)
    cost = least + tidy(market.need * pick.of(0.0, 0.1))
    return {"item": "core", "year": year, "amount": cost, "one_off": pick.of(True, False, False)}


def rule(pick: _Pick, market: _Market) -> Row:
    """Draw a rule whose scope is mostly that of some offer, so that it is seldom empty."""
    kind = pick.of(*market.kinds, "max_change")
    limit = pick.of(*LIMITS[kind])
    offer = pick.of(*market.offers)
    scope = {
        "provider": offer["provider"],
        "group": pick.of(*GROUPS),
        "sector": pick.of(*SECTORS),
        "organisation": pick.of(*ORGANISATIONS),
        "service": pick.of(offer["service"], offer["service"], *market.services),
        "locality": offer["locality"] or pick.of(*market.localities(str(offer["service"]))),
        "contract_type": offer["contract_type"],
    }
    return {name: scope[name] for name in pick.some(tuple(scope), one_in=5)} | {
        "kind": kind,
        "each": pick.of("", "", "provider", "group", "locality", "offer"),
        "year": pick.of("", "", *market.years),
        "limit": tidy(limit * market.need) if kind.endswith("spend") else float(limit),
    }
