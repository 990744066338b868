"""From the model's solution to the plan's tables, in natural units: units, £, shares."""

from collections import defaultdict
from typing import TypeAlias

import pandas as pd

from optimisation.funding import YearMoney, budget_table, funding_table, spread
from optimisation.market import Market
from optimisation.scaling import Scale

Values: TypeAlias = dict[tuple[str, ...], float]
"""Variables of the model by (name, index...), in model units."""

Units: TypeAlias = dict[tuple[str, ...], float]
"""Units of service by index."""

NOISE = 1e-6
"""Units and £ below which a solver's answer is rounding, and is written as nil."""


def plan_tables(market: Market, scale: Scale, values: Values) -> dict[str, pd.DataFrame]:
    """Return the tables of the plan but for goals and prices, by the name of their file.

    Parameters
    ----------
    market : Market
        The problem's sets and lookups.
    scale : Scale
        What the model's units stand for.
    values : dict
        Of every variable by (name, index...), in model units.
    """
    used, paid, unmet = _units(market, scale, values)
    bought: dict[tuple[str, str], float] = defaultdict(float)
    for (o, y), units in paid.items():
        bought[market.offers[o].service, y] += market.price[o, y] * units
    funded = _funding(market, scale, values, bought)
    return {
        "allocation": _allocation(market, used, paid),
        "demand": _demand(market, unmet),
        "targets": _targets(market, used),
        "income": _income(market, funded),
        "funding": funding_table(market, funded),
        "budget": budget_table(market, bought=bought, paid=funded),
    }


def _units(market: Market, scale: Scale, values: Values) -> tuple[Units, Units, Units]:
    """Return units used by use, paid by award and unmet by demand; rounding noise is nil."""
    found: tuple[Units, Units, Units] = ({}, {}, {})
    for table, name in zip(found, ("use", "paid", "unmet"), strict=True):
        for key, value in values.items():
            if key[0] == name:
                service = key[1] if name == "unmet" else market.offers[key[1]].service
                units = value * scale.lot[service]
                table[key[1:]] = units if units > NOISE else 0.0
    return found


def _funding(
    market: Market, scale: Scale, values: Values, bought: dict[tuple[str, str], float]
) -> dict[tuple[str, str, str], float]:
    """Return £ by (stream, service, year), reserves and the gap among the streams."""
    one_off = set(market.problem.streams.loc[market.problem.streams["one_off"], "stream"])
    funded: dict[tuple[str, str, str], float] = {}
    for y in market.years:
        costs = {s: bought.get((s, y), 0.0) + market.fixed[s, y] for s in market.books}
        fenced = {
            (g, s): _money(scale, values, "fund", g, s, y)
            for g, fence in market.ring_fence.items()
            for s in fence
            if (g, y) in market.income
        }
        general = {
            g: market.income[g, y]
            for g, fence in market.ring_fence.items()
            if not fence and (g, y) in market.income
        }
        gap = sum(_money(scale, values, "gap", s, y) for s in market.books)
        paid = spread(YearMoney(costs, fenced, general, gap), one_off=one_off)
        funded |= {(g, s, y): amount for (g, s), amount in paid.items()}
    return funded


def _money(scale: Scale, values: Values, *key: str) -> float:
    """Return a variable of money in £, without a solver's rounding."""
    amount = values[key] * scale.money
    return amount if amount > NOISE * scale.money else 0.0


def _allocation(market: Market, used: Units, paid: Units) -> pd.DataFrame:
    """Return ``allocation.csv``: a row where an offer is used, paid for or no longer used."""
    rows = []
    for o, terms in market.offers.items():
        for y in market.years:
            for place, units, bought in _split(market, used, paid, (o, y)):
                change = _change(market, used, (o, place, y))
                if units > 0.0 or bought > 0.0 or (pd.notna(change) and change != 0.0):
                    price = market.price[o, y]
                    who = (o, terms.provider, terms.service, place, y)
                    rows.append((*who, units, bought, price, price * bought, change))
    columns = ["offer", "provider", "service", "locality", "year"]
    numbers = ["used", "paid", "unit_cost", "cost", "change"]
    return pd.DataFrame(rows, columns=[*columns, *numbers]).astype(dict.fromkeys(numbers, float))


def _split(
    market: Market, used: Units, paid: Units, award: tuple[str, str]
) -> list[tuple[str, float, float]]:
    """Return (locality, units used, units paid for): what is paid for is split as the use is."""
    o, y = award
    if award not in market.open:
        return [(place, 0.0, 0.0) for place in market.places(o)]
    lines = [(place, used[o, place, y]) for place in market.places(o)]
    total = sum(units for _, units in lines)
    if total > 0.0:
        return [(place, units, paid[o, y] * units / total) for place, units in lines]
    # A commitment that no locality uses stands under the offer's own, or under none.
    home = market.offers[o].locality if len(lines) > 1 else lines[0][0]
    idle = [(place, 0.0, 0.0) for place, _ in lines if place != home]
    return [(home, 0.0, paid[o, y]), *idle]


def _change(market: Market, used: Units, use: tuple[str, str, str]) -> float:
    """Return units against the year before in that locality; NaN where that is not known."""
    o, place, y = use
    t = market.step[y]
    if t > 0:
        return used.get(use, 0.0) - used.get((o, place, market.years[t - 1]), 0.0)
    current = market.offers[o].current
    if current is None or len(market.places(o)) > 1:
        return float("nan")
    return used.get(use, 0.0) - current


def _demand(market: Market, unmet: Units) -> pd.DataFrame:
    """Return ``demand.csv``: nothing is prevented until a case says what prevents it."""
    rows = [
        (s, place, y, units, 0.0, units - unmet[s, place, y], unmet[s, place, y])
        for (s, place, y), units in market.demand.items()
    ]
    columns = ["service", "locality", "year", "demand", "prevented", "met", "unmet"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[3:], float))


def _targets(market: Market, used: Units) -> pd.DataFrame:
    """Return ``targets.csv`` but for the marginal cost; shortfall is in the outcome's unit."""
    rows = []
    for (k, y), aim in market.aims.items():
        taking_part = {use: x for use, x in used.items() if use[2] == y and use[0] in aim.per_unit}
        achieved = sum(aim.per_unit[o] * x for (o, _, _), x in taking_part.items())
        volume = sum(taking_part.values())
        if aim.average:
            achieved = achieved / volume if volume > 0.0 else float("nan")
        missed = aim.target - achieved if aim.at_least else achieved - aim.target
        # An average over nothing bought is not known, and misses nothing.
        shortfall = missed if missed > NOISE * max(1.0, abs(aim.target)) else 0.0
        rows.append((k, y, aim.target, achieved, shortfall))
    columns = ["outcome", "year", "target", "achieved", "shortfall"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], float))


def _income(market: Market, funded: dict[tuple[str, str, str], float]) -> pd.DataFrame:
    """Return ``income.csv``: what is available, and what is used."""
    used: dict[tuple[str, str], float] = defaultdict(float)
    for (g, _, y), amount in funded.items():
        used[g, y] += amount
    rows = [(g, y, amount, used[g, y]) for (g, y), amount in market.income.items()]
    return pd.DataFrame(rows, columns=["stream", "year", "amount", "used"]).astype(
        {"amount": float, "used": float}
    )
