"""What a plan comes to, in lines that a councillor can read."""

from collections.abc import Iterable, Mapping

import pandas as pd

from planning.case import Case
from planning.counted import promised

PENNY = 0.005
"""£ below which a figure is nil to the penny."""


def summarise(case: Case, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return nine lines: what is met, what is not, what it costs and where the gap is.

    Parameters
    ----------
    case : Case
        The case planned.
    tables : mapping of str to DataFrame
        The plan's tables, by the name of their file.
    """
    budget = tables["budget"]
    return [
        f"{case.name}: plan for {_span(case, case.years)}, {_risk(case)}",
        f"Statutory demand: {_demand(case, tables['demand'], statutory=True)}",
        f"Other demand: {_demand(case, tables['demand'], statutory=False)}",
        f"Statutory targets: {_targets(case, tables['targets'], statutory=True)}",
        f"Other targets: {_targets(case, tables['targets'], statutory=False)}",
        f"Cost: {_cost(case, budget)}; {_income(budget)}",
        f"Relies on: {_proposals(case)}",
        f"Gap: {_gap(case, budget)}",
        illustrative_line(case),
    ]


def has_shortfall(goals: pd.DataFrame) -> bool:
    """Tell whether statutory demand, a statutory target or a funding gap remains unmet."""
    value = goals.set_index("goal")["value"]
    return bool(
        value["statutory_demand"] > PENNY
        or value["funding_gap"] > PENNY
        or value["statutory_targets"] > 1e-6
    )


def millions(pounds: float) -> str:
    """Return pounds as papers give them: £m to one place, £ below a tenth of that."""
    if abs(pounds) >= 50_000.0:
        return f"£{pounds / 1e6:,.1f}m"
    return f"£{pounds:,.0f}"


def _demand(case: Case, demand: pd.DataFrame, *, statutory: bool) -> str:
    """Say what is met of the demand that the law requires, or of the rest."""
    services = case.services[case.services["statutory"] == statutory].set_index("service")
    rows = demand[demand["service"].isin(services.index)]
    if rows.empty:
        return "none is planned for"
    short = rows[rows["unmet"] > 0.5 * 1e-6 * rows["demand"].clip(lower=1.0)]
    if short.empty:
        return "all met, in every year"
    worst = []
    for service, part in short.groupby("service"):
        share = part["unmet"].sum() / rows.loc[rows["service"] == service, "demand"].sum()
        name = services.at[service, "name"]
        worst.append((share, f"{share:.0%} of {_lower(name)} ({_span(case, part['year'])})"))
    worst.sort(key=lambda item: (-item[0], item[1]))
    return "not met: " + _some([text for _, text in worst])


def _targets(case: Case, targets: pd.DataFrame, *, statutory: bool) -> str:
    """Say how many targets are met, and which are not."""
    outcomes = case.outcomes[case.outcomes["statutory"] == statutory].set_index("outcome")
    rows = targets[targets["outcome"].isin(outcomes.index)]
    if rows.empty:
        return "none are set"
    missed = rows[rows["shortfall"] > 0.0]
    last = rows["year"].max()
    none_after = f"; none is set after {last}" if last < case.years[-1] else ""
    if missed.empty:
        return f"all met, {len(rows)} over the years{none_after}"
    names = [
        f"{_lower(outcomes.at[outcome, 'name'])} ({_span(case, part['year'])})"
        for outcome, part in missed.groupby("outcome")
    ]
    met = f"{len(rows) - len(missed)} of {len(rows)} over the years met{none_after}"
    return f"{met}; missed: {_some(names)}"


def _risk(case: Case) -> str:
    """Say how likely demand and income are to be worse than planned for."""
    demand, income = case.settings.demand_quantile, case.settings.income_quantile
    own = case.services[case.services["demand_quantile"].notna()]
    names = [f"{_lower(s.name)} at {s.demand_quantile:.0%}" for s in own.itertuples(index=False)]
    apart = f", but {_some(names)}" if names else ""
    if demand == income == 0.5:
        return f"on the middle forecast of demand and income{apart}"
    at = f"on demand at the {demand:.0%} and income at the {income:.0%} quantile of the forecast"
    return f"{at}{apart}"


def _cost(case: Case, budget: pd.DataFrame) -> str:
    """Say what the plan costs, from its first year to its last."""
    cost = budget["cost"] + budget["fixed_cost"]
    if len(case.years) == 1:
        return millions(cost.sum())
    return (
        f"{millions(cost.sum())} in all, from {millions(cost.iloc[0])} in {case.years[0]}"
        f" to {millions(cost.iloc[-1])} in {case.years[-1]}"
    )


def _income(budget: pd.DataFrame) -> str:
    """Say what pays for it, and what becomes of reserves."""
    drawn = budget["reserves_drawn"].clip(lower=0.0).sum()
    added = (-budget["reserves_drawn"]).clip(lower=0.0).sum()
    moves = [
        f"{millions(amount)} {way}"
        for amount, way in ((added, "added to reserves"), (drawn, "drawn from them"))
        if amount > PENNY
    ]
    left = f"{millions(budget['reserves_balance'].iloc[-1])} of reserves left"
    earned = budget["trading"].sum()
    traded = [f"{millions(earned)} from organisations' trade"] if earned > PENNY else []
    income = f"{millions(budget['income'].sum())} of it from income"
    return ", ".join([income, *traded, *moves, left])


def _proposals(case: Case) -> str:
    """Say what savings and income the last year counts on that have still to be delivered."""
    last = case.years[-1]
    due = promised(case, last)
    if due.empty:
        return "no saving or income that has still to be delivered"
    return (
        f"savings and new income of {millions(due['counted'].sum())} a year by {last}, "
        f"out of {millions(due['amount'].sum())} proposed, that have still to be delivered"
    )


def _gap(case: Case, budget: pd.DataFrame) -> str:
    """Say what nothing covers, and when; and what recurs under one-off money."""
    gap = budget[budget["managed_gap"] > PENNY]
    structural = budget["structural_gap"]
    beneath = (
        f"before reserves and one-off money {millions(structural.iloc[-1])} a year by "
        f"{budget['year'].iloc[-1]}"
        if structural.iloc[-1] > PENNY
        else "and none before one-off money in the last year"
    )
    if gap.empty:
        return f"none; {beneath}"
    last = (
        f", {millions(budget['managed_gap'].iloc[-1])} of it in {budget['year'].iloc[-1]}"
        if len(gap) > 1
        else ""
    )
    when = _span(case, gap["year"])
    return f"{millions(gap['managed_gap'].sum())} that nothing covers ({when}){last}; {beneath}"


def illustrative_line(case: Case, made: str = "the plan") -> str:
    """Return which tables hold figures that are not real, and that what is made of them is not."""
    names = case.illustrative()
    if not names:
        return "Illustrative: nothing; no row of the case says that it is"
    what = f"some or all of {', '.join(names)} is invented"
    return f"Illustrative: {what}, and so {made} is illustrative too"


def _span(case: Case, years: Iterable[str]) -> str:
    """Return the years concerned: a run of them by its ends, a few others one by one."""
    found = [year for year in case.years if year in set(years)]
    first = case.years.index(found[0])
    if len(found) > 1 and tuple(found) == case.years[first : first + len(found)]:
        return f"{found[0]} to {found[-1]}"
    if len(found) > 3:
        return f"{len(found)} years, {found[0]} to {found[-1]}"
    return ", ".join(found)


def _some(texts: list[str], *, most: int = 3) -> str:
    """Return the first few of a list, and how many more there are."""
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return "; ".join(texts[:most]) + more


def _lower(name: str) -> str:
    """Return a name as it reads inside a sentence, leaving abbreviations alone."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
