"""What a plan comes to, in lines that a councillor can read."""

from collections.abc import Iterable, Mapping

import pandas as pd

from planning.case import Case

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
        f"{case.name}: plan for {case.years[0]} to {case.years[-1]}",
        f"Statutory demand: {_demand(case, tables['demand'], statutory=True)}",
        f"Other demand: {_demand(case, tables['demand'], statutory=False)}",
        f"Statutory targets: {_targets(case, tables['targets'], statutory=True)}",
        f"Other targets: {_targets(case, tables['targets'], statutory=False)}",
        f"Cost: {_cost(budget)}",
        f"Paid from: {_income(budget)}",
        f"Gap: {_gap(case, budget)}",
        f"Illustrative: {_illustrative(case)}",
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
    if missed.empty:
        return f"all {len(rows)} yearly targets met"
    names = [
        f"{_lower(outcomes.at[outcome, 'name'])} ({_span(case, part['year'])})"
        for outcome, part in missed.groupby("outcome")
    ]
    return f"{len(rows) - len(missed)} of {len(rows)} yearly targets met; missed: {_some(names)}"


def _cost(budget: pd.DataFrame) -> str:
    """Say what the plan costs, from its first year to its last."""
    cost = budget["cost"] + budget["fixed_cost"]
    return (
        f"{millions(cost.sum())} in all, from {millions(cost.iloc[0])} in {budget['year'].iloc[0]}"
        f" to {millions(cost.iloc[-1])} in {budget['year'].iloc[-1]}"
    )


def _income(budget: pd.DataFrame) -> str:
    """Say what pays for it, and what becomes of reserves."""
    drawn, left = budget["reserves_drawn"].sum(), budget["reserves_balance"].iloc[-1]
    reserves = (
        f"{millions(drawn)} drawn from reserves"
        if drawn >= 0.0
        else f"{millions(-drawn)} added to reserves"
    )
    return f"{millions(budget['income'].sum())} of income; {reserves}, {millions(left)} left"


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


def _illustrative(case: Case) -> str:
    """Say which tables hold figures that are not real."""
    names = case.illustrative()
    if not names:
        return "nothing; no row of the case says that it is"
    return f"some or all of {', '.join(names)} is invented, and so the plan is illustrative too"


def _span(case: Case, years: Iterable[str]) -> str:
    """Return the years concerned: a run of them by its ends, others one by one."""
    found = [year for year in case.years if year in set(years)]
    first = case.years.index(found[0])
    if len(found) > 2 and tuple(found) == case.years[first : first + len(found)]:
        return f"{found[0]} to {found[-1]}"
    return ", ".join(found)


def _some(texts: list[str], *, most: int = 3) -> str:
    """Return the first few of a list, and how many more there are."""
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return "; ".join(texts[:most]) + more


def _lower(name: str) -> str:
    """Return a name as it reads inside a sentence, leaving abbreviations alone."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
