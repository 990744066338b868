r"""What each requirement costs: its shadow price, as what a plan made again would save.

The price of a requirement is :math:`-V'(0+)`, where :math:`V(d)` is the least value of a goal once
the requirement is asked for :math:`d` less, every earlier goal being again as good as it can be;
nil where that is below nil, because an earlier goal takes what is saved. A dual is no such
derivative where the plan is degenerate: two rows that say the same may split one price between
them. A price is therefore given only with a proof, which is one of three:

- The basis of the plan stays optimal as the requirement is loosened (ranging leaves room there).
- The requirement has a dual that saves nothing, and no earlier goal leans on it: :math:`V` is
  convex and does not rise, so that it does not fall either.
- The goals are sought again at a small :math:`d`. :math:`V` is convex up to where its goal's
  predecessors are straight lines, so that if the line through :math:`V(d)` with the slope of its
  dual there meets :math:`V(0)`, then :math:`V` is that line between them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from optimisation.bulk import Program
from optimisation.engine import NoPlan, Optimum, Session
from optimisation.requirements import Requirements
from optimisation.sets import NOWHERE, BoolArray, FloatArray, IntArray
from optimisation.solver import pursue

COLUMNS = ["kind", "key", "year", "price_gap", "price_cost", "lower", "upper"]

NIL = 1e-9
"""A price, or a relative room in a range, that is nothing but rounding."""

STEPS = (1e-2, 1e-3, 1e-4, 1e-5)
"""By which share of its size a requirement is loosened, until what that saves is a line."""

STRAIGHT, CURVED = 1e-6, 1e-3
"""The share of what is saved by which a line may miss, and a curve: an average's level stands in
coefficients, and is loosened by the first of these shares alone."""

ROUNDING = 1e-12
"""The share of a goal that is nothing but rounding."""

WORK = 50_000_000
"""Columns times runs that are spent on prices, the dearest first; the others stay blank."""


def price_table(
    asked: Requirements, program: Program, costs: Sequence[FloatArray], *, gap: int, cost: int
) -> pd.DataFrame:
    """Return ``prices.csv``, with every requirement: £ saved if it were one unit looser.

    ``price_gap`` is the fall of the funding gap and ``price_cost`` that of the (discounted) cost;
    blank where it cannot be vouched for. ``lower`` and ``upper`` are the levels between which both
    hold, blank where there is no bound or, for an average, where none is known. Shares, changes and
    activity limits are counted in units, or £, beyond the rule.

    Parameters
    ----------
    asked : Requirements
        What is priced.
    program : Program
        Of the requirements, with whole decisions as they were taken.
    costs : sequence of arrays of shape (columns,)
        What each column adds to each goal, in their order.
    gap, cost : int
        Which of the goals are these.
    """
    pricer = _Pricer(asked, Session(program), costs)
    found = dict(pricer.price(goals={gap, cost}))
    loose = np.minimum(found[gap].loose, found[cost].loose)
    tight = np.minimum(found[gap].tight, found[cost].tight)
    below, above = np.where(asked.way < 0.0, (loose, tight), (tight, loose))
    lower, upper = asked.level - below, asked.level + above
    table = pd.DataFrame(
        {
            "kind": asked.kind,
            "key": asked.key,
            "year": asked.year,
            "price_gap": found[gap].price,
            "price_cost": found[cost].price,
            # A level cannot fall below nil, whatever the basis would bear.
            "lower": np.where(asked.level > 0.0, np.maximum(lower, 0.0), lower) + 0.0,
            "upper": upper + 0.0,
        }
    )
    table = table.replace([np.inf, -np.inf], np.nan).astype(dict.fromkeys(COLUMNS[:3], "str"))
    return table.sort_values(COLUMNS[:3], ignore_index=True)


@dataclass(frozen=True)
class _Prices:
    """Prices of one goal, and how far each holds if it is loosened and if it is tightened.

    Arrays of shape (requirements,).
    """

    price: FloatArray
    loose: FloatArray
    tight: FloatArray


class _Pricer:
    """The goals, sought again with one requirement a little looser.

    Parameters
    ----------
    asked : Requirements
        What is priced.
    session : Session
        Of their program, nothing held.
    costs : sequence of arrays of shape (columns,)
        Of the goals.
    """

    def __init__(self, asked: Requirements, session: Session, costs: Sequence[FloatArray]) -> None:
        self.asked, self.session, self.costs = asked, session, costs
        self.by_row = csr_array(session.program.matrix)
        self.again = Session(session.program)
        self.values: list[float] = []
        self.runs = WORK // max(1, len(session.program.unit))

    def price(self, goals: set[int]) -> Iterator[tuple[int, _Prices]]:
        """Yield the prices of some of the goals."""
        for goal, found in enumerate(pursue(self.session, self.costs[: max(goals) + 1])):
            self.values.append(found.value)
            if goal in goals:
                yield goal, self._prices(goal, found)

    def _prices(self, goal: int, found: Optimum) -> _Prices:
        """Return the prices of one goal, of which the program is at its best."""
        saved = self._saved(found)
        loose, tight = self._room(self.session)
        size = np.maximum(1.0, np.abs(self.asked.level))
        nil = (saved <= NIL) & ~self._leant_on()
        price = np.where(nil | (loose > NIL * size), np.where(saved > NIL, saved, 0.0), np.nan)
        price[self._curved] = np.nan
        if found.value == 0.0:
            price[:] = 0.0
        # What saves nothing saves nothing however much looser it is.
        loose = np.where(price == 0.0, np.inf, loose)
        unknown = np.flatnonzero(np.isnan(price))
        reach = abs(self.by_row) @ np.abs(found.primal)
        start = self.session.basis()
        for place in unknown[np.argsort(-saved[unknown], kind="stable")]:
            price[place], loose[place], tight[place] = self._sought(int(place), goal, reach)
            self.session.start_from(start)
        return _Prices(price, loose, tight)

    def _sought(self, place: int, goal: int, reach: FloatArray) -> tuple[float, float, float]:
        """Return one price, and how far it holds, by seeking the goals again."""
        size = float(np.abs(self.asked.level[place]))
        if not self._curved[place]:
            size = max(size, float(reach[self._rows(place)].max()) / 2.0)
        for share in STEPS[-1:] if self._curved[place] else STEPS:
            if self.runs <= 0:
                break
            self.runs -= 1
            if line := self._line(place, goal, share * (size or 1.0)):
                return line
        return np.nan, 0.0, 0.0

    def _line(self, place: int, goal: int, step: float) -> tuple[float, float, float] | None:
        """Return what a step looser saves per unit, if a line leads to it, and how far it does.

        The goals before it are held where they are, if they can be; else all are sought.
        """
        session = self.session
        with self._looser(session, place, step):
            try:
                straight, saved = self._meets(session.minimise(self.costs[goal]), place, goal, step)
                return self._reach(session, place, saved, step) if straight else None
            except NoPlan:
                pass
        self.again.release()
        with self._looser(self.again, place, step):
            for number, found in enumerate(pursue(self.again, self.costs[: goal + 1])):
                straight, saved = self._meets(found, place, number, step)
                if not straight:
                    return None
                if number == goal:
                    return self._reach(self.again, place, saved, step)
        return None

    def _meets(self, found: Optimum, place: int, goal: int, step: float) -> tuple[bool, float]:
        """Tell whether a line leads from a goal's value to the one found, and its slope."""
        saved = float(self._saved(found)[place])
        before = self.values[goal]
        off = abs(before - found.value - saved * step)
        share = CURVED if self._curved[place] else STRAIGHT
        return off <= share * abs(saved) * step + ROUNDING * abs(before), saved

    def _reach(
        self, session: Session, place: int, saved: float, step: float
    ) -> tuple[float, float, float]:
        """Return a price, and how far it holds if its requirement is loosened and tightened."""
        price = saved if saved > NIL else 0.0
        if self._curved[place]:
            return price, np.nan, np.nan
        loose, tight = (float(room[place]) for room in self._room(session))
        return price, step + loose, max(0.0, tight - step)

    @contextmanager
    def _looser(self, session: Session, place: int, step: float) -> Iterator[None]:
        """Ask a requirement for a step less, for a while."""
        rows = self._rows(place)
        lower, upper = session.lower[rows], session.upper[rows]
        if self._curved[place]:
            columns = self.asked.uses[int(rows[0])]
            entries = self.by_row[rows[:1]].toarray()[0, columns]
            session.set_entries(int(rows[0]), columns, entries - self.asked.way[place] * step)
            yield
            session.set_entries(int(rows[0]), columns, entries)
        else:
            moved = step * self.asked.way[place]
            session.set_levels(rows, lower + moved, upper + moved)
            yield
            session.set_levels(rows, lower, upper)

    def _rows(self, place: int) -> IntArray:
        """Return the rows in which a requirement stands."""
        if self._curved[place]:
            return self.asked.turned[[place]]
        shift = self.asked.shift
        return np.asarray(shift.indices[shift.indptr[place] : shift.indptr[place + 1]])

    @cached_property
    def _curved(self) -> BoolArray:
        """Which levels stand in coefficients."""
        return np.asarray(self.asked.turned != NOWHERE)

    def _saved(self, found: Optimum) -> FloatArray:
        """Return what the duals say that each requirement, a unit looser, saves."""
        saved = -(self.asked.shift @ found.dual)
        for place in np.flatnonzero(self._curved):
            row = int(self.asked.turned[place])
            units = found.primal[self.asked.uses[row]].sum()
            # What is rounding is so before it is multiplied by units.
            dual = found.dual[row] if abs(found.dual[row]) > NIL else 0.0
            saved[place] = -self.asked.way[place] * dual * units
        return np.asarray(saved)

    def _room(self, session: Session) -> tuple[FloatArray, FloatArray]:
        """Return how far each requirement may be loosened and tightened on the same basis.

        Nil for one that stands in several rows, or in coefficients.
        """
        lower, upper = session.ranges()
        at = np.where(np.isfinite(session.lower), session.lower, session.upper)
        shift = self.asked.shift
        alone = np.diff(shift.indptr) == 1
        below, above = np.zeros(len(alone)), np.zeros(len(alone))
        row = shift.indices[shift.indptr[:-1][alone]]
        below[alone], above[alone] = at[row] - lower[row], upper[row] - at[row]
        loose, tight = np.where(self.asked.way < 0.0, (below, above), (above, below))
        return np.maximum(loose, 0.0), np.maximum(tight, 0.0)

    def _leant_on(self) -> BoolArray:
        """Tell which requirements stand in a row that is held just where it is."""
        held = self.session.lower == self.session.upper
        leant = abs(self.asked.shift) @ held.astype(float) > 0.0
        return np.asarray(leant)
