"""From tables to a plan, and 200 scenarios of it, beside highspy, linopy and Pyomo's rules.

Run ``python benchmarks/allocation.py --peers PYTHON``; PYTHON is the interpreter of an environment
with linopy, pandas and highspy. Each way runs in a process of its own on the same tables of
``benchmarks/synthetic.py``, libraries and tables loaded before the clock starts, and the values of
the goals must agree to 1e-6, Pyomo's to 1e-4. ``--sizes``, ``--scenarios`` make it shorter.
"""

import argparse
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.lp import GOALS as NAMES
from benchmarks.lp import arrays_of, handed_over, linear_of, sought
from benchmarks.synthetic import problem_of, tables_of
from benchmarks.ways import STEPS
from optimisation.goals import GOALS, SETTLEMENT
from optimisation.market import Market
from optimisation.model import build
from optimisation.problem import Problem
from optimisation.rerun import Rerun
from optimisation.solver import solve
from optimisation.tables import plan_tables

WAYS = Path(__file__).with_name("ways.py")


@dataclass(frozen=True)
class Size:
    """A council of some size, and the goals that are sought for it."""

    services: int
    localities: int
    goals: tuple[str, ...]
    peers: tuple[str, ...] = ("linopy",)


SIZES = {
    4: Size(20, 4, NAMES, peers=("guided", "linopy", "pyomo")),
    5: Size(100, 8, NAMES, peers=("guided",)),
    # The first goal can take HiGHS minutes here where money is tight; this one it finds at once.
    6: Size(380, 20, ("cost",), peers=()),
}
"""By the power of ten that the number of variables is near."""

MONEY = 1.02
"""Income as a share of what demand would cost."""


def plan(size: Size, peers: str | None) -> dict[str, dict[str, Any]]:
    """Return what each way takes, printed as it comes."""
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "tables")
        file.write_bytes(pickle.dumps(_plain(_tables(size))))
        for way in ("arrays", "ours", *size.peers):
            if way == "linopy" and peers is None:
                print(f"| {way} | left out |")
                continue
            python = str(peers) if way == "linopy" else sys.executable
            run = [python, str(WAYS), way, str(file), *size.goals]
            said = subprocess.run(run, capture_output=True, text=True, check=False)
            if said.returncode:
                print(f"| {way} | failed: {said.stderr.strip().splitlines()[-1]} |")
                continue
            one = found[way] = json.loads(said.stdout.strip().splitlines()[-1])
            # Pyomo holds a goal by a row with a little to spare, which the last ones use.
            near = 1e-4 if way == "pyomo" else 1e-6
            _agree(one["values"], found["arrays"]["values"], near=near)
            steps = [one["seconds"][step] for step in STEPS]
            print(_line(way, one["shape"], steps, one["mb"], found["arrays"]), flush=True)
    return found


def _tables(size: Size) -> dict[str, pd.DataFrame]:
    return dict(tables_of(services=size.services, localities=size.localities, money=MONEY))


def _plain(tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    """Return tables as NumPy's arrays, which any version of pandas reads."""
    return {
        name: {c: np.array(table[c].tolist(), dtype=_kind(table[c])) for c in table}
        for name, table in tables.items()
    }


def _kind(column: pd.Series) -> object:
    return column.dtype if column.dtype.kind in "fb" else object


def _agree(values: Sequence[float], others: Sequence[float], *, near: float = 1e-6) -> None:
    """Stop if two ways do not come to the same."""
    np.testing.assert_allclose(values, others, rtol=near, atol=1.0)


def _line(
    way: str, shape: Sequence[int], steps: Sequence[float], mb: float, limit: dict[str, Any]
) -> str:
    times = sum(steps) / sum(limit["seconds"].values())
    told = " | ".join(f"{seconds:.2f}" for seconds in [*steps, sum(steps)])
    return f"| {way} | {shape[1]:,} | {told} | {times:.2f} | {mb:.0f} | {mb / limit['mb']:.2f} |"


def scenarios(size: Size, count: int, *, rebuilt: int) -> None:
    """Print seconds per scenario: ours warm and by rebuild, and highspy warm."""
    tables = _tables(size)
    problem = problem_of(tables)
    rng = np.random.default_rng(7)
    units, pounds = problem.demand["units"].to_numpy(), problem.income["amount"].to_numpy()
    demand = units * np.exp(rng.normal(0.0, 0.02, (count, len(units))))
    income = pounds * np.exp(rng.normal(0.0, 0.01, (count, len(pounds))))
    began = time.process_time()
    rerun = Rerun(problem)
    base = time.process_time() - began
    began = time.process_time()
    ours = rerun.futures(demand, income).goals
    warm = (time.process_time() - began) / count
    began = time.process_time()
    anew = [_anew(problem, demand[k], income[k]) for k in range(rebuilt)]
    rebuild = (time.process_time() - began) / rebuilt
    theirs, peer = _peer(tables, demand, income)
    for own, other in zip(ours, theirs, strict=True):
        _agree(own, other)
    for own, other in zip(ours, anew, strict=False):
        _agree(own, other)
    print(f"\n{count} scenarios of the smallest size, CPU seconds each (base, once: {base:.2f})")
    print(f"| ours, warm | {warm:.3f} |\n| highspy, warm | {peer:.3f} |")
    print(f"| ours, by rebuild (mean of {rebuilt}) | {rebuild:.3f} |")
    print(f"ours warm / highspy warm {warm / peer:.2f}; rebuild / ours warm {rebuild / warm:.1f}")


def _anew(problem: Problem, demand: np.ndarray, income: np.ndarray) -> list[float]:
    """Return the goals of one scenario, planned from its tables to those of its plan."""
    edited = replace(
        problem,
        demand=problem.demand.assign(units=demand),
        income=problem.income.assign(amount=income),
    )
    m = build(Market(edited))
    solution = solve(m, GOALS, settlement=SETTLEMENT)
    plan_tables(m, solution.values)
    return [stage.value for stage in solution.stages[: len(GOALS)]]


def _peer(
    tables: dict[str, pd.DataFrame], demand: np.ndarray, income: np.ndarray
) -> tuple[list[list[float]], float]:
    """Return the goals of every scenario by highspy alone, and seconds for each.

    The same goals in the same order, each from the basis of the base; only levels of rows change.
    """
    a = arrays_of(linear_of(tables))
    h = handed_over(a)
    _, bases = sought(h, a, NAMES)
    order = tables["income"].sort_values(["stream", "year"]).index.to_numpy()
    every = np.arange(len(a.unit), dtype=np.int32)
    rows = np.arange(len(a.lower), dtype=np.int32)
    nil, most = np.zeros(len(every)), np.full(len(every), highspy.kHighsInf)
    found = []
    began = time.process_time()
    for units, pounds in zip(demand, income, strict=True):
        a.lower[a.rows["meet"]] = units / a.row_unit[a.rows["meet"]]
        spend = pounds[order] / a.row_unit[a.rows["spend"]]
        a.lower[a.rows["spend"]] = a.upper[a.rows["spend"]] = spend
        h.changeColsBounds(len(every), every, nil, most)
        h.changeRowsBounds(len(rows), rows, a.lower, a.upper)
        values, _ = sought(h, a, NAMES, bases)
        # There are no targets here.
        found.append([values[0], 0.0, values[1], values[2], 0.0, values[3], values[4]])
    return found, (time.process_time() - began) / len(demand)


def main() -> None:
    """Read the options and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="a Python with linopy; without it linopy is left out")
    parser.add_argument("--sizes", nargs="*", type=int, choices=SIZES, default=list(SIZES))
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--rebuilt", type=int, default=3)
    options = parser.parse_args()
    for power in options.sizes:
        size = SIZES[power]
        print(f"\n10^{power} variables, goals: {', '.join(size.goals)}")
        print(f"| way | variables | {' | '.join(STEPS)} | all | × arrays | MB | × arrays |")
        plan(size, options.peers)
    if options.scenarios:
        scenarios(SIZES[4], options.scenarios, rebuilt=options.rebuilt)


if __name__ == "__main__":
    main()
