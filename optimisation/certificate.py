"""A check of a plan's tables against the case's: every rule recomputed, every total added up.

It reads what is written, not what was solved, and knows neither Pyomo nor HiGHS. What it refuses
is not published.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from optimisation.facts import Facts
from optimisation.problem import GAP, RESERVES, Problem
from optimisation.restatement import restate
from optimisation.sets import BoolArray, FloatArray
from optimisation.statement import Statement
from optimisation.totals import wrong_totals

TOLERANCE = 1e-6
"""Share of a row's own size by which it may be out; a limit of nil may be out by as much of 1."""

SAYS = {
    "meet_demand": "demand of {0} {1} in {2} is neither met nor shown as unmet",
    "prevent_demand": "more demand of {0} {1} is called prevented in {2} than anything prevents",
    "prevent_once": "more demand of {0} {1} is called prevented in {2} than there is",
    "pay_for_use": "{0} is used beyond what is paid for in {1}",
    "respect_capacity": "{0} is paid beyond its capacity in {1}",
    "honour_commitments": "{0} is paid less than its commitment in {1}",
    "give_notice": "{0} is paid less in {1} than is bought today, before notice ends",
    "award_first": "{0} is paid in {1} without an award",
    "viable_volume": "{0} is awarded in {1} below its smallest viable volume",
    "award_lot": "lot {0} is awarded twice in {1}",
    "keep_award": "{0} has its lot in {1} or the year before, and not in both",
    "limit_lots": "rule {0} {1} is broken in {2}",
    "count_excess": "{0} is paid too little above its tier {1} in {2}",
    "reach_tier": "{0} has the price of its tier {1} in {2} for units below it",
    "pass_tier": "{0} has the price of its tier {1} in {2} without reaching it",
    "decide_awarded": "the award of {0} in {1} is neither made nor not",
    "decide_past": "tier {1} of {0} is neither reached nor not in {2}",
    "reach_targets": "the shortfall of {0} in {1} is not what its target misses",
    "pay_costs": "the cost of {0} in {1} is not what its funding adds up to",
    "spend_income": "income of {0} in {1} is spent twice or more than there is",
    "win_trade": "{0} trades more in {1} than it is expected to win",
    "limit_activity": "{0} trades more in {1} than its share of turnover allows",
    "carry_reserves": "{0} reserves do not carry into {1}",
    "keep_minimum": "{0} reserves fall below their minimum in {1}",
    "release_once": "reserves for one-off cost pay for cost that recurs in {0}",
    "release_drawn": "reserves for one-off cost pay more than is drawn in {0}",
    "supply_in_all": "the units of {0} in {1} do not add up",
    "limit_share": "rule {0} {1} is broken for {2} in {3}",
    "limit_change": "rule {0} {1} is broken: {2} changes too much in {3} ({4})",
    "limit_spend": "rule {0} {1} is broken in {2}",
    "measure_change": "the change of {0} in {1} does not add up",
}
"""What is said of a plan that breaks a rule's row, given the row's index."""

CERTIFIED = (
    *("allocation", "demand", "targets", "income", "funding", "budget"),
    *("reserves", "organisations", "goals"),
)
"""The tables that are checked."""

MAY_BE_BLANK = ["achieved", "change", "marginal_cost", "external_share", "reserves"]
"""Their columns in which a blank is told from nil."""

Tables = Mapping[str, pd.DataFrame]


def certify(problem: Problem, tables: Tables) -> list[str]:
    """Return what is wrong with a plan, in plain words: nothing, if it can be published.

    Parameters
    ----------
    problem : Problem
        The case's tables, with demand and income as forecast.
    tables : mapping of str to DataFrame
        The plan's tables by the name of their file, as written or as read back: those of
        ``CERTIFIED``.
    """
    facts = Facts(problem)
    return find_faults(facts, restate(facts, tables["allocation"]), tables)


def find_faults(facts: Facts, statement: Statement, tables: Tables) -> list[str]:
    """Return what is wrong with a plan, given the program of its case; see ``certify``."""
    if no_figures := list(_no_figures(tables)):
        return no_figures
    if strangers := list(_strangers(facts, statement, tables)):
        return strangers
    x = _columns(facts, statement, tables)
    broken = list(_broken(statement, x))
    for column in np.flatnonzero(x < -1e3 * TOLERANCE):
        name = " ".join(filter(None, statement.column_name(int(column))[1:]))
        broken.append(f"{name} is below nil")
    broken += wrong_totals(facts, tables)
    return broken + list(_goals(statement, x, tables["goals"]))


def _no_figures(tables: Tables) -> Iterator[str]:
    """Say where a figure is not a number, in a column that may not be blank."""
    for name in CERTIFIED:
        table = tables[name]
        for column in table.select_dtypes("number").columns.difference(MAY_BE_BLANK):
            if not np.isfinite(table[column]).all():
                yield f"{name}.csv has a {column} that is no number"


def _strangers(facts: Facts, statement: Statement, tables: Tables) -> Iterator[str]:
    """Say what the plan buys, funds or states that the case does not allow for at all."""
    yield from _strange_offers(facts.p, statement, tables["allocation"])
    funding = tables["funding"]
    from_streams = _within(funding, statement.columns["fund"])
    from_reserves = _within(funding, statement.columns["draw"])
    known = np.where(funding["stream"].isin([RESERVES, GAP]), from_reserves, from_streams)
    for r in funding[~known.astype(bool)].itertuples():
        yield f"{r.stream} pays for {r.service} in {r.year}, outside its ring-fence or the plan"
    expected = {
        "demand": statement.columns["unmet"],
        "targets": statement.columns["miss"],
        "income": statement.columns["unspent"],
        "budget": pd.MultiIndex.from_arrays([facts.p.years], names=["year"]),
        "reserves": pd.MultiIndex.from_product(
            [facts.p.reserves["reserve"], facts.p.years], names=["reserve", "year"]
        ),
        "organisations": pd.MultiIndex.from_frame(facts.organisations[["organisation", "year"]]),
        "goals": pd.MultiIndex.from_arrays([list(statement.goals)], names=["goal"]),
    }
    for name, keys in expected.items():
        stated = pd.MultiIndex.from_frame(tables[name].iloc[:, : keys.nlevels])
        if len(stated) != len(keys) or not keys.isin(stated).all():
            yield f"{name}.csv does not have exactly the rows that the case asks for"


def _strange_offers(
    problem: Problem, statement: Statement, allocation: pd.DataFrame
) -> Iterator[str]:
    """Say what is used or paid where or when it is not on offer, or stands there twice."""
    no_offer = ~allocation["offer"].isin(problem.offers["offer"])
    no_offer |= ~allocation["year"].isin(problem.years)
    bought = (allocation["paid"] > 0.0) | (allocation["cost"] > 0.0)
    unused = (allocation["used"] > 0.0) & ~_within(allocation, statement.columns["use"])
    unpaid = bought & ~_within(allocation, statement.columns["paid"])
    twice = allocation.duplicated(["offer", "locality", "year"])
    said = {
        "{r.offer} in {r.year} is no offer of the case": no_offer,
        "{r.offer} is used in {where}, where or when it is not on offer": unused,
        "{r.offer} is paid in {r.year}, when it is not on offer": unpaid,
        "allocation.csv has {r.offer} {r.locality} {r.year} twice": twice,
    }
    for sentence, rows in said.items():
        for r in allocation[rows].itertuples():
            yield sentence.format(r=r, where=r.locality or r.year)


def _within(table: pd.DataFrame, labels: pd.MultiIndex) -> BoolArray:
    """Tell which rows of a table are among some labels."""
    return np.asarray(_find(table, labels) >= 0)


def _find(table: pd.DataFrame, labels: pd.MultiIndex) -> np.ndarray:
    """Return where the rows of a table stand among some labels; -1 where they do not."""
    asked = pd.MultiIndex.from_frame(table[list(labels.names)])
    return np.asarray(labels.get_indexer(asked))


def _columns(facts: Facts, statement: Statement, tables: Tables) -> FloatArray:
    """Return the program's columns as the tables have them, and as the rows define the rest."""
    x = np.zeros(statement.matrix.shape[1])

    def put(family: str, table: pd.DataFrame, values: pd.Series) -> None:
        at = _find(table, statement.columns[family])
        # What is nil may stand where nothing can be bought.
        np.add.at(x[statement.place(family)], at[at >= 0], values.to_numpy(dtype=float)[at >= 0])

    allocation, funding = tables["allocation"], tables["funding"]
    put("use", allocation, allocation["used"])
    put("paid", allocation, allocation["paid"])
    _put_decisions(facts, statement, x)
    put("unmet", tables["demand"], tables["demand"]["unmet"])
    put("prevented", tables["demand"], tables["demand"]["prevented"])
    for family, source in (("draw", RESERVES), ("gap", GAP)):
        own = funding[funding["stream"] == source]
        put(family, own, own["amount"])
    streams = funding[~funding["stream"].isin([RESERVES, GAP])]
    put("fund", streams, streams["amount"])
    put("unspent", tables["income"], tables["income"]["amount"] - tables["income"]["used"])
    put("trade", tables["organisations"], tables["organisations"]["external_turnover"])
    if "win_trade" in statement.rows:
        x[statement.place("forgone")] = -_over(statement, x, "win_trade")
    _put_reserves(facts, statement, tables, x)
    if "supply" in statement.columns:
        x[statement.place("supply")] = _over(statement, x, "supply_in_all")
    # A miss is what the units used leave of a target, however the plan states it.
    short, aims = _over(statement, x, "reach_targets"), statement.rows_of("reach_targets")
    at_least = np.isfinite(statement.lower[aims])
    x[statement.place("miss")] = np.maximum(0.0, np.where(at_least, -short, short))
    moved = _over(statement, x, "measure_change")
    x[statement.place("rise")] = np.maximum(0.0, moved)
    x[statement.place("fall")] = np.maximum(0.0, -moved)
    return x


def _put_decisions(facts: Facts, statement: Statement, x: FloatArray) -> None:
    """Fill in whole decisions, and the units above each tier's first."""
    for family in ("awarded", "past"):
        if f"decide_{family}" in statement.rows:
            x[statement.place(family)] = statement.level[statement.rows_of(f"decide_{family}")]
    paid = x[statement.place("paid")][facts.tiers["award"].to_numpy(dtype=np.intp)]
    x[statement.place("excess")] = np.maximum(paid - facts.tiers["start"], 0.0)


def _put_reserves(facts: Facts, statement: Statement, tables: Tables, x: FloatArray) -> None:
    """Fill in what each pot holds, and what is drawn of the one for one-off cost."""
    table = tables["reserves"].merge(facts.p.reserves[["reserve", "one_off_only"]], on="reserve")
    table = table.assign(pot=np.where(table["one_off_only"].astype(bool), "one_off", "general"))
    held = table.groupby(["pot", "year"], as_index=False)[["balance", "drawn"]].sum()
    at = _find(held, statement.columns["balance"])
    x[statement.place("balance")][at] = held["balance"]
    if "release" in statement.columns:
        released = held.loc[held["pot"] == "one_off", "drawn"]
        x[statement.place("release")] = released.to_numpy(dtype=float)


def _over(statement: Statement, x: FloatArray, rule: str) -> FloatArray:
    """Return by how much the rows of a rule are above their level."""
    rows = statement.rows_of(rule)
    return np.asarray(statement.matrix[rows] @ x - statement.level[rows])


def _broken(statement: Statement, x: FloatArray) -> Iterator[str]:
    """Say of every row that does not hold what is wrong; a figure that is no number never holds."""
    # A balance is what is left of far larger sums, and no more exact than they are.
    level = np.abs(statement.level)
    least = max(1.0, 1e-9 * float(level.max(initial=0.0)))
    size = np.maximum(np.maximum(level, abs(statement.matrix) @ np.abs(x)), least)
    activity = statement.matrix @ x
    holds = activity >= statement.lower - TOLERANCE * size
    holds &= activity <= statement.upper + TOLERANCE * size
    for row in np.flatnonzero(~holds):
        rule, *labels = statement.row_name(int(row))
        # An index that is blank leaves no gap.
        yield " ".join(SAYS[rule].format(*labels).split())


def _goals(statement: Statement, x: FloatArray, goals: pd.DataFrame) -> Iterator[str]:
    """Say where goals.csv is not what the plan comes to."""
    stated = dict(zip(goals["goal"], goals["value"], strict=True))
    for goal, weights in statement.goals.items():
        value, size = float(weights @ x), float(np.abs(weights * x).sum())
        apart = abs(stated[goal] - value)
        near = max(TOLERANCE * abs(value), TOLERANCE * abs(stated[goal]), TOLERANCE * size, 1e-6)
        if not apart <= near:
            yield f"goal {goal} is stated as {stated[goal]} and comes to {value}"
