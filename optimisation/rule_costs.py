"""What each rule costs: every goal sought once more without it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from optimisation.engine import Session
from optimisation.market import Market
from optimisation.sets import IntArray
from optimisation.solver import Stage, pursue

FAMILIES = ("limit_share", "limit_change", "limit_spend")
"""The constraints whose rows are of a rule of rules.csv, named first in their labels."""

NIL = 1e-9
"""A dual, or a share of a goal, that is nothing but rounding."""


def rule_table(market: Market, session: Session, stages: Sequence[Stage]) -> pd.DataFrame:
    """Return ``rules.csv``: by how much each goal would be less without each rule.

    Without a rule whose rows have no dual in any goal's linear program, the same duals prove the
    same values: it costs nothing. Every other is left out, all its rows together, and the goals are
    sought again in their order. An earlier goal is never worse without a rule; a later one may be,
    where the earlier one takes what the rule kept from it, and is then below nil here.

    Parameters
    ----------
    market : Market
        Its rules.
    session : Session
        Of the program, with every goal held.
    stages : sequence of Stage
        What the goals that are priced came to, in order.
    """
    names = sorted(market.problem.rules["rule"])
    kinds = market.problem.rules.set_index("rule")["kind"]
    least, costs = np.array([s.value for s in stages]), [s.costs for s in stages]
    table = np.zeros((len(names), len(stages)))
    for place, name in enumerate(names):
        if _leant_on(stages, name):
            session.release()
            rows = _rows_of(session, name)
            none = np.full(len(rows), np.inf)
            session.set_levels(rows, -none, none)
            without = np.array([found.value for found in pursue(session, costs)])
            apart = least - without
            table[place] = np.where(np.abs(apart) > NIL * np.maximum(least, without), apart, 0.0)
    goals = [stage.goal.name for stage in stages]
    frame = pd.DataFrame(table, columns=goals)
    frame.insert(0, "kind", kinds.loc[names].to_numpy())
    frame.insert(0, "rule", names)
    return frame.astype({"rule": "str", "kind": "str"})


def _leant_on(stages: Sequence[Stage], name: str) -> bool:
    """Tell whether any goal leans on a row of a rule."""
    for stage in stages:
        for family in FAMILIES:
            duals = stage.duals[family]
            own = duals.labels.get_level_values("rule") == name
            if np.any(np.abs(duals.value[own]) > NIL):
                return True
    return False


def _rows_of(session: Session, name: str) -> IntArray:
    """Return the places of a rule's rows."""
    program = session.program
    found = [
        program.rows[family].start
        + np.flatnonzero(program.row_labels[family].get_level_values("rule") == name)
        for family in FAMILIES
    ]
    return np.concatenate(found)
