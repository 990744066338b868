"""One way from a council's tables to its plan, timed in a process of its own.

Run by ``benchmarks/allocation.py``: ``python ways.py WAY TABLES GOALS``. Printed as JSON: CPU
seconds of build, hand-over, solve and read-back, MB of peak memory above what stood when libraries
and tables had been loaded, the goals' values, and the size of the program.
"""

import importlib
import json
import pickle
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

LOADED = {
    "ours": ("benchmarks.synthetic", "optimisation"),
    "arrays": ("benchmarks.lp",),
    "guided": ("benchmarks.lp",),
    "linopy": ("benchmarks.lp", "linopy.io"),
    "pyomo": (
        "benchmarks.synthetic",
        "tests.optimisation.reference",
        "pyomo.contrib.appsi.solvers",
    ),
}
"""What is loaded before the clock starts."""

STEPS = ("build", "hand-over", "solve", "read-back")


def peak() -> float:
    """Return MB of this process's peak memory, as Linux tells it: getrusage counts its parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1024.0 for line in lines if line.startswith("VmHWM"))


class Watch:
    """Seconds of each step, and memory since the first began."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.before = peak()
        self.began = time.process_time()

    def lap(self, step: str) -> None:
        """Note the end of a step."""
        now = time.process_time()
        self.seconds[step] = now - self.began
        self.began = now

    def told(self, values: list[float], shape: tuple[int, ...]) -> dict[str, Any]:
        """Return what is printed."""
        megabytes = peak() - self.before
        return {"seconds": self.seconds, "mb": megabytes, "values": values, "shape": list(shape)}


def tables_in(file: str) -> dict[str, pd.DataFrame]:
    """Return the tables of a file that any version of pandas can read."""
    plain = pickle.loads(Path(file).read_bytes())  # Our own.
    return {name: pd.DataFrame(columns) for name, columns in plain.items()}


def ours(tables: dict[str, pd.DataFrame], goals: list[str]) -> dict[str, Any]:
    """Virement: Problem, Market, build, program, session, goals, the plan's tables."""
    from benchmarks.synthetic import problem_of
    from optimisation.bulk import program_of
    from optimisation.engine import Session
    from optimisation.goals import GOALS, SETTLEMENT
    from optimisation.market import Market
    from optimisation.model import build
    from optimisation.solver import pursue
    from optimisation.tables import plan_tables

    watch = Watch()
    m = build(Market(problem_of(tables)))
    watch.lap("build")
    program = program_of(m)
    session = Session(program)
    watch.lap("hand-over")
    chosen = [program.costs(g.weights(m)) for g in (*GOALS, *SETTLEMENT) if g.name in goals]
    found = list(pursue(session, chosen))
    watch.lap("solve")
    plan_tables(m, program.values(np.maximum(found[-1].primal, 0.0)))
    watch.lap("read-back")
    return watch.told([one.value for one in found], program.matrix.shape)


def arrays(
    tables: dict[str, pd.DataFrame], goals: list[str], *, guided: bool = False
) -> dict[str, Any]:
    """Return what NumPy and highspy take, goal after goal, or as ours goes about it if guided."""
    from benchmarks.lp import arrays_of, handed_over, linear_of, sought, together

    watch = Watch()
    a = arrays_of(linear_of(tables))
    watch.lap("build")
    h = handed_over(a)
    watch.lap("hand-over")
    names = [name for name in a.goals if name in goals]
    if guided and len(names) > 1:
        every = np.arange(len(a.unit), dtype=np.int32)
        h.changeColsCost(len(every), every, together(a, names))
        h.run()
    values, _ = sought(h, a, names)
    watch.lap("solve")
    _ = np.asarray(h.getSolution().col_value) * a.unit
    watch.lap("read-back")
    return watch.told(values, a.matrix.shape)


def by_linopy(tables: dict[str, pd.DataFrame], goals: list[str]) -> dict[str, Any]:
    """Return what linopy takes, given each family of rows as padded arrays of labels."""
    import linopy as lin
    from linopy.io import to_highspy

    from benchmarks.lp import OPTIONS, arrays_of, linear_of, sought

    watch = Watch()
    lp = linear_of(tables)
    m = lin.Model()
    for name, unit in lp.units.items():
        m.add_variables(lower=0.0, coords=[pd.RangeIndex(len(unit), name=f"{name}_")], name=name)
    for name, (_, low, high) in lp.rows.items():
        _add(m, lp, name, low, high)
    m.add_objective(1.0 * m.variables["gap"].sum())
    watch.lap("build")
    h = to_highspy(m)
    for name, value in OPTIONS.items():
        h.setOptionValue(name, value)
    watch.lap("hand-over")
    a = arrays_of(lp)
    a.lower, a.upper = a.lower * a.row_unit, a.upper * a.row_unit
    watch.began = time.process_time()
    values, _ = sought(h, a, [name for name in a.goals if name in goals])
    watch.lap("solve")
    _ = np.asarray(h.getSolution().col_value) * a.unit
    watch.lap("read-back")
    return watch.told(values, a.matrix.shape)


def _add(
    m: Any,  # noqa: ANN401 - linopy's, which is not known here
    lp: Any,  # noqa: ANN401
    name: str,
    low: np.ndarray,
    high: np.ndarray,
) -> None:
    """Add a family of rows: its entries side by side, as many as its longest row has."""
    import xarray
    from linopy.expressions import LinearExpression

    parts = lp.rows[name][0]
    row = np.concatenate([r for _, r, _, _ in parts])
    label = np.concatenate([m.variables[f].labels.values[c] for f, _, c, _ in parts])
    value = np.concatenate([np.broadcast_to(v, len(r)) * lp.units[f][c] for f, r, c, v in parts])
    order = np.argsort(row, kind="stable")
    row, label, value = row[order], label[order], value[order]
    count = np.bincount(row, minlength=len(low))
    rank = np.arange(len(row)) - (np.cumsum(count) - count)[row]
    names, sizes = np.full((len(low), count.max()), -1), np.full((len(low), count.max()), np.nan)
    names[row, rank], sizes[row, rank] = label, value
    dims = (f"{name}_rows", "_term")
    data = {"coeffs": (dims, sizes), "vars": (dims, names), "const": (dims[:1], np.zeros(len(low)))}
    coords = {dims[0]: np.arange(len(low))}
    level = np.where(np.isfinite(low), low, high)
    sign = "=" if np.array_equal(low, high) else ">=" if np.isfinite(low).all() else "<="
    expression = LinearExpression(xarray.Dataset(data, coords=coords), m)
    right = xarray.DataArray(level, dims=dims[:1], coords=coords)
    m.add_constraints(expression, sign, right, name=f"{name}_rows")


def by_pyomo(tables: dict[str, pd.DataFrame], goals: list[str]) -> dict[str, Any]:
    """Return what Pyomo takes with one rule call a row, handed over by its own persistent HiGHS."""
    import pyomo.environ as pyo
    from pyomo.contrib.appsi.solvers import Highs

    from benchmarks.lp import OPTIONS
    from benchmarks.synthetic import problem_of
    from optimisation.goals import GOALS, SETTLEMENT
    from optimisation.market import Market
    from optimisation.model import build
    from tests.optimisation.reference import build_plainly

    problem = problem_of(tables)
    market = build(Market(problem))
    watch = Watch()
    m = build_plainly(problem)
    watch.lap("build")
    m.goal = pyo.Objective(expr=sum(m.gap.values()))
    solver = Highs()
    solver.highs_options = {k: v for k, v in OPTIONS.items() if k != "output_flag"}
    solver.config.load_solution = False
    solver.set_instance(m)
    watch.lap("hand-over")
    values, kept = [], []
    for goal in (*GOALS, *SETTLEMENT):
        if goal.name not in goals:
            continue
        weights = [
            (float(w), getattr(m, family.name)[label])
            for family, amounts in goal.weights(market)
            for w, label in zip(amounts, family.labels, strict=True)
            if w
        ]
        m.goal.set_value(pyo.quicksum(w * v for w, v in weights))
        solver.set_objective(m.goal)
        found = solver.solve(m)
        values.append(float(found.best_feasible_objective))
        kept.append(pyo.quicksum(w * v for w, v in weights))
        # With less to spare HiGHS finds no plan in pounds.
        row = pyo.Constraint(expr=kept[-1] <= values[-1] + 1e-9 * (1.0 + abs(values[-1])))
        setattr(m, f"keep_{goal.name}", row)
    watch.lap("solve")
    found.solution_loader.load_vars()
    _ = [v.value for v in m.component_data_objects(pyo.Var)]
    watch.lap("read-back")
    return watch.told(values, (sum(map(len, m.component_objects(pyo.Constraint))), 0))


def main() -> None:
    """Go one way and print what it took."""
    way, file, *goals = sys.argv[1:]
    guided = partial(arrays, guided=True)
    ways = {"ours": ours, "arrays": arrays, "guided": guided}
    ways |= {"linopy": by_linopy, "pyomo": by_pyomo}
    # What is loaded at first use is not timed, nor in the memory.
    for name in LOADED[way]:
        importlib.import_module(name)
    print(json.dumps(ways[way](tables_in(file), goals)))


if __name__ == "__main__":
    main()
