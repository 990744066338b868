"""The medium-term financial strategy in one table: what moves the requirement, and what pays."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray
from planning.case import Case
from planning.counted import counted_proposals
from planning.papers.columns import Table
from planning.pressure import cost_before, demand_before, unit_prices
from planning.schedules.schedule import Schedule, Tables, money, rows_of, text

REQUIREMENT, FUNDING, BESIDE = "Requirement", "Funded by", "Beside the sum"
"""The sections of the table."""

SOURCES = {
    "council_tax": "Council tax",
    "business_rates": "Business rates",
    "grant": "Grants",
    "fees": "Fees and charges",
    "trading": "Organisations' trade with others",
    "other": "Other income",
    "reserves": "Reserves",
    "gap": "Funding gap: nothing covers this",
}
"""What a reader calls each source of money, in the order of the paper."""

Line = tuple[str, str, list[float]]
"""A section, what the line is, and £ by year."""


def mtfs(case: Case, tables: Tables) -> Schedule:
    """Return the medium-term financial strategy summary: a row a line, a column a year.

    The lines of each section add up to its last, to the pound and beyond: the requirement is
    ``cost + fixed_cost`` of ``budget.csv``, and so is what funds it.

    Parameters
    ----------
    case : Case
        The case planned.
    tables : mapping of str to DataFrame
        The plan's tables.
    """
    lines = [*_requirement(case, tables), *_funding(case, tables), *_beside(case, tables)]
    years = tuple(
        money(year, f"£ in the financial year {year}.", words=year) for year in case.years
    )
    table = Table(
        "mtfs",
        "Medium-term financial strategy: summary",
        "From each year's requirement to the next, and what funds it, in cash terms.",
        (
            text("section", "Whether the line is of the requirement or of what funds it."),
            text("line", "What the line is."),
            *years,
        ),
    )
    # Adding nil turns a negative nil into a plain one.
    rows = [
        {"section": section, "line": line}
        | {year: amount + 0.0 for year, amount in zip(case.years, amounts, strict=True)}
        for section, line, amounts in lines
    ]
    return Schedule(table, rows_of(table, rows), tuple(_notes(case)))


def _requirement(case: Case, tables: Tables) -> Iterator[Line]:
    """Yield the lines from each year's requirement to the next."""
    budget = tables["budget"].set_index("year").loc[list(case.years)]
    needed = (budget["cost"] + budget["fixed_cost"]).to_numpy(dtype=float)
    before = np.array([cost_before(case), *needed[:-1]])
    moves = {
        "One-off cost of the year before removed": _one_off_removed(case),
        "Price inflation of what is bought": _inflation(case, tables),
        "Commitments: recurring cost that no unit buys": _commitments(case),
        "Pressures": _steps(_proposed(case, "pressure")),
        "Demand": _demand(case, tables),
        "Investments": _steps(_proposed(case, "investment")),
        "One-off cost of the year, less one-off savings": _one_off(case),
        "Savings, as expected to be delivered": _steps(_proposed(case, "saving")),
        "New income, as expected to be delivered": _steps(_proposed(case, "income")),
    }
    rest = needed - before - sum(moves.values(), np.zeros(len(needed)))
    yield REQUIREMENT, "Requirement brought forward", list(before)
    for name, amounts in moves.items():
        yield REQUIREMENT, name, list(amounts)
    yield REQUIREMENT, "Service changes: change in mix and volume", list(rest)
    yield REQUIREMENT, "Requirement", list(needed)


def _inflation(case: Case, tables: Tables) -> FloatArray:
    """Return what last year's purchases cost more at this year's prices, £ by year.

    In the first year it is what the year before's known demand would, at today's mix.
    """
    bought = tables["allocation"]
    rate = case.offers.set_index("offer")["indexation"]
    rise = (bought["cost"] * bought["offer"].map(rate)).groupby(bought["year"]).sum()
    first, before = (unit_prices(case, year) for year in (case.years[0], ""))
    units = demand_before(case)
    dearer = sum(u * (first.get(s, 0.0) - before.get(s, 0.0)) for s, u in units.items())
    return np.array([dearer, *(float(rise.get(year, 0.0)) for year in case.years[:-1])])


def _demand(case: Case, tables: Tables) -> FloatArray:
    """Return what the change in units needed costs at what a unit of the service cost, £ by year.

    That is the average price of what was bought of it the year before, at this year's prices; where
    nothing was, and in the first year, the price of today's mix.
    """
    needed = tables["demand"].groupby(["service", "year"])["demand"].sum()
    bought = tables["allocation"]
    rate = bought["offer"].map(case.offers.set_index("offer")["indexation"])
    indexed = (bought["cost"] * (1.0 + rate)).groupby([bought["service"], bought["year"]]).sum()
    units = bought.groupby(["service", "year"])["paid"].sum()
    price = (indexed / units.where(units > 0.0)).dropna()
    earlier, total = demand_before(case), []
    for before, year in zip(("", *case.years), case.years, strict=False):
        mix = unit_prices(case, year)
        moved = 0.0
        for service in sorted(set(needed.index.get_level_values("service"))):
            now = float(needed.get((service, year), 0.0))
            then = earlier.get(service, 0.0) if not before else needed.get((service, before), 0.0)
            moved += (now - float(then)) * float(
                price.get((service, before), mix.get(service, 0.0))
            )
        total.append(moved)
    return np.array(total)


def _commitments(case: Case) -> FloatArray:
    """Return the change in recurring fixed cost before any proposal, £ by year.

    What is brought forward has it at the first year's level already.
    """
    levels = _by_year(case, case.costs[~case.costs["one_off"]])
    return np.diff(levels, prepend=levels[:1])


def _proposed(case: Case, kind: str) -> FloatArray:
    """Return what recurring proposals of a kind add to cost, £ by year."""
    table = counted_proposals(case)
    return _by_year(case, table[(table["kind"] == kind) & ~table["one_off"]])


def _one_off(case: Case) -> FloatArray:
    """Return cost that does not recur, less savings and income that do not, £ by year."""
    proposed = counted_proposals(case)
    return _by_year(case, case.costs[case.costs["one_off"]]) + _by_year(
        case, proposed[proposed["one_off"]]
    )


def _one_off_removed(case: Case) -> FloatArray:
    """Return what goes because it was of the year before alone; none of the first is known."""
    return -np.array([0.0, *_one_off(case)[:-1]])


def _steps(levels: FloatArray) -> FloatArray:
    """Return the change on the year before; of the first, the whole: it is against that year."""
    return np.diff(levels, prepend=0.0)


def _by_year(case: Case, table: pd.DataFrame) -> FloatArray:
    levels = table.groupby("year")["amount"].sum().reindex(list(case.years), fill_value=0.0)
    return np.asarray(levels, dtype=float)


def _funding(case: Case, tables: Tables) -> Iterator[Line]:
    """Yield what pays, stream by stream in the order of the paper, and its sum."""
    paid = tables["funding"].groupby(["stream", "year"])["amount"].sum()
    kinds = dict(zip(case.streams["stream"], case.streams["kind"], strict=True))
    names = dict(zip(case.streams["stream"], case.streams["name"], strict=True))
    own = {"reserves": "reserves", "gap": "gap"}
    if len(case.organisations):
        own["trading"] = "trading"
    kinds = own | kinds
    order = list(SOURCES)
    total = np.zeros(len(case.years))
    for stream in sorted(kinds, key=lambda one: (order.index(kinds[one]), one)):
        amounts = np.array([float(paid.get((stream, year), 0.0)) for year in case.years])
        total += amounts
        source = SOURCES[kinds[stream]]
        name = names.get(stream, source)
        yield FUNDING, name if name == source else f"{source}: {name}", list(amounts)
    yield FUNDING, "All that funds it", list(total)


def _beside(case: Case, tables: Tables) -> Iterator[Line]:
    """Yield what a reader asks next, which is no part of either sum."""
    grants = case.streams.loc[case.streams["kind"] == "grant", "stream"]
    income = tables["income"].set_index(["stream", "year"])["amount"]
    past = case.income[case.income["period"] < case.years[0]].sort_values("period")
    last = past.groupby("stream")["amount"].last()
    moved = np.zeros(len(case.years))
    for stream in grants:
        levels = [income.get((stream, year), np.nan) for year in case.years]
        before = float(last.get(stream, levels[0]))
        moved += np.diff(levels, prepend=before)
    if len(grants):
        yield BESIDE, "Change in grants on the year before", list(moved)
    budget = tables["budget"].set_index("year").loc[list(case.years)]
    drawn = budget["reserves_drawn"]
    yield BESIDE, "Added to reserves", list((-drawn).clip(lower=0.0) + 0.0)
    yield BESIDE, "Reserves at the end of the year", list(budget["reserves_balance"])
    yield (
        BESIDE,
        "Structural gap: before reserves and one-off money",
        list(budget["structural_gap"]),
    )


def _notes(case: Case) -> Iterator[str]:
    """Yield what a reader must know of the lines."""
    yield (
        f"What is brought forward into {case.years[0]} is no outturn: it is what the last known "
        "year's demand cost at today's mix and the prices of the year before the plan, with the "
        "first year's recurring fixed cost. One-off cost of that year is not known."
    )
    yield (
        "Service changes are what is left of each year's change: another mix of offers, what is "
        "bought for targets, idle commitments, prevention, and demand that is not met."
    )
    yield (
        "Savings and income count as far as they are expected to be delivered, those of an "
        "organisation from its transfer year; pressures count whole."
    )
    known = set(case.income.loc[case.income["period"] < case.years[0], "stream"])
    grants = case.streams[case.streams["kind"] == "grant"]
    if new := [str(name) for name in grants.loc[~grants["stream"].isin(known), "name"]]:
        yield (
            f"Of {', '.join(new)} no year before the plan is known: the change in grants takes "
            f"it to be unchanged in {case.years[0]}."
        )
