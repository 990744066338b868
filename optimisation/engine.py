"""HiGHS, asked directly: every status checked, and one warm basis from call to call."""

from collections.abc import Mapping
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array

from optimisation.bulk import Program
from optimisation.refusals import SolverError
from optimisation.sets import BoolArray, FloatArray, IntArray

TOLERANCE = 1e-9
"""HiGHS's primal and dual feasibility tolerance, in the solver's units."""

SMALLEST = 1e-9
"""A coefficient that is less, in the solver's units, HiGHS would leave out without a word."""

WAYS: tuple[Mapping[str, object], ...] = (
    {"presolve": "choose", "simplex_strategy": 1},
    {"presolve": "off"},
    {"presolve": "off", "simplex_strategy": 4},
)
"""How a linear program is sought, one way after another where HiGHS stops with an error."""

WHOLE_WAYS: tuple[Mapping[str, object], ...] = tuple(
    {"mip_feasibility_tolerance": tolerance} for tolerance in (TOLERANCE, 1e-10, 1e-8)
)
"""The same for whole decisions: HiGHS may find its own plan to be a little past the tolerance that
it was sought with, and says so by an error. What is then left is linear."""

OPTIONS: dict[str, object] = {
    "output_flag": False,
    "threads": 1,
    "mip_rel_gap": 1e-7,
    "mip_abs_gap": 1e-9,
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
    "mip_feasibility_tolerance": TOLERANCE,
}

Basis = highspy.HighsBasis
"""Where a run stopped, and another may start."""

DUAL_SIMPLEX = 1
"""HiGHS's serial dual simplex, which ends with a ray where there is no plan."""


class NoPlan(RuntimeError):
    """HiGHS proved that no plan keeps every rule; ``session`` still holds the model."""

    def __init__(self, session: "Session") -> None:
        super().__init__("no plan keeps every rule")
        self.session = session


@dataclass(frozen=True)
class Optimum:
    """A proven optimum, in natural units.

    Parameters
    ----------
    value : float
        Of what was minimised.
    primal, reduced : arrays of shape (columns,)
        The value of each variable, and its reduced cost.
    dual : array of shape (rows,)
        The change of the value for one unit more on the row's level.
    """

    value: float
    primal: FloatArray
    reduced: FloatArray
    dual: FloatArray


class Session:
    """One program in HiGHS, solved again and again from where it was.

    Columns are scaled by their unit and rows by the power of two that makes their largest
    coefficient one; every figure that goes in or comes out is in natural units.

    Parameters
    ----------
    program : Program
        What is handed over.

    Raises
    ------
    SolverError
        If HiGHS would leave out a coefficient, or refuses what it is given.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        matrix = csc_array(program.matrix * program.unit[np.newaxis, :])
        largest = np.zeros(matrix.shape[0])
        np.maximum.at(largest, matrix.indices, np.abs(matrix.data))
        self.row_unit = 2.0 ** np.ceil(np.log2(np.where(largest > 0.0, largest, 1.0)))
        matrix.data /= self.row_unit[matrix.indices]
        if matrix.nnz and np.abs(matrix.data).min() < SMALLEST:
            entry = int(np.abs(matrix.data).argmin())
            row = program.row_name(int(matrix.indices[entry]))
            raise SolverError(f"{' '.join(row)} holds a coefficient too small for HiGHS to see")
        self.lower, self.upper = program.lower.copy(), program.upper.copy()
        self.caps: list[float] = []
        self.highs = highspy.Highs()
        for name, value in OPTIONS.items():
            self.set_option(name, value)
        self._pass(matrix)

    def set_option(self, name: str, value: object) -> None:
        """Set one of HiGHS's options; one that it does not know is refused, not ignored."""
        _checked(self.highs.setOptionValue(name, value), f"the option {name}")

    def _pass(self, matrix: csc_array) -> None:
        program, lp = self.program, highspy.HighsLp()
        lp.num_row_, lp.num_col_ = matrix.shape
        lp.col_cost_ = np.zeros(matrix.shape[1])
        lp.col_lower_, lp.col_upper_ = program.least / program.unit, program.most / program.unit
        lp.row_lower_, lp.row_upper_ = self.lower / self.row_unit, self.upper / self.row_unit
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = matrix.indptr
        lp.a_matrix_.index_ = matrix.indices
        lp.a_matrix_.value_ = matrix.data
        if program.integer.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(whole)] for whole in program.integer]
        _checked(self.highs.passModel(lp), "the model")

    def minimise(self, costs: FloatArray) -> Optimum:
        """Return the optimum of what each column costs, per natural unit.

        Raises
        ------
        NoPlan
            If HiGHS proves the rows infeasible.
        SolverError
            If it stops for any other reason without a proven optimum.
        """
        largest = float(np.abs(costs * self.program.unit).max(initial=0.0)) or 1.0
        every = np.arange(len(costs), dtype=np.int32)
        scaled = costs * self.program.unit / largest
        _checked(self.highs.changeColsCost(len(every), every, scaled), "the goal")
        self._run()
        status = self.highs.getModelStatus()
        if status in (
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,  # Every goal is bounded below by nil.
        ):
            raise NoPlan(self)
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"HiGHS stopped with {self.highs.modelStatusToString(status)}")
        found = self.highs.getSolution()
        primal = np.asarray(found.col_value) * self.program.unit
        # Whole decisions have no duals.
        priced = found.dual_valid
        none = np.full(len(costs), np.nan), np.full(len(self.row_unit), np.nan)
        return Optimum(
            value=float(costs @ primal),
            primal=primal,
            reduced=np.asarray(found.col_dual) * largest / self.program.unit if priced else none[0],
            dual=np.asarray(found.row_dual) * largest / self.row_unit if priced else none[1],
        )

    def _run(self) -> None:
        usual, *others = WHOLE_WAYS if self.program.integer.any() else WAYS
        status = self.highs.run()
        for way in others:
            if self.highs.getModelStatus() != highspy.HighsModelStatus.kSolveError:
                break
            self._set(way)
            self.highs.clearSolver()
            status = self.highs.run()
            self._set(usual)
        _checked(status, "the run")

    def _set(self, options: Mapping[str, object]) -> None:
        for name, value in options.items():
            self.set_option(name, value)

    def whole_gap(self) -> float:
        """Return the share by which the last optimum with whole decisions may still be bettered."""
        gap = float(self.highs.getInfo().mip_gap)
        return 0.0 if np.isinf(gap) else gap

    def cap(self, costs: FloatArray, value: float, *, slack: float) -> None:
        """Add a row: what each column costs comes to no more than a value, and a little.

        ``slack`` is a share of the value and of the largest cost of one unit of the solver's.
        """
        scaled = costs * self.program.unit
        places = np.flatnonzero(scaled).astype(np.int32)
        size = float(np.abs(scaled).max(initial=0.0)) or 1.0
        self.caps.append(value / size)
        most = value / size + slack * (1.0 + abs(value / size))
        done = self.highs.addRow(
            -highspy.kHighsInf, most, len(places), places, scaled[places] / size
        )
        _checked(done, "a goal's row")

    def widen(self, slack: float) -> None:
        """Give the rows that were added by ``cap`` another share to spare."""
        levels = np.array(self.caps)
        rows = len(self.lower) + np.arange(len(levels), dtype=np.int32)
        most = levels + slack * (1.0 + np.abs(levels))
        none = np.full(len(levels), -highspy.kHighsInf)
        _checked(self.highs.changeRowsBounds(len(rows), rows, none, most), "a goal's row")

    def hold(self, columns: BoolArray, rows: BoolArray, *, upper: BoolArray) -> None:
        """Keep columns at nil, and rows at their lower bound or, where `upper`, at their upper."""
        kept = np.flatnonzero(columns).astype(np.int32)
        nil = np.zeros(len(kept))
        _checked(self.highs.changeColsBounds(len(kept), kept, nil, nil), "what is held at nil")
        tight = np.flatnonzero(rows)
        level = np.where(upper[tight], self.upper[tight], self.lower[tight])
        self.set_levels(tight, level, level)

    def release(self) -> None:
        """Give up whatever is held, so that the program is again as it was handed over."""
        every = np.arange(len(self.program.unit), dtype=np.int32)
        least, most = (b / self.program.unit for b in (self.program.least, self.program.most))
        _checked(self.highs.changeColsBounds(len(every), every, least, most), "the bounds")
        self.set_levels(np.arange(len(self.lower)), self.program.lower, self.program.upper)

    def set_levels(self, rows: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set what some rows may not fall below, and may not exceed.

        Raises
        ------
        SolverError
            If a level is not a number.
        """
        if np.isnan(lower).any() or np.isnan(upper).any():
            raise SolverError("a level is not a number")
        self.lower[rows], self.upper[rows] = lower, upper
        unit, places = self.row_unit[rows], rows.astype(np.int32)
        done = self.highs.changeRowsBounds(len(places), places, lower / unit, upper / unit)
        _checked(done, "the levels")

    def set_entries(self, row: int, columns: IntArray, values: FloatArray) -> None:
        """Set what some columns add to a row."""
        scaled = values * self.program.unit[columns] / self.row_unit[row]
        for column, value in zip(columns.tolist(), scaled.tolist(), strict=True):
            _checked(self.highs.changeCoeff(row, column, value), "a row's entry")

    def basis(self) -> Basis:
        """Return where the last run stopped."""
        basis: Basis = self.highs.getBasis()
        return basis

    def start_from(self, basis: Basis) -> None:
        """Let the next run start from a basis, and not from where the last one stopped."""
        _checked(self.highs.setBasis(basis), "the basis to start from")

    def forget(self) -> None:
        """Leave HiGHS nothing of its earlier runs, so that the next depends on none of them."""
        _checked(self.highs.clearSolver(), "to forget")

    def dual_ray(self) -> FloatArray:
        """Return multipliers of the rows under which they contradict each other.

        Raises
        ------
        SolverError
            If HiGHS has none to give.
        """
        # Presolve finds that there is no plan without saying why.
        self.set_option("presolve", "off")
        self.set_option("simplex_strategy", DUAL_SIMPLEX)
        _checked(self.highs.run(), "the run")
        status, found, ray = self.highs.getDualRay()
        _checked(status, "its dual ray")
        if not found:
            raise SolverError("HiGHS found no dual ray for a model that it called infeasible")
        return np.asarray(ray) / self.row_unit

    def keep_only(self, rows: IntArray) -> None:
        """Leave all other rows out of account."""
        freed = np.ones(len(self.lower), dtype=bool)
        freed[rows] = False
        lower, upper = self.program.lower.copy(), self.program.upper.copy()
        lower[freed], upper[freed] = -np.inf, np.inf
        self.set_levels(np.arange(len(lower)), lower, upper)

    def has_plan(self) -> bool:
        """Tell whether the rows can all hold."""
        try:
            self.minimise(np.zeros(len(self.program.unit)))
        except NoPlan:
            return False
        return True

    def ranges(self) -> tuple[FloatArray, FloatArray]:
        """Return between which levels of each row the optimal basis stays optimal.

        A row that is not at its level may be loosened for ever, and tightened to where it is.
        """
        status, found = self.highs.getRanging()
        _checked(status, "its ranges")
        lower = np.asarray(found.row_bound_dn.value_) * self.row_unit
        upper = np.asarray(found.row_bound_up.value_) * self.row_unit
        statuses = self.highs.getBasis().row_status
        basic = np.array([status == highspy.HighsBasisStatus.kBasic for status in statuses])
        activity = np.asarray(self.highs.getSolution().row_value) * self.row_unit
        free_below, free_above = np.isinf(self.lower), np.isinf(self.upper)
        lower = np.where(basic, np.where(free_above, -np.inf, activity), lower)
        upper = np.where(basic, np.where(free_below, np.inf, activity), upper)
        return lower, upper


def _checked(status: highspy.HighsStatus, what: str) -> None:
    """Stop unless HiGHS says that all is well: it goes on with the old data after a refusal.

    Raises
    ------
    SolverError
        If it does not.
    """
    if status != highspy.HighsStatus.kOk:
        raise SolverError(f"HiGHS refused {what}")
