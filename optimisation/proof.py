"""Proof that each goal is at its best: a bound from the duals and the tables, no solver asked."""

from collections import defaultdict
from dataclasses import dataclass
from math import isclose

from optimisation.facts import Key
from optimisation.restatement import Statement

NOISE = 1e-9
"""Share of the terms of a reduced cost that is no more than rounding."""

TOLERANCE = 1e-6
"""Share of a goal by which its value may stand above its bound."""


@dataclass(frozen=True)
class Bound:
    """What a goal came to, and the least that it could be.

    ``slack`` is the worst reduced cost on the wrong side, as a share of its own terms, and
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
        return self.slack <= TOLERANCE and isclose(
            self.value, self.bound, rel_tol=TOLERANCE, abs_tol=self.rounding
        )


def prove(
    statement: Statement, *, values: dict[str, float], duals: dict[str, dict[Key, float]]
) -> list[Bound]:
    r"""Return a bound for each goal, in order, by weak duality over what earlier goals left.

    With multipliers :math:`y` on the rows and reduced costs :math:`d = c - A^T y`, a goal is at
    least :math:`b^T y` over all plans in which every column with :math:`d_j < 0`, and every slack
    whose multiplier has the wrong sign, is nil. An earlier goal's own proof shows which must be:
    those with :math:`d_j > 0` (complementary slackness).

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
        reduced, terms = _reduced_costs(statement, weights, duals[goal])
        slack = max(
            (-cost / terms[key] for key, cost in reduced.items() if key not in nil and cost < 0.0),
            default=0.0,
        )
        parts = [statement.rows[key].level * y for key, y in duals[goal].items()]
        rounding = 1e-12 * sum(map(abs, parts)) + 1e-9
        bounds.append(Bound(goal, values[goal], sum(parts), slack, rounding))
        nil |= {key for key, cost in reduced.items() if cost > NOISE * terms[key]}
    return bounds


def _reduced_costs(
    statement: Statement, weights: dict[Key, float], duals: dict[Key, float]
) -> tuple[dict[Key, float], dict[Key, float]]:
    """Return each column's and each slack's reduced cost, and the size of the terms in it."""
    reduced: dict[Key, float] = defaultdict(float, weights)
    terms: dict[Key, float] = defaultdict(float, {k: abs(w) for k, w in weights.items()})
    for key, row in statement.rows.items():
        for column, a in row.terms.items():
            reduced[column] -= duals[key] * a
            terms[column] += abs(duals[key] * a)
    least = NOISE * max((abs(w) for w in weights.values()), default=1.0)
    for key, row in statement.rows.items():
        if row.sense == "==":
            continue
        # The slack of a ">=" row is what is over, of a "<=" row what is left.
        reduced["slack", *key] = duals[key] if row.sense == ">=" else -duals[key]
        terms["slack", *key] = max(
            (max(terms[column], least) / abs(a) for column, a in row.terms.items() if a != 0.0),
            default=1.0,
        )
    return reduced, {key: max(terms[key], least) for key in reduced}
