"""The terms of contracts said once more, as joins: notice, whole awards, lots and tiers."""

import numpy as np
import pandas as pd

from optimisation.facts import Facts
from optimisation.statement import Numbers, Writer

NOISE = 1e-6
"""Units, and a share of a tier's start, by which what is paid must pass it to have reached it."""


def write_contracts(facts: Facts, w: Writer, allocation: pd.DataFrame | None) -> None:
    """Write the rows of contracts, whole decisions as an allocation has them; none if it is None.

    Parameters
    ----------
    facts : Facts
        The case's tables.
    w : Writer
        With a family ``paid``; it gains ``awarded``, ``excess`` and ``past``.
    allocation : DataFrame or None
        ``allocation.csv``.
    """
    paid = units_paid(facts, allocation)
    _notice(facts, w)
    _awards(facts, w, stands(facts, allocation))
    _caps(facts, w)
    _tiers(facts, w, paid)


def write_bill(
    facts: Facts, w: Writer, rule: str, entries: pd.DataFrame, *, at: str, times: Numbers = 1.0
) -> None:
    """Put what awards cost beyond their first price into rows: tiers, and the award itself."""
    told = entries.assign(times=times)
    above = told.merge(facts.tiers[["award", "level", "step"]], on="award")
    w.put(rule, "excess", above, at=(at, "level"), times=above["times"] * above["step"])
    itself = told.merge(facts.decided[["award", "made", "fee"]], on="award")
    w.put(rule, "awarded", itself, at=(at, "made"), times=itself["times"] * itself["fee"])


def units_paid(facts: Facts, allocation: pd.DataFrame | None) -> pd.Series:
    """Return the units paid, by award; nil where no allocation is given."""
    return _by_award(facts, allocation, "paid")


def stands(facts: Facts, allocation: pd.DataFrame | None) -> pd.Series:
    """Return 1 for each decided award that an allocation shows as made, and nil for the others.

    One is made that is paid for; and one of a lot's, which is awarded in every year or in none, if
    it is in any.
    """
    made = facts.decided
    units, pounds = (_by_award(facts, allocation, name) for name in ("paid", "cost"))
    bought = made["award"].map((units > 0.0) | (pounds > 0.0)).astype("bool")
    ever = bought.groupby(made["offer"]).transform("any")
    return ever.where(made["lot"] != "", bought).astype("float64")


def _by_award(facts: Facts, allocation: pd.DataFrame | None, column: str) -> pd.Series:
    """Return the sum of a column of an allocation, by award; nil where none is given."""
    if allocation is None:
        return facts.awards["award"] * 0.0
    keys = ["offer", "year"]
    own = allocation.groupby(keys, as_index=False)[column].sum()
    return facts.awards[keys].merge(own, on=keys, how="left")[column].fillna(0.0)


def _notice(facts: Facts, w: Writer) -> None:
    """Write that what is bought today is paid for until notice ends, as far as capacity goes."""
    today = facts.awards["current"].clip(upper=facts.awards["capacity"].fillna(np.inf))
    held = facts.awards.assign(today=today)
    held = held[(held["t"] < held["notice_years"]) & (held["today"] > 0)].reset_index(drop=True)
    w.rule("give_notice", held[["offer", "year"]], least=held["today"])
    w.put("give_notice", "paid", held.assign(row=held.index), at=("row", "award"))


def _awards(facts: Facts, w: Writer, standing: pd.Series) -> None:
    """Write awards that are made or not as a whole."""
    made, keys = facts.decided, ["offer", "year"]
    w.family("awarded", made[keys])
    if made.empty:
        return
    w.rule("award_first", made[keys], most=0.0)
    w.put("award_first", "paid", made, at=("made", "award"))
    w.put("award_first", "awarded", made, at=("made", "made"), times=-made["capacity"])
    viable = made[made["viable"] > 0].reset_index(drop=True)
    viable = viable.assign(row=viable.index)
    w.rule("viable_volume", viable[keys], least=0.0)
    w.put("viable_volume", "paid", viable, at=("row", "award"))
    w.put("viable_volume", "awarded", viable, at=("row", "made"), times=-viable["viable"])
    w.rule("decide_awarded", made[keys], least=standing, most=standing)
    w.put("decide_awarded", "awarded", made, at=("made", "made"))
    _lots(facts, w, made[made["lot"] != ""])


def _lots(facts: Facts, w: Writer, lots: pd.DataFrame) -> None:
    """Write that a lot is awarded once, and for as long as the offer is open."""
    rows = lots[["lot", "year"]].drop_duplicates().sort_values(["lot", "year"], ignore_index=True)
    w.rule("award_lot", rows, most=1.0)
    rows = rows.assign(row=rows.index)
    w.put("award_lot", "awarded", lots.merge(rows), at=("row", "made"))
    earlier = lots.assign(t=lots["t"] + 1, before=lots["made"])[["offer", "t", "before"]]
    pairs = lots.merge(earlier, on=["offer", "t"])
    pairs = pairs.assign(row=pairs.index)
    w.rule("keep_award", pairs[["offer", "year"]], least=0.0, most=0.0)
    w.put("keep_award", "awarded", pairs, at=("row", "made"))
    w.put("keep_award", "awarded", pairs, at=("row", "before"), times=-1.0)


def _caps(facts: Facts, w: Writer) -> None:
    """Write that of lots no more are awarded than rules allow."""
    if not facts.has_rules("max_lots"):
        return
    lots = facts.decided[facts.decided["lot"] != ""]
    scope, labels = facts.scopes("max_lots"), ["rule", "part", "year"]
    asked = scope.drop_duplicates(labels)[[*labels, "limit"]].reset_index(drop=True)
    asked = asked.assign(row=asked.index)
    w.rule("limit_lots", asked[labels], most=asked["limit"])
    inside = scope.drop_duplicates([*labels, "award"]).merge(asked[[*labels, "row"]])
    inside = inside.merge(lots[["award", "made"]], on="award")
    w.put("limit_lots", "awarded", inside, at=("row", "made"))


def _tiers(facts: Facts, w: Writer, paid: pd.Series) -> None:
    """Write what is above a tier's first unit, and where it must be reached to be had."""
    tiers, keys = facts.tiers, ["offer", "tier", "year"]
    w.family("excess", tiers[keys])
    w.rule("count_excess", tiers[keys], most=tiers["start"])
    w.put("count_excess", "paid", tiers, at=("level", "award"))
    w.put("count_excess", "excess", tiers, at=("level", "level"), times=-1.0)
    # Where spending is asked for, or lets a body trade, no units may be called bought that are not.
    bodies = facts.p.organisations.query("activity_limit < 1 and external_market > 0")
    works = facts.awards["provider"].isin(bodies["provider"])[tiers["award"]].to_numpy(dtype=bool)
    exact = (tiers["step"] < 0) | facts.has_rules("min_spend") | works
    whole = tiers[exact].reset_index(drop=True)
    w.family("past", whole[keys])
    if whole.empty:
        return
    whole = whole.assign(row=whole.index)
    w.rule("reach_tier", whole[keys], most=0.0)
    w.put("reach_tier", "excess", whole, at=("row", "level"))
    w.put("reach_tier", "past", whole, at=("row", "row"), times=whole["start"])
    w.put("reach_tier", "paid", whole, at=("row", "award"), times=-1.0)
    w.rule("pass_tier", whole[keys], most=0.0)
    w.put("pass_tier", "excess", whole, at=("row", "level"))
    w.put("pass_tier", "past", whole, at=("row", "row"), times=-whole["room"])
    above = whole["award"].map(paid) - whole["start"]
    reached = (above > NOISE * (1.0 + whole["start"])).astype(float)
    w.rule("decide_past", whole[keys], least=reached, most=reached)
    w.put("decide_past", "past", whole, at=("row", "row"))
