"""Where a plan's tables do not add up, row by row and from one table to another."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from optimisation.contracts_restated import stands, units_paid
from optimisation.facts import Facts
from optimisation.problem import GAP
from optimisation.sets import BoolArray, FloatArray

TOLERANCE = 1e-6

Tables = Mapping[str, pd.DataFrame]


def wrong_totals(facts: Facts, tables: Tables) -> list[str]:
    """Return what does not add up, in plain words."""
    checks = (_allocation, _demand, _targets, _organisations, _income, _reserves, _budget)
    return [wrong for check in checks for wrong in check(facts, tables)]


def _apart(stated: pd.Series | FloatArray, true: pd.Series | FloatArray) -> BoolArray:
    """Tell where two figures differ, as does one that is not a number from one that is."""
    a, b = np.asarray(stated, dtype=float), np.asarray(true, dtype=float)
    return np.asarray(~np.isclose(a, b, rtol=TOLERANCE, atol=1e-5, equal_nan=True))


def _allocation(facts: Facts, tables: Tables) -> Iterator[str]:
    """Say where a row of allocation.csv is not what its offer says, or does not multiply out."""
    table = tables["allocation"].merge(facts.years, on="year", how="left")
    terms = facts.p.offers.set_index("offer").loc[table["offer"]].reset_index()
    price = terms["unit_cost"] * (1.0 + terms["indexation"]) ** table["t"]
    # On average over all units paid, where there are tiers or the award itself costs something.
    keys = ["offer", "year"]
    paid = units_paid(facts, table)
    cost = facts.cost_of(paid, stands(facts, table))
    awards = facts.awards[keys].assign(average=cost / paid.where(paid > 0.0), paid=paid, cost=cost)
    average = table[keys].merge(awards, on=keys, how="left")["average"]
    price = average.fillna(price)
    wrong = (table["provider"] != terms["provider"]) | (table["service"] != terms["service"])
    for r in table[wrong].itertuples():
        yield f"{r.offer} stands under the wrong provider or service in {r.year}"
    for r, true in _rows(table, price, _apart(table["unit_cost"], price)):
        yield f"{r.offer} has a unit cost of {r.unit_cost} in {r.year}: its offer gives {true}"
    for r in table[average.notna() & _apart(table["cost"], price * table["paid"])].itertuples():
        yield f"{r.offer} in {r.year}: paid times unit cost is not its cost"
    # What buys nothing costs nothing, unless the award itself does.
    told = table.groupby(keys, as_index=False)["cost"].sum().rename(columns={"cost": "told"})
    told = awards.merge(told, on=keys, how="outer").fillna({"told": 0.0, "paid": 0.0, "cost": 0.0})
    for r in told[(told["paid"] == 0.0) & _apart(told["told"], told["cost"])].itertuples():
        yield f"{r.offer} in {r.year} costs £{r.told:,.2f} for nothing: its award £{r.cost:,.2f}"
    earlier = table[["offer", "locality", "t", "used"]].assign(t=table["t"] + 1)
    keys = ["offer", "locality", "t"]
    before = table[keys].merge(earlier, on=keys, how="left")["used"].fillna(0.0)
    localities = facts.p.demand.groupby("service")["locality"].nunique()
    several = terms["service"].map(localities).fillna(0) > 1
    today = terms["current"].where(~((terms["locality"] == "") & several))
    before = before.where(table["t"] > 0, today)
    for r in table[_apart(table["change"], table["used"] - before)].itertuples():
        yield f"{r.offer} in {r.year}: its change is not that of its units"


def _rows(table: pd.DataFrame, true: pd.Series, wrong: BoolArray) -> Iterator[tuple[Any, float]]:
    """Yield the rows that are wrong, each with what is true."""
    yield from zip(table[wrong].itertuples(), true[wrong], strict=True)


def _demand(facts: Facts, tables: Tables) -> Iterator[str]:
    """Say where demand.csv is not the case's demand."""
    table = tables["demand"].merge(facts.p.demand, how="left")
    where = table["service"] + " " + table["locality"] + " " + table["year"]
    where = where.str.split().str.join(" ")
    for name in where[_apart(table["demand"], table["units"])]:
        yield f"demand of {name} is not the forecast's"
    told = table["met"] + table["unmet"] + table["prevented"]
    for name in where[_apart(told, table["demand"])]:
        yield f"demand of {name} is not what is met, prevented and unmet"
    used = tables["allocation"][["offer", "locality", "year", "used"]]
    by = facts.prevention.merge(used, on=["offer", "locality", "year"])
    total = (by["units"] * by["used"]).groupby(by["need"]).sum()
    need = table[["service", "locality", "year"]].merge(facts.demand, how="left")["need"]
    prevented = np.minimum(need.map(total).fillna(0.0), table["units"])
    for name in where[_apart(table["prevented"], prevented)]:
        yield f"demand of {name} has another figure as prevented than what is used prevents"


def _targets(facts: Facts, tables: Tables) -> Iterator[str]:
    """Say where targets.csv is not what the units used achieve."""
    used = tables["allocation"].merge(facts.effects, on="offer")
    used = used.assign(total=used["per_unit"] * used["used"])
    found = used.groupby(["outcome", "year"], as_index=False)[["total", "used"]].sum()
    asked = facts.targets[["outcome", "year", "target", "average", "direction"]]
    asked = asked.rename(columns={"target": "wanted"}).merge(found, how="left").fillna(0.0)
    table = tables["targets"].merge(asked, on=["outcome", "year"], how="left")
    level = table["total"] / table["used"].where(table["used"] > 0.0)
    achieved = level.where(table["average"], table["total"])
    for r, true in _rows(table, achieved, _apart(table["achieved"], achieved)):
        yield f"{r.outcome} in {r.year}: {r.achieved} is not what is achieved ({true})"
    for r in table[_apart(table["target"], table["wanted"])].itertuples():
        yield f"{r.outcome} in {r.year}: {r.target} is not the case's target"
    below = table["target"] - achieved
    missed = below.where(table["direction"] == "at_least", -below).clip(lower=0.0).fillna(0.0)
    for r in table[_apart(table["shortfall"], missed)].itertuples():
        yield f"{r.outcome} in {r.year}: its shortfall is not what the target misses"


def _organisations(facts: Facts, tables: Tables) -> Iterator[str]:
    """Say where organisations.csv is not what is bought of each body and what it trades."""
    keys, stated = ["organisation", "year"], tables["organisations"]
    terms = facts.organisations.merge(facts.trades[[*keys, "returned"]], on=keys, how="left")
    rate = terms[[*keys, "provider", "margin", "opening_reserves"]].assign(
        rate=terms["returned"].fillna(0.0)
    )
    table = stated.merge(rate, on=keys).sort_values(keys, ignore_index=True)
    spent = tables["allocation"].groupby(["provider", "year"], as_index=False)["cost"].sum()
    table = table.merge(spent, on=["provider", "year"], how="left")
    external = table["external_turnover"]
    work = table["cost"].fillna(0.0)
    returned = table["rate"] * external
    retained = table["margin"].fillna(0.0) * external - returned
    turnover = work + external
    expected = {
        "council_work": work,
        "external_share": external / turnover.where(turnover > 0.0),
        "returned": returned,
        "retained": retained,
        "reserves": table["opening_reserves"] + retained.groupby(table["organisation"]).cumsum(),
    }
    for column, true in expected.items():
        for r, amount in _rows(table, true, _apart(table[column], true)):
            yield (
                f"{r.organisation} in {r.year}: {column} is {getattr(r, column)}, and not {amount}"
            )
    idle = table.merge(facts.trades[keys], on=keys, how="left", indicator="trades")
    for r in idle[(idle["trades"] != "both") & (idle["external_turnover"] != 0.0)].itertuples():
        yield f"{r.organisation} trades in {r.year}, when the case gives it no market"


def _income(facts: Facts, tables: Tables) -> Iterator[str]:
    """Say where income.csv is not the forecast's, or not what funding.csv uses."""
    paid = tables["funding"].groupby(["stream", "year"], as_index=False)["amount"].sum()
    known = _available(facts, tables).rename(columns={"amount": "available"})
    table = tables["income"].merge(known, on=["stream", "year"], how="left")
    table = table.merge(paid.rename(columns={"amount": "paid"}), on=["stream", "year"], how="left")
    for r in table[_apart(table["amount"], table["available"])].itertuples():
        yield f"income of {r.stream} in {r.year} is not the forecast's"
    for r in table[_apart(table["used"], table["paid"].fillna(0.0))].itertuples():
        yield f"income of {r.stream} in {r.year}: what is used is not what funding.csv says"


def _reserves(facts: Facts, tables: Tables) -> Iterator[str]:
    """Say where reserves.csv does not carry from year to year, or add up to the budget."""
    terms = facts.p.reserves[["reserve", "opening", "minimum"]]
    stated = tables["reserves"].rename(columns={"minimum": "floor"}).merge(terms, on="reserve")
    table = stated.sort_values(["reserve", "year"], ignore_index=True)
    before = table.groupby("reserve")["balance"].shift().fillna(table["opening"])
    for r, true in _rows(table, table["minimum"], _apart(table["floor"], table["minimum"])):
        yield f"reserve {r.reserve} in {r.year}: its minimum is {true}, and not {r.floor}"
    drawn = before - table["balance"]
    for r, true in _rows(table, drawn, _apart(table["drawn"], drawn)):
        yield f"reserve {r.reserve} in {r.year}: {r.drawn} is not what is drawn ({true})"
    below = table["balance"] < table["minimum"] - TOLERANCE * table["minimum"].clip(lower=1.0)
    for r in table[below].itertuples():
        yield f"reserve {r.reserve} falls below its minimum in {r.year}"
    held = table.groupby("year")["balance"].sum()
    budget = tables["budget"].set_index("year")["reserves_balance"]
    for year in budget.index[_apart(budget, budget.index.map(held).fillna(0.0))]:
        yield f"budget of {year}: reserves_balance is not what reserves.csv adds up to"


def _available(facts: Facts, tables: Tables) -> pd.DataFrame:
    """Return facts.income with what organisations.csv says that they bring in."""
    if tables["organisations"].empty:
        return facts.income
    returned = tables["organisations"].groupby("year")["returned"].sum()
    earned = facts.income["year"].map(returned).fillna(0.0)
    own = facts.income["stream"] == "trading"
    return facts.income.assign(amount=facts.income["amount"] + earned.where(own, 0.0))


def _budget(facts: Facts, tables: Tables) -> Iterator[str]:
    """Say where budget.csv does not add up from the other tables."""
    table = tables["budget"].set_index("year")
    # Sums of the tables in the order in which budget.csv has the years.
    spent = tables["allocation"].groupby("year")["cost"].sum().reindex(table.index).fillna(0.0)
    paid = tables["funding"].groupby(["stream", "year"], as_index=False)["amount"].sum()
    streams = _available(facts, tables).merge(
        paid, on=["stream", "year"], how="left", suffixes=("", "_used")
    )
    streams["amount_used"] = streams["amount_used"].fillna(0.0)
    available = streams["amount_used"].where(streams["fenced"], streams["amount"])
    once = streams["stream"].map(facts.streams.set_index("stream")["one_off"]).astype(bool)
    traded = streams["stream"] == "trading"

    def by_year(values: pd.Series) -> pd.Series:
        return values.groupby(streams["year"]).sum().reindex(table.index).fillna(0.0)

    def fixed(*, one_off: bool) -> pd.Series:
        changes = facts.changes(one_off=one_off).groupby("year")["amount"].sum()
        return changes.reindex(table.index).fillna(0.0)

    recurring = by_year(streams["amount_used"].where(~once, 0.0))
    structural = table["cost"] + table["fixed_cost"] - fixed(one_off=True) - recurring
    before = table["reserves_balance"].shift(fill_value=facts.p.reserves["opening"].sum())
    gap = paid[paid["stream"] == GAP].set_index("year")["amount"]
    expected = {
        "cost": spent,
        "fixed_cost": fixed(one_off=False),
        "income": by_year(available.where(~traded, 0.0)),
        "trading": by_year(available.where(traded, 0.0)),
        "reserves_drawn": before - table["reserves_balance"],
        "structural_gap": structural.clip(lower=0.0),
        "managed_gap": gap.reindex(table.index).fillna(0.0),
    }
    for column, true in expected.items():
        wrong = _apart(table[column], true)
        for year, stated, amount in zip(
            table.index[wrong], table.loc[wrong, column], true[wrong], strict=True
        ):
            yield f"budget of {year}: {column} is {stated}, not {amount}"
    covered = table["income"] + table["trading"] + table["reserves_drawn"] + table["managed_gap"]
    for year in table.index[_apart(table["cost"] + table["fixed_cost"], covered)]:
        yield f"budget of {year}: cost is not income, reserves and gap"
