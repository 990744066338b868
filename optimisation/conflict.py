"""Where hard rules contradict each other: the smallest set of them that does, in plain words."""

from collections.abc import Callable

import highspy

from optimisation.market import Market
from optimisation.refusals import SolverError
from optimisation.solver import NoPlan, row_key

IRREDUCIBLE = 2 | 4
"""HiGHS's ``iis_strategy``: of the linear program (2), and no row more than needed (4)."""


def conflict_set(market: Market, refusal: NoPlan) -> list[str]:
    """Return an irreducible set of requirements that cannot all hold, as sentences.

    The set is HiGHS's irreducible infeasible subsystem. Pyomo's own ``write_iis`` does not know
    HiGHS, so the model behind its interface is asked.

    Raises
    ------
    SolverError
        If HiGHS finds no such set.
    """
    opt = refusal.solver
    model = opt._solver_model
    model.setOptionValue("output_flag", False)
    model.setOptionValue("iis_strategy", IRREDUCIBLE)
    status, found = model.getIis()
    if status != highspy.HighsStatus.kOk or not len(found.row_index_):
        raise SolverError("HiGHS found no conflict set for a model that it called infeasible")
    rows = {i: row for row, i in opt._pyomo_con_to_solver_con_map.items()}
    keys = sorted(row_key(rows[i]) for i in found.row_index_)
    # Rows that only define a total are part of the proof, and nobody's requirement.
    sentences = [SENTENCES[key[0]](market, key[1:]) for key in keys if key[0] in SENTENCES]
    return list(dict.fromkeys(sentences))


def _capacity(market: Market, index: tuple[str, ...]) -> str:
    offer, year = index
    return f"offers.csv, {offer}: capacity of {market.offers[offer].capacity:,.10g} units in {year}"


def _commitment(market: Market, index: tuple[str, ...]) -> str:
    offer, year = index
    return f"offers.csv, {offer}: {market.offers[offer].committed:,.10g} units committed in {year}"


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


SENTENCES: dict[str, Callable[[Market, tuple[str, ...]], str]] = {
    "respect_capacity": _capacity,
    "honour_commitments": _commitment,
    "limit_share": _share,
    "limit_change": _change,
    "limit_spend": _spend,
}
"""How a row of each hard rule reads to the planner whose table asked for it."""
