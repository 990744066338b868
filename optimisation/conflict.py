"""Where hard rules contradict each other: the smallest set of them that does, in plain words."""

from collections.abc import Callable, Mapping

import numpy as np

from optimisation.engine import Session
from optimisation.farkas import contradict
from optimisation.market import Market
from optimisation.refusals import Infeasible, SolverError
from optimisation.relaxation import Relaxation, plan_with, relaxations
from optimisation.reserves import ONE_OFF
from optimisation.sets import FloatArray, IntArray
from optimisation.statement import Statement

Labels = tuple[str, ...]


WAYS = 3
"""Ways out that are told."""

PENNY = 0.005
"""£ below which a figure is nil to the penny."""


def explain(
    market: Market, session: Session, statement: Statement, costs: Mapping[str, FloatArray]
) -> Infeasible:
    """Return an irreducible set of requirements that cannot all hold, and the ways out of it.

    The rows of HiGHS's dual ray contradict each other (Farkas). From them each is left out in turn,
    and for good where the others still do (deletion filter: Chinneck & Dravnieks, 1991, *ORSA
    Journal on Computing* 3(2)); what is left is irreducible. That it cannot hold is then proved in
    whole fractions from the case's own tables, see ``optimisation.farkas``.

    Each way out is told with what the plan would come to that it leads to: ``costs`` are what each
    column adds to each goal, in their order.

    Where awards are whole decisions there is neither ray nor proof: the set is found by leaving
    out each requirement in turn, and no way out is told.

    Raises
    ------
    SolverError
        If HiGHS gives no ray for a model that it called infeasible, or the proof fails.
    """
    if session.program.integer.any():
        return Infeasible(_told(market, session, _irreducible_whole(session)), [])
    rows, multipliers = irreducible(session)
    keys = [session.program.row_name(int(row)) for row in rows]
    if not contradict(statement, statement.find_rows(keys), multipliers):
        raise SolverError("HiGHS found no plan, but its rules could not be proved to conflict")
    ways = [way for way in relaxations(session, rows) if way.row[0] in SENTENCES][:WAYS]
    plans = [plan_with(session, way, list(costs.values())) for way in ways]
    told = [
        f"{_way(market, way)}; {_comes_to(dict(zip(costs, plan, strict=True)))}"
        for way, plan in zip(ways, plans, strict=True)
    ]
    return Infeasible(_told(market, session, rows), told)


def _told(market: Market, session: Session, rows: IntArray) -> list[str]:
    """Return what rows ask, in words; one that only defines a total is nobody's requirement."""
    keys = sorted(session.program.row_name(int(row)) for row in rows)
    asked = [SENTENCES[key[0]](market, key[1:]) for key in keys if key[0] in SENTENCES]
    return list(dict.fromkeys(asked))


def _irreducible_whole(session: Session) -> IntArray:
    """Return rows that cannot all hold with decisions that are whole, and can without any one.

    There is no dual ray to start from, and no proof in fractions: each requirement is left out in
    turn, and for good where the others still cannot hold.
    """
    program = session.program
    every = np.arange(len(program.lower))
    asked = [every[place] for name, place in program.rows.items() if name in SENTENCES]
    kept = np.ones(len(every), dtype=bool)
    # Many at once, as long as the rest still conflicts, and half as many where it does not.
    chunks = [rows for rows in asked if len(rows)]
    while chunks:
        rows = chunks.pop()
        kept[rows] = False
        session.keep_only(np.flatnonzero(kept))
        if session.has_plan():
            kept[rows] = True
            chunks += np.array_split(rows, 2) if len(rows) > 1 else []
    return np.flatnonzero(kept)


def _way(market: Market, way: Relaxation) -> str:
    """Say how far one requirement would have to give."""
    pounds = way.row[0] in ("limit_spend", "keep_minimum")
    stands, needed = (
        f"£{figure:,.2f}" if pounds else f"{figure:,.6g} units"
        for figure in (way.level, way.needed)
    )
    asked = SENTENCES[way.row[0]](market, way.row[1:])
    if way.level == 0.0 or way.row[0] in ("limit_share", "limit_change"):
        return f"{asked}; give way by {abs(way.needed - way.level):,.6g} units"
    return f"{asked}; move it from {stands} to {needed} ({way.share:.2%})"


def _comes_to(plan: Mapping[str, float]) -> str:
    """Say what a plan's goals come to, those of money alone."""
    unmet, gap, other = (plan[g] for g in ("statutory_demand", "funding_gap", "other_demand"))
    short = [
        f"£{amount:,.2f} of {what}"
        for amount, what in (
            (unmet, "statutory demand unmet"),
            (gap, "funding gap"),
            (other, "other demand unmet"),
        )
        if amount >= PENNY
    ]
    left = " and ".join(short) if len(short) < 3 else f"{short[0]}, {short[1]} and {short[2]}"
    return f"the plan then costs £{plan['cost']:,.2f}" + (f", with {left}" if short else "")


def irreducible(session: Session) -> tuple[IntArray, FloatArray]:
    """Return the places of rows that cannot all hold, and can when any one is left out.

    With the multipliers under which they contradict each other.
    """
    kept = np.flatnonzero(session.dual_ray() != 0.0)
    session.keep_only(kept)
    for row in kept.copy():
        fewer = kept[kept != row]
        session.keep_only(fewer)
        if not session.has_plan():
            kept = fewer
    session.keep_only(kept)
    return kept, session.dual_ray()[kept]


def _capacity(market: Market, index: tuple[str, ...]) -> str:
    offer, year = index
    units = market.offers.at[offer, "capacity"]
    return f"offers.csv, {offer}: capacity of {units:,.10g} units in {year}"


def _commitment(market: Market, index: tuple[str, ...]) -> str:
    offer, year = index
    units = market.offers.at[offer, "committed"]
    return f"offers.csv, {offer}: {units:,.10g} units committed in {year}"


def _notice(market: Market, index: tuple[str, ...]) -> str:
    offer, year = index
    units = market.offers.at[offer, "current"]
    return f"offers.csv, {offer}: {units:,.10g} units bought today, under notice in {year}"


def _viable(market: Market, index: tuple[str, ...]) -> str:
    offer, year = index
    units = market.offers.at[offer, "minimum"]
    return f"offers.csv, {offer}: awarded with {units:,.10g} units at least, or not, in {year}"


def _lot(market: Market, index: tuple[str, ...]) -> str:
    lot, year = index
    return f"offers.csv, lot {lot}: awarded once in {year}"


def _rule(market: Market, rule: str, each: str) -> str:
    row = market.problem.rules.set_index("rule").loc[rule]
    level = f"£{row['limit']:,.10g}" if "spend" in row["kind"] else f"{row['limit']:.10g}"
    return f"rules.csv, {rule}: {row['kind']} of {level}" + (f" for {each}" if each else "")


def _share(market: Market, index: tuple[str, ...]) -> str:
    rule, each, service, year = index
    return f"{_rule(market, rule, each)} in {service}, {year}"


def _change(market: Market, index: tuple[str, ...]) -> str:
    rule, each, offer, year, way = index
    return f"{_rule(market, rule, each)}: {offer} may go no further {way} in {year}"


def _spend(market: Market, index: tuple[str, ...]) -> str:
    rule, each, year = index
    return f"{_rule(market, rule, each)} in {year}"


def _minimum(market: Market, index: tuple[str, ...]) -> str:
    pot, year = index
    table = market.problem.reserves
    own = table[table["one_off_only"] == (pot == ONE_OFF)]
    names = ", ".join(sorted(own["reserve"]))
    return f"reserves, {names}: minimum of £{own['minimum'].sum():,.10g} at the end of {year}"


SENTENCES: dict[str, Callable[[Market, tuple[str, ...]], str]] = {
    "respect_capacity": _capacity,
    "honour_commitments": _commitment,
    "give_notice": _notice,
    "viable_volume": _viable,
    "award_lot": _lot,
    "limit_lots": _spend,
    "keep_minimum": _minimum,
    "limit_share": _share,
    "limit_change": _change,
    "limit_spend": _spend,
}
"""How a row of each hard rule reads to the planner whose table asked for it."""
