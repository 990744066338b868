"""The ways out of a conflict: how far one requirement alone would have to give, at what cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from optimisation.engine import NoPlan, Session
from optimisation.sets import FloatArray, IntArray
from optimisation.solver import pursue

JUST = 1e-9
"""The share by which a requirement gives more than it must, for a solver's tolerances."""


@dataclass(frozen=True)
class Relaxation:
    """How far one row has to give for the rest of the case to hold.

    Parameters
    ----------
    row : tuple of str
        Its rule and labels.
    place : int
        Where it stands in the program.
    level : float
        What it asks, in natural units (£ or units of service).
    needed : float
        The nearest level that can be kept.
    share : float
        How much it gives, as a share of the largest sum in the row.
    """

    row: tuple[str, ...]
    place: int
    level: float
    needed: float
    share: float


def relaxations(session: Session, rows: IntArray) -> list[Relaxation]:
    """Return every way out that gives up a part of one row alone, the least first.

    The row is left out, and its own left side made as small, or as large, as all others allow: that
    is a linear program of its own, and where its optimum stands is the nearest level that can be
    kept. A row that is not here does not do alone: there is another conflict without it.

    Parameters
    ----------
    session : Session
        Of the program that has no plan.
    rows : array of int
        The rows that conflict.
    """
    return sorted(_found(session, rows), key=lambda way: (way.share, way.row))


def _found(session: Session, rows: IntArray) -> Iterator[Relaxation]:
    program = session.program
    everything = np.arange(len(program.lower))
    for row in rows:
        lower, upper = float(program.lower[row]), float(program.upper[row])
        if lower == upper:
            continue  # A definition cannot give.
        session.keep_only(everything[everything != row])
        terms = program.matrix[[row]].toarray().ravel()
        sign = 1.0 if np.isinf(lower) else -1.0
        try:
            found = session.minimise(sign * terms)
        except NoPlan:
            continue
        needed, level = sign * found.value, upper if sign > 0.0 else lower
        size = max(abs(level), float(np.abs(terms * found.primal).sum()))
        share = abs(needed - level) / size if size else 1.0
        yield Relaxation(program.row_name(int(row)), int(row), level, needed, share)


def plan_with(session: Session, way: Relaxation, costs: Sequence[FloatArray]) -> list[float]:
    """Return what each goal comes to in the plan that a way out leads to.

    Parameters
    ----------
    session : Session
        Of the program that has no plan as it is.
    way : Relaxation
        Which row gives.
    costs : sequence of arrays of shape (columns,)
        What each column adds to each goal, in the goal's own unit.
    """
    session.release()
    level = np.array([way.needed + JUST * (way.needed - way.level)])
    free = np.array([np.inf])
    lower, upper = (level, free) if way.needed < way.level else (-free, level)
    session.set_levels(np.array([way.place]), lower, upper)
    return [found.value for found in pursue(session, costs)]
