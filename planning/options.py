"""Options considered: the plan of each of a case's own scenarios, beside the plan."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from optimisation import Infeasible
from optimisation.sketch import sketch
from planning.case import Case
from planning.headline import LARGEST, headline, moved, no_headline
from planning.outlook import Outlook, forecast_anew, look_ahead
from planning.papers.contract import TABLES
from planning.problem import problem_of

NAME = "options"


def option_table(
    outlook: Outlook, budget: pd.DataFrame, *, say: Callable[[str], None] = lambda _: None
) -> pd.DataFrame:
    """Return ``options.csv``; it has no rows where the case names no scenario.

    Parameters
    ----------
    outlook : Outlook
        What was planned.
    budget : DataFrame
        ``budget.csv`` of its plan.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    InputError
        If what the case is read from has changed since.
    """
    case = outlook.case
    whole = len(case.offers) * len(case.years) <= LARGEST
    names = sorted(set(case.scenarios["scenario"])) if whole else []
    say(f"Planning again for {len(names)} scenarios of the case")
    base = headline(budget)
    rows = []
    for name in names:
        found = _figures(case.scenario(name), outlook)
        figures = {key: found[key] for key in base}
        rows.append({"scenario": name, **found, **moved(figures, base)})
    return pd.DataFrame(rows, columns=[column.name for column in TABLES[NAME].columns])


def _figures(case: Case, outlook: Outlook) -> dict[str, Any]:
    """Return what a scenario's plan comes to, or what of it cannot all hold."""
    ahead = look_ahead(case) if forecast_anew(case) else outlook.of(case)
    try:
        tables = sketch(problem_of(ahead))
    except Infeasible as refusal:
        missing = {"statutory_demand": float("nan"), "targets_missed": float("nan")}
        return {**no_headline(), **missing, "conflict": "; ".join(refusal.conflict)}
    unmet = tables["goals"].set_index("goal")["value"]
    return {
        **headline(tables["budget"]),
        "statutory_demand": float(unmet["statutory_demand"]),
        "targets_missed": float((tables["targets"]["shortfall"] > 0.0).sum()),
        "conflict": "",
    }
