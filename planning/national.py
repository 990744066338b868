"""A national run: every case of a folder forecast, planned and tried against many futures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from optimisation.market import Market
from optimisation.problem import Problem
from optimisation.refusals import Infeasible, SolverError
from planning.case import Case
from planning.chances import FIGURES, SENTENCES, chance_table
from planning.each_future import figures_of, try_futures
from planning.futures import Drawn, draw, future_table, future_tasks
from planning.outlook import look_ahead
from planning.papers.csv_files import csv_bytes
from planning.papers.folder import replace_folder
from planning.papers.manifest import MANIFEST, manifest_bytes
from planning.plan import draw_up
from planning.problem import problem_of
from planning.spread_work import HERE, Task, Workers, spread
from planning.status import Status
from planning.tables.faults import InputError
from planning.tables.schema import SETTINGS_FILE

HOLDS = "national"
"""What a folder of a national run says that it holds."""

_WORKBOOK = "case.xlsx"
"""A workbook that goes by the name of its folder."""

COLUMNS = [
    *("council", "name", "year", "status"),
    *FIGURES,
    "futures",
    *(f"{head}_{measure}" for measure in SENTENCES for head in ("chance", "se")),
    *("expected_targets_missed", "se_targets_missed"),
]
"""The columns of ``national.csv``."""


@dataclass(frozen=True)
class National:
    """What a national run comes to.

    Parameters
    ----------
    seed : int or None
        Of the draw of futures; None where each case has its own.
    councils : DataFrame
        ``national.csv``: council (its folder), name, year, status (planned or shortfall), the
        plan's own figures as in futures.csv, how many futures, and the chances in them.
    left_out : DataFrame
        ``left_out.csv``: council and why.
    digests : dict of str to dict
        The sha256 of every file of every case that was read.
    """

    seed: int | None
    councils: pd.DataFrame
    left_out: pd.DataFrame
    digests: dict[str, dict[str, str]]

    @property
    def status(self) -> Status:
        """``SHORTFALL`` where a plan leaves one, or a council is left out; else ``PLANNED``."""
        if self.councils.empty:
            return Status.INPUT_AT_FAULT
        short = (self.councils["status"] != Status.PLANNED.name.lower()).any() or len(self.left_out)
        return Status.SHORTFALL if short else Status.PLANNED

    def summary(self) -> list[str]:
        """Return what it comes to, in lines that a minister can read."""
        table = self.councils
        last = table.groupby("council").last() if len(table) else table
        short = int((last["status"] != Status.PLANNED.name.lower()).sum())
        lines = [
            f"{len(last)} councils planned, {len(self.left_out)} left out",
            f"{short} are planned with a gap or a statutory shortfall",
        ]
        if len(last):
            ever = table.groupby("council")["chance_gap"].max()
            out = last["chance_reserves_run_out"]
            lines += [
                f"{int((ever > 0.5).sum())} are more likely than not to have a gap in some year",
                f"{int((out > 0.5).sum())} are more likely than not to run out of reserves",
            ]
        return lines + [f"Left out: {r.council}: {r.why}" for r in self.left_out.itertuples()]


@dataclass(frozen=True)
class _Prepared:
    """A council's plan, as rows of ``national.csv``, and the futures that it is to be tried in."""

    rows: pd.DataFrame
    problem: Problem
    drawn: Drawn


def find_cases(folder: Path) -> list[Path]:
    """Return the cases in a folder, in order of name: folders, workbooks, folders of a workbook.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    found = [path.parent for path in folder.glob(f"*/{SETTINGS_FILE}")]
    found += [path for path in folder.glob("*.xlsx") if not path.name.startswith((".", "~"))]
    found += [path for path in folder.glob(f"*/{_WORKBOOK}") if path.parent not in found]
    if not found:
        wrong = f"{folder} holds neither a folder with a {SETTINGS_FILE} nor an .xlsx workbook"
        raise FileNotFoundError(wrong)
    return sorted(found)


def run_national(
    folders: Sequence[Path],
    count: int,
    *,
    seed: int | None = None,
    workers: Workers = HERE,
    keep: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> National:
    """Forecast, plan and try against some futures every council; one that fails stops no other.

    Parameters
    ----------
    folders : sequence of Path
        The cases.
    count : int
        How many futures of each.
    seed : int, optional
        Of their draw; each case's own unless given.
    workers : Workers
        Who does it; what comes out does not depend on them.
    keep : Path, optional
        Where the futures that are done are kept. Forecasts and plans are quick, and made anew.
    say : callable
        Told, in a few words, what is being done.
    """
    say(f"Reading {len(folders)} cases")
    cases, left_out = _read(folders)
    say(f"Forecasting and planning {len(cases)} councils")
    asked = [Task(case.fingerprint, (case, count, seed)) for case in cases.values()]
    prepared = dict(zip(cases, spread(_prepare, asked, workers=workers, say=say), strict=True))
    left_out |= {name: found for name, found in prepared.items() if isinstance(found, str)}
    planned = {name: found for name, found in prepared.items() if not isinstance(found, str)}
    tasks = {
        name: future_tasks(cases[name], found.problem, found.drawn, seed=_seed(cases[name], seed))
        for name, found in planned.items()
    }
    say(f"Planning {count} futures of {len(planned)} councils")
    every = [task for own in tasks.values() for task in own]
    done = iter(spread(_try_or_tell, every, workers=workers, keep=keep, say=say))
    rows = []
    for name, found in planned.items():
        parts = [next(done) for _ in tasks[name]]
        if wrong := [part for part in parts if isinstance(part, str)]:
            left_out[name] = wrong[0]
        else:
            rows.append(_with_chances(name, found, parts))
    councils = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=COLUMNS)
    why = pd.DataFrame(sorted(left_out.items()), columns=["council", "why"], dtype="str")
    return National(seed, councils, why, {name: dict(cases[name].digests) for name in cases})


def export_national(made: National, folder: Path, *, times: Mapping[str, Any]) -> None:
    """Write the folder of a national run, all or nothing.

    Raises
    ------
    FileExistsError
        If the folder holds anything but an earlier national run.
    """
    files = {
        "national.csv": csv_bytes(made.councils),
        "left_out.csv": csv_bytes(made.left_out),
    }
    content = {
        "holds": HOLDS,
        "summary": made.summary(),
        "inputs": made.digests,
        "seed": made.seed,
        "times": dict(times),
    }
    files[MANIFEST] = manifest_bytes(content, outputs=dict(files))
    replace_folder(folder, files, holds=HOLDS)


def _seed(case: Case, seed: int | None) -> int:
    return case.settings.seed if seed is None else seed


def _read(places: Sequence[Path]) -> tuple[dict[str, Case], dict[str, str]]:
    """Return the cases that can be read, and why the others cannot, by the name of their place."""
    cases, left_out = {}, {}
    for place in places:
        name = place.parent.name if place.name == _WORKBOOK else place.name
        try:
            cases[name] = Case.read(place)
        except (InputError, OSError) as error:
            left_out[name] = _why(error)
    return cases, left_out


def _prepare(case: Case, count: int, seed: int | None) -> "_Prepared | str":
    """Return a council's plan and its futures, or why there is none."""
    try:
        plan = draw_up(look_ahead(case))
        problem = problem_of(plan.outlook)
        figures = figures_of(Market(problem), plan.allocated)
        rows = pd.DataFrame({"year": problem.years, **{name: figures[name] for name in FIGURES}})
        rows.insert(0, "status", plan.status.name.lower())
        rows.insert(0, "name", case.name)
        return _Prepared(rows, problem, draw(plan.outlook, count, seed=_seed(case, seed)))
    except Exception as error:  # Whatever it is, the other councils are planned.
        return _why(error)


def _try_or_tell(*arguments: Any) -> list[list[Any]] | str:  # noqa: ANN401 - those of try_futures
    """Return rows of ``futures.csv`` for a few futures, or why there are none."""
    try:
        return try_futures(*arguments)
    except Exception as error:  # Whatever it is, the other councils are planned.
        return _why(error)


def _why(error: Exception) -> str:
    """Say in a line what is wrong with a council."""
    if isinstance(error, InputError):
        first, *others = error.faults
        more = f" (and {len(others)} more)" if others else ""
        return f"{first}{more}"
    if isinstance(error, Infeasible):
        return f"no plan keeps every rule: {error}"
    if isinstance(error, SolverError | OSError):
        return str(error)
    return f"a fault of this program: {type(error).__name__}: {error}"


def _with_chances(name: str, found: _Prepared, parts: Sequence[list[list[Any]]]) -> pd.DataFrame:
    """Return a council's rows of ``national.csv``."""
    futures = future_table(parts)
    minimum = float(found.problem.reserves["minimum"].sum())
    chances = chance_table(futures, minimum=minimum).set_index(["year", "measure"])
    rows = found.rows.assign(council=name, futures=futures["future"].nunique())
    for measure in (*SENTENCES, "targets_missed"):
        own = chances.xs(measure, level="measure").loc[rows["year"]]
        head = "expected" if measure == "targets_missed" else "chance"
        rows[f"{head}_{measure}"] = own["value"].to_numpy()
        rows[f"se_{measure}"] = own["se"].to_numpy()
    return rows[COLUMNS]
