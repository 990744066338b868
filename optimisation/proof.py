"""Proof that each goal is at its best: a bound from the duals and the tables, no solver asked."""

from collections import defaultdict
from dataclasses import dataclass
from math import isclose

from optimisation.facts import Key
from optimisation.restatement import Statement

NOISE = 1e-10
"""Share of a reduced cost's size that is no more than rounding."""

WRONG_SIDE = 1e-8
"""Share of its size by which a reduced cost may lie on the wrong side."""

TOLERANCE = 1e-6
"""Share of a goal by which its value may stand above its bound."""


@dataclass(frozen=True)
class Bound:
    """What a goal came to, and the least that it could be.

    ``slack`` is the worst reduced cost on the wrong side, as a share of its size, and
    ``rounding`` what double precision may lose in the bound's sum.
    """

    goal: str
    value: float
    bound: float
    slack: float
    rounding: float

    @property
    def proved(self) -> bool:
        """Whether the value is the best there is."""
        return self.slack <= WRONG_SIDE and isclose(
            self.value, self.bound, rel_tol=TOLERANCE, abs_tol=self.rounding
        )


def prove(
    statement: Statement, *, values: dict[str, float], duals: dict[str, dict[Key, float]]
) -> list[Bound]:
    r"""Return a bound for each goal, in order, by weak duality over what earlier goals left.

    With multipliers :math:`y` on the rows and reduced costs :math:`d = c - A^T y`, a goal is at
    least :math:`b^T y` over all plans in which every column with :math:`d_j < 0`, and every slack
    whose multiplier has the wrong sign, is nil. An earlier goal's own proof shows which must be:
    those with :math:`d_j > 0` (complementary slackness), and where it came to nil, all it weighs.

    Parameters
    ----------
    statement : Statement
        The program, restated from the tables.
    values : dict of str to float
        What each goal came to.
    duals : dict of str to dict of Key to float
        By goal, the multiplier of each row, in natural units.
    """
    nil: set[Key] = set()
    bounds = []
    for goal, weights in statement.goals.items():
        reduced, size = _reduced_costs(statement, weights, duals[goal])
        slack = max(
            (-cost / size[key] for key, cost in reduced.items() if key not in nil and cost < 0.0),
            default=0.0,
        )
        parts = [statement.rows[key].level * y for key, y in duals[goal].items()]
        rounding = 1e-12 * sum(map(abs, parts)) + 1e-9
        bounds.append(Bound(goal, values[goal], sum(parts), slack, rounding))
        nil |= {key for key, cost in reduced.items() if cost > NOISE * size[key]}
        if values[goal] <= rounding:
            nil |= {key for key, weight in weights.items() if weight > 0.0}
    return bounds


def _reduced_costs(
    statement: Statement, weights: dict[Key, float], duals: dict[Key, float]
) -> tuple[dict[Key, float], dict[Key, float]]:
    """Return each column's and each slack's reduced cost, and the size it is to be judged by.

    A column's size is that of the terms in its reduced cost, or of its neighbours' in a row, so
    that rounding is told from a figure whatever the units.
    """
    reduced: dict[Key, float] = defaultdict(float, weights)
    terms: dict[Key, float] = defaultdict(float, {k: abs(w) for k, w in weights.items()})
    for key, row in statement.rows.items():
        for column, a in row.terms.items():
            reduced[column] -= duals[key] * a
            terms[column] += abs(duals[key] * a)
    size = dict(terms)
    for key, row in statement.rows.items():
        filled = {column: abs(a) for column, a in row.terms.items() if a != 0.0}
        of_row = max((terms[column] / a for column, a in filled.items()), default=0.0)
        for column, a in filled.items():
            size[column] = max(size[column], a * of_row)
        if row.sense != "==":
            # The slack of a ">=" row is what is over, of a "<=" row what is left.
            reduced["slack", *key] = duals[key] if row.sense == ">=" else -duals[key]
            size["slack", *key] = of_row
    least = 1e-12 * max((abs(w) for w in weights.values()), default=1.0)
    return reduced, {key: max(size[key], least) for key in reduced}
