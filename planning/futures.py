"""What a case comes to in each of many futures: planned anew on each path of the forecast."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from optimisation.problem import Problem
from optimisation.sets import FloatArray
from planning.case import Case
from planning.chances import (
    COLUMNS,
    FIGURES,
    chance_table,
    chance_view,
    future_lines,
    range_table,
    range_view,
)
from planning.each_future import try_futures
from planning.outlook import Outlook, after_edits
from planning.papers.csv_files import csv_bytes
from planning.papers.folder import replace_folder
from planning.papers.manifest import MANIFEST, manifest_bytes
from planning.papers.view import View
from planning.problem import problem_of
from planning.spread_work import HERE, Task, Workers, spread
from planning.tables.histories import names_of

CHUNK = 10
"""Futures that are planned, and kept, together; the same however many work on them."""

HOLDS = "futures"
"""What a folder of futures says that it holds."""


@dataclass(frozen=True)
class Drawn:
    """Futures of demand and income together.

    Parameters
    ----------
    number : array of shape (futures,)
        The place of each among the paths of the outlook.
    demand, income : arrays of shape (futures, rows)
        In the order of the outlook's own tables.
    """

    number: np.ndarray
    demand: FloatArray
    income: FloatArray


@dataclass(frozen=True)
class Futures:
    """A case in many futures, each planned anew as if it were known beforehand.

    Parameters
    ----------
    case : Case
        The case.
    seed : int
        What they were drawn with.
    minimum : float
        £ that all reserves together may not fall below.
    table : DataFrame
        ``futures.csv``: future, year, what ``planning.chances.FIGURES`` names, and conflict, which
        is blank where there is a plan; where there is none the figures are.
    """

    case: Case
    seed: int
    minimum: float
    table: pd.DataFrame

    def range_table(self) -> pd.DataFrame:
        """Return ``ranges.csv``, see ``planning.chances.range_table``."""
        return range_table(self.table)

    def chance_table(self) -> pd.DataFrame:
        """Return ``chances.csv``, see ``planning.chances.chance_table``."""
        return chance_table(self.table, minimum=self.minimum)

    def ranges(self) -> View:
        """Return how far each figure may go, year by year."""
        return range_view(self.table)

    def chances(self) -> View:
        """Return how likely it is that a gap remains, reserves run out or a promise is broken."""
        return chance_view(self.table, minimum=self.minimum)

    def summary(self) -> list[str]:
        """Return what the futures come to, in lines that a councillor can read."""
        return future_lines(self.case.name, self.table, minimum=self.minimum)

    def export(
        self, folder: str | Path, *, started: str = "", seconds: float | None = None
    ) -> Path:
        """Write the folder of futures, all or nothing, and return where it is.

        Raises
        ------
        FileExistsError
            If the folder holds anything but earlier futures.
        """
        tables = {
            "futures": self.table,
            "ranges": self.range_table(),
            "chances": self.chance_table(),
        }
        files = {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
        content: dict[str, Any] = {
            "holds": HOLDS,
            "council": self.case.name,
            "summary": self.summary(),
            "illustrative": self.case.illustrative(),
            "inputs": dict(self.case.digests),
            "files": dict(self.case.files),
            "seed": self.seed,
            "times": {"started": started, "seconds": seconds},
        }
        files[MANIFEST] = manifest_bytes(content, outputs=dict(files))
        replace_folder(Path(folder), files, holds=HOLDS)
        return Path(folder)

    def _repr_html_(self) -> str:
        """Return the chances and the ranges."""
        return self.chances()._repr_html_() + self.ranges()._repr_html_()


def run_futures(
    outlook: Outlook,
    count: int,
    *,
    seed: int | None = None,
    workers: Workers = HERE,
    keep: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Futures:
    """Plan some futures of an outlook, each anew.

    Parameters
    ----------
    outlook : Outlook
        Whose paths they are drawn from.
    count : int
        How many.
    seed : int, optional
        Of the draw; the case's own unless given.
    workers : Workers
        Who does it; what comes out does not depend on them.
    keep : Path, optional
        Where each part is kept once it is done.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    ValueError
        If more are asked for than there are paths.
    SolverError
        If HiGHS stops without a proven optimum.
    """
    case = outlook.case
    seed = case.settings.seed if seed is None else seed
    problem, drawn = problem_of(outlook), draw(outlook, count, seed=seed)
    say(f"Planning {count} futures")
    tasks = future_tasks(case, problem, drawn, seed=seed)
    parts = spread(try_futures, tasks, workers=workers, keep=keep, say=say)
    minimum = float(problem.reserves["minimum"].sum())
    return Futures(case, seed, minimum, future_table(parts))


def draw(outlook: Outlook, count: int, *, seed: int) -> Drawn:
    """Return some of an outlook's futures, drawn without putting any back.

    The same seed gives the same, and more of them include these. What a scenario makes of the
    forecast it makes of every future; income that is confirmed is the same in all.

    Raises
    ------
    ValueError
        If `count` is not between one and as many as the outlook has paths.
    """
    paths = outlook.paths.values.shape[2]
    if not 1 <= count <= paths:
        raise ValueError(f"{count} futures cannot be drawn: ask for 1 to {paths:,}")
    number = np.sort(np.random.default_rng(seed).permutation(paths)[:count])
    return Drawn(
        number,
        _on_paths(outlook, "demand", number),
        _on_paths(outlook, "income", number),
    )


def _on_paths(outlook: Outlook, kind: str, number: np.ndarray) -> FloatArray:
    """Return demand or income in some futures, in the order of the outlook's table of it."""
    table: pd.DataFrame = getattr(outlook, kind)
    value = table.columns[-1]
    keys = table[table.columns[:-2]].itertuples(index=False, name=None)
    row = [outlook.paths.series.index(f"{kind}:{names_of(key)[1]}") for key in keys]
    column = [outlook.paths.periods.index(year) for year in table["year"]]
    values = outlook.paths.values[row, column][:, number].T
    if not any(edit.table == f"outlook.{kind}" for edit in outlook.case.edits):
        return np.ascontiguousarray(values)
    edited = [
        after_edits(table.assign(**{value: one}), f"outlook.{kind}", outlook.case)[value]
        for one in values
    ]
    return np.array(edited)


def future_tasks(case: Case, problem: Problem, drawn: Drawn, *, seed: int) -> list[Task]:
    """Return the parts of the work for `try_futures`."""
    tasks = []
    for start in range(0, len(drawn.number), CHUNK):
        part = slice(start, start + CHUNK)
        number = drawn.number[part].tolist()
        arguments = (problem, number, drawn.demand[part], drawn.income[part])
        tasks.append(Task(f"{seed} {number} {case.fingerprint}", arguments))
    return tasks


def future_table(parts: Sequence[Sequence[Sequence[Any]]]) -> pd.DataFrame:
    """Return ``futures.csv`` from the rows of every part."""
    table = pd.DataFrame([row for part in parts for row in part], columns=list(COLUMNS))
    return table.astype(dict.fromkeys(FIGURES, float) | {"conflict": "str"})
