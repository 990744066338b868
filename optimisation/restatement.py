"""The linear program said once more, as joins of the case's own tables.

It shares nothing with the model but the names of its rows and columns, so that what certifies a
plan cannot repeat what the model got wrong. Neither Pyomo nor HiGHS is known here.
"""

import numpy as np
import pandas as pd

from optimisation.contracts_restated import write_bill, write_contracts
from optimisation.facts import Facts
from optimisation.statement import Numbers, Statement, Writer

GOALS = (
    "statutory_demand",
    "statutory_targets",
    "funding_gap",
    "other_demand",
    "other_targets",
    "cost",
    "change",
)
"""The goals in the order of the contract."""


def restate(facts: Facts, allocation: pd.DataFrame | None = None) -> Statement:
    """Return the program of a problem, in natural units: units, £, the unit of each outcome.

    Where whole decisions are made, they are as an allocation has them: an award is made that
    anything is paid for, and a tier is reached that more is paid for than stands below it.
    """
    w = Writer()
    _columns(facts, w)
    write_contracts(facts, w, allocation)
    for say in (
        _supply,
        _targets,
        _costs,
        _income,
        _trade,
        _shares,
        _spend,
        _moves,
        _changes,
        _weights,
    ):
        say(facts, w)
    return w.finish(GOALS)


def _columns(facts: Facts, w: Writer) -> None:
    """Units, misses and pounds."""
    w.family("use", facts.uses[["offer", "locality", "year"]])
    w.family("paid", facts.awards[["offer", "year"]])
    w.family("unmet", facts.demand[["service", "locality", "year"]])
    w.family("prevented", facts.preventable[["service", "locality", "year"]])
    w.family("miss", facts.targets[["outcome", "year"]])
    w.family("fund", facts.grants[["stream", "service", "year"]])
    w.family("unspent", facts.income[["stream", "year"]])
    w.family("draw", facts.ledger[["service", "year"]])
    w.family("gap", facts.ledger[["service", "year"]])
    w.family("balance", facts.pots[["pot", "year"]])
    w.family("trade", facts.trades[["organisation", "year"]])
    w.family("forgone", facts.trades[["organisation", "year"]])


def _supply(facts: Facts, w: Writer) -> None:
    """Demand, use, capacity and commitment."""
    need = facts.demand
    w.rule("meet_demand", need[["service", "locality", "year"]], least=need["units"])
    w.put("meet_demand", "unmet", need, at=("need", "need"))
    met = facts.uses.merge(need[["service", "locality", "year", "need"]])
    w.put("meet_demand", "use", met, at=("need", "use"))
    some = facts.preventable
    w.put("meet_demand", "prevented", some, at=("need", "preventable"))
    labels = some[["service", "locality", "year"]]
    w.rule("prevent_demand", labels, most=0.0)
    w.put("prevent_demand", "prevented", some, at=("preventable", "preventable"))
    by = facts.prevention.merge(some[["need", "preventable"]], on="need")
    w.put("prevent_demand", "use", by, at=("preventable", "use"), times=-by["units"])
    w.rule("prevent_once", labels, most=some["units"])
    w.put("prevent_once", "prevented", some, at=("preventable", "preventable"))
    awards = facts.awards
    w.rule("pay_for_use", awards[["offer", "year"]], most=0.0)
    w.put("pay_for_use", "use", facts.uses, at=("award", "use"))
    w.put("pay_for_use", "paid", awards, at=("award", "award"), times=-1.0)
    bounded = awards[awards["capacity"].notna()].reset_index(names="row")
    bounded["row"] = bounded.index
    w.rule("respect_capacity", bounded[["offer", "year"]], most=bounded["capacity"])
    w.put("respect_capacity", "paid", bounded, at=("row", "award"))
    owed = awards[awards["committed"] > 0].reset_index(names="row")
    owed["row"] = owed.index
    w.rule("honour_commitments", owed[["offer", "year"]], least=owed["committed"])
    w.put("honour_commitments", "paid", owed, at=("row", "award"))


def _targets(facts: Facts, w: Writer) -> None:
    """Targets: a total against its level, an average by what each unit is above or below it."""
    aims = facts.targets
    level = aims["target"].where(~aims["average"], 0.0)
    at_least = aims["direction"] == "at_least"
    w.rule(
        "reach_targets",
        aims[["outcome", "year"]],
        least=level.where(at_least, -np.inf),
        most=level.where(~at_least, np.inf),
    )
    w.put("reach_targets", "miss", aims, at=("aim", "aim"), times=np.where(at_least, 1.0, -1.0))
    taking_part = aims.merge(facts.effects, on="outcome").merge(
        facts.uses[["offer", "year", "use"]], on=["offer", "year"]
    )
    less = taking_part["target"].where(taking_part["average"], 0.0)
    w.put(
        "reach_targets", "use", taking_part, at=("aim", "use"), times=taking_part["per_unit"] - less
    )


def _costs(facts: Facts, w: Writer) -> None:
    """Funding: what is spent on a service is what is paid for it."""
    ledger = facts.ledger
    w.rule("pay_costs", ledger[["service", "year"]], least=ledger["fixed"], most=ledger["fixed"])
    w.put("pay_costs", "draw", ledger, at=("entry", "entry"))
    w.put("pay_costs", "gap", ledger, at=("entry", "entry"))
    entry = ledger[["service", "year", "entry"]]
    bought = facts.awards.merge(entry)
    w.put("pay_costs", "paid", bought, at=("entry", "award"), times=-bought["price"])
    write_bill(facts, w, "pay_costs", bought[["award", "entry"]], at="entry", times=-1.0)
    w.put("pay_costs", "fund", facts.grants.merge(entry), at=("entry", "grant"))


def _income(facts: Facts, w: Writer) -> None:
    """Income and reserves: what is not spent is kept, but for what was ring-fenced."""
    income, years = facts.income, facts.years
    w.rule(
        "spend_income", income[["stream", "year"]], least=income["amount"], most=income["amount"]
    )
    w.put("spend_income", "fund", facts.grants, at=("receipt", "grant"))
    w.put("spend_income", "unspent", income, at=("receipt", "receipt"))
    pots = facts.pots
    first = pots["opening"].where(pots["t"] == 0, 0.0)
    w.rule("carry_reserves", pots[["pot", "year"]], least=first, most=first)
    w.put("carry_reserves", "balance", pots, at=("purse", "purse"))
    later = pots[pots["t"] > 0]
    later = later.assign(before=later["purse"] - 1)
    w.put("carry_reserves", "balance", later, at=("purse", "before"), times=-1.0)
    general = pots.loc[pots["pot"] == "general", ["year", "purse"]]
    w.put("carry_reserves", "draw", facts.ledger.merge(general), at=("purse", "entry"))
    kept = income[~income["fenced"]].merge(general)
    w.put("carry_reserves", "unspent", kept, at=("purse", "receipt"), times=-1.0)
    w.rule("keep_minimum", pots[["pot", "year"]], least=pots["minimum"])
    w.put("keep_minimum", "balance", pots, at=("purse", "purse"))
    once = pots[pots["pot"] == "one_off"]
    if once.empty:
        return
    w.family("release", once[["year"]])
    w.put("carry_reserves", "release", once, at=("purse", "t"))
    w.put("carry_reserves", "release", general.merge(years), at=("purse", "t"), times=-1.0)
    cost = facts.changes(one_off=True, gross=True).groupby("year")["amount"].sum()
    w.rule("release_once", once[["year"]], most=once["year"].map(cost).fillna(0.0))
    w.put("release_once", "release", once, at=("t", "t"))
    w.rule("release_drawn", once[["year"]], most=0.0)
    w.put("release_drawn", "release", once, at=("t", "t"))
    w.put("release_drawn", "draw", facts.ledger, at=("t", "entry"), times=-1.0)


def _trade(facts: Facts, w: Writer) -> None:
    """Trading: no more than is expected to be won, nor than the share of turnover allowed."""
    if facts.trades.empty:
        return
    trades = facts.trades
    labels = ["organisation", "year"]
    w.rule("win_trade", trades[labels], least=trades["expected"], most=trades["expected"])
    w.put("win_trade", "trade", trades, at=("trade", "trade"))
    w.put("win_trade", "forgone", trades, at=("trade", "trade"))
    earned = trades.merge(facts.income.loc[facts.income["stream"] == "trading"], on="year")
    w.put("spend_income", "trade", earned, at=("receipt", "trade"), times=-earned["returned"])
    limited = trades[trades["activity_limit"] < 1.0].reset_index(drop=True)
    limited = limited.assign(row=limited.index)
    share = limited["activity_limit"]
    w.rule("limit_activity", limited[labels], most=0.0)
    w.put("limit_activity", "trade", limited, at=("row", "trade"), times=1.0 - share)
    own = limited.merge(facts.awards[["provider", "year", "award", "price"]])
    share = -own["activity_limit"]
    w.put("limit_activity", "paid", own, at=("row", "award"), times=share * own["price"])
    write_bill(facts, w, "limit_activity", own[["award", "row"]], at="row", times=share)


def _shares(facts: Facts, w: Writer) -> None:
    """Limits on a scope's share of each service that it reaches."""
    if not facts.has_rules("max_share", "min_share"):
        return
    scope = facts.scopes("max_share", "min_share")
    supply = facts.uses[["service", "year"]].drop_duplicates().reset_index(drop=True)
    supply = supply.merge(scope[["service", "year"]].drop_duplicates()).reset_index(names="whole")
    labels = ["rule", "part", "service", "year"]
    rows = scope.drop_duplicates(labels)[[*labels, "limit", "most"]].reset_index(drop=True)
    rows = rows.assign(row=rows.index).merge(supply).sort_values("row")
    w.family("supply", supply[["service", "year"]])
    w.rule("supply_in_all", supply[["service", "year"]], least=0.0, most=0.0)
    w.put("supply_in_all", "supply", supply, at=("whole", "whole"), times=-1.0)
    w.put("supply_in_all", "use", facts.uses.merge(supply), at=("whole", "use"))
    w.rule("limit_share", rows[labels], **_bounds(rows["most"], 0.0))
    w.put("limit_share", "use", scope.merge(rows[[*labels, "row"]]), at=("row", "use"))
    w.put("limit_share", "supply", rows, at=("row", "whole"), times=-rows["limit"])


def _spend(facts: Facts, w: Writer) -> None:
    """Limits on the £ of a scope: what is paid for, or what is used in the locality named."""
    if not facts.has_rules("max_spend", "min_spend"):
        return
    scope = facts.scopes("max_spend", "min_spend")
    labels = ["rule", "part", "year"]
    # What must be spent must be, even in a year when there is nothing to spend it on.
    owed = [
        facts.years.assign(rule=rule["rule"], part=part, limit=rule["limit"], most=False)
        for _, rule in facts.p.rules[facts.p.rules["kind"] == "min_spend"].iterrows()
        for part in (facts.scope(rule)["part"].unique() if rule["each"] else [""])
    ]
    owed = [rows[rows["year"].isin(_held(facts, rows["rule"].iloc[0]))] for rows in owed]
    asked = pd.concat([rows[[*labels, "limit", "most"]] for rows in [scope, *owed]])
    rows = asked.drop_duplicates(labels).reset_index(drop=True)
    rows = rows.assign(row=rows.index)
    w.rule("limit_spend", rows[labels], **_bounds(rows["most"], rows["limit"]))
    inside = scope.merge(rows[[*labels, "row"]])
    used = inside[inside["local"]]
    w.put("limit_spend", "use", used, at=("row", "use"), times=used["price"])
    paid = inside[~inside["local"]].drop_duplicates(["row", "award"])
    w.put("limit_spend", "paid", paid, at=("row", "award"), times=paid["price"])
    write_bill(facts, w, "limit_spend", paid[["award", "row"]], at="row")


def _moves(facts: Facts, w: Writer) -> None:
    """Each offer's change on the year before, which the last goal sums."""
    now = facts.awards[["offer", "year", "t"]]
    after = now.assign(t=now["t"] + 1)[["offer", "t"]].merge(facts.years)
    known = facts.offers.loc[facts.offers["current"].notna(), ["offer", "current"]]
    first = known.merge(facts.years[facts.years["t"] == 0], how="cross")
    every = pd.concat([now[now["t"] > 0], after, first]).drop_duplicates(["offer", "year"])
    rows = every.reset_index(drop=True)
    rows = rows.assign(move=rows.index, level=rows["current"].where(rows["t"] == 0, 0.0))
    w.family("rise", rows[["offer", "year"]])
    w.family("fall", rows[["offer", "year"]])
    w.rule("measure_change", rows[["offer", "year"]], least=rows["level"], most=rows["level"])
    used = facts.uses[["offer", "t", "use"]]
    w.put("measure_change", "use", rows.merge(used), at=("move", "use"))
    before = rows.merge(used.assign(t=used["t"] + 1))
    w.put("measure_change", "use", before, at=("move", "use"), times=-1.0)
    w.put("measure_change", "rise", rows, at=("move", "move"), times=-1.0)
    w.put("measure_change", "fall", rows, at=("move", "move"))
    price = rows.merge(facts.offers[["offer", "unit_cost", "indexation"]], how="left")
    weight = price["unit_cost"] * (1 + price["indexation"]) ** price["t"]
    w.weigh("change", "rise", weight)
    w.weigh("change", "fall", weight)


def _changes(facts: Facts, w: Writer) -> None:
    """Limits on an offer's change, where it was open the year before or today's units are known."""
    if not facts.has_rules("max_change"):
        return
    scope = facts.scopes("max_change")
    awards = facts.awards[["offer", "t"]]
    opened = scope.merge(awards.assign(t=awards["t"] + 1))
    today = scope[(scope["t"] == 0) & scope["current"].notna()]
    labels = ["rule", "part", "offer", "year"]
    found = pd.concat([today, opened]).drop_duplicates(labels)
    found = found[[*labels, "t", "limit", "current"]]
    ways = pd.DataFrame({"way": ["up", "down"], "sign": [1.0, -1.0]})
    rows = found.merge(ways, how="cross")
    rows = rows.assign(row=rows.index, kept=rows["sign"] + rows["limit"])
    level = (rows["kept"] * rows["current"]).where(rows["t"] == 0, 0.0)
    w.rule("limit_change", rows[[*labels, "way"]], most=level)
    used = facts.uses[["offer", "t", "use"]]
    now = rows.merge(used)
    w.put("limit_change", "use", now, at=("row", "use"), times=now["sign"])
    before = rows.merge(used.assign(t=used["t"] + 1))
    w.put("limit_change", "use", before, at=("row", "use"), times=-before["kept"])


def _held(facts: Facts, name: str) -> list[str]:
    """Return the years in which a rule holds."""
    only = facts.p.rules.set_index("rule").at[name, "year"]
    return [only] if only else list(facts.p.years)


def _bounds(most: pd.Series, level: Numbers) -> dict[str, Numbers]:
    """Return the bounds of rows that may not exceed a level, or not fall below it."""
    return {"least": np.where(most, -np.inf, level), "most": np.where(most, level, np.inf)}


def _weights(facts: Facts, w: Writer) -> None:
    """Say what each unit unmet, missed or paid for adds to the goals."""
    law = facts.p.services[["service", "statutory"]]
    need = facts.demand.merge(law, how="left").merge(facts.dearest, how="left")
    aims = facts.targets
    for goal, statutory in (("statutory", True), ("other", False)):
        unmet = need["dearest"].where(need["statutory"].astype(bool) == statutory, 0.0)
        w.weigh(f"{goal}_demand", "unmet", unmet)
        missed = (1.0 / aims["size"]).where(aims["statutory"].astype(bool) == statutory, 0.0)
        w.weigh(f"{goal}_targets", "miss", missed)
    w.weigh("funding_gap", "gap", 1.0)
    discount = (1 + facts.p.discount_rate) ** facts.awards["t"]
    w.weigh("cost", "paid", facts.awards["price"] / discount)
    tiers, made = facts.tiers, facts.decided
    w.weigh("cost", "excess", tiers["step"] / (1 + facts.p.discount_rate) ** tiers["t"])
    w.weigh("cost", "awarded", made["fee"] / (1 + facts.p.discount_rate) ** made["t"])
