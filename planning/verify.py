"""A written plan held against its case: every file's digest, every figure, every goal."""

import os
from collections.abc import Callable, Iterator, Mapping
from math import isclose
from pathlib import Path
from typing import Any

import pandas as pd

from optimisation import certify
from planning.audit import audit_lines
from planning.case import Case
from planning.export import PAPER, WORKBOOKS, manifest_content, plan_paper
from planning.outlook import Outlook, look_ahead
from planning.papers.contract import TABLES
from planning.papers.csv_files import read_table
from planning.papers.manifest import MANIFEST, changed_files, read_manifest
from planning.plan import Plan, draw_up
from planning.problem import problem_of
from planning.schedules.sheets import plan_book
from planning.summary import summarise
from planning.tables.sources import Source

TOLERANCE = 1e-6
"""Share of a figure by which a plan made again may differ: another machine rounds otherwise."""


def verify_folder(
    folder: Path,
    source: str | os.PathLike[str] | Source,
    *,
    say: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Return what is wrong with a written plan, in plain words: nothing, if it can be relied on.

    Every output is held against its digest, and what the case's tables say against the digests of
    what was planned. The case is read and forecast again, the plan's tables are read back and
    recomputed, see ``recompute``, and the papers held against them.

    Raises
    ------
    FileNotFoundError
        If the folder holds no plan.
    InputError
        If the case is at fault.
    """
    manifest = read_manifest(folder)
    say("Reading the case")
    case = Case.read(source)
    wrong = [f"the {name} table is not the one planned" for name in changed_inputs(case, manifest)]
    wrong += [f"{name} is not as it was written" for name in changed_files(folder, manifest)]
    stated = {*manifest.get("outputs", {}), MANIFEST}
    wrong += [
        f"{path.name} is no part of the plan"
        for path in sorted(folder.iterdir())
        if path.name not in stated
    ]
    again = draw_up(look_ahead(case, say=say), say=say)
    tables, unread = _written(folder)
    if unread:
        return wrong + unread
    say("Recomputing the plan from the case's tables")
    return [*wrong, *recompute(tables, again), *papers_at_odds(folder, tables, again)]


def _written(folder: Path) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Read a plan's tables back, and say which cannot be."""
    if missing := [name for name in TABLES if not (folder / f"{name}.csv").is_file()]:
        return {}, [f"{name}.csv is missing" for name in missing]
    try:
        return {name: read_table(folder / f"{name}.csv", name) for name in TABLES}, []
    except ValueError as error:
        return {}, [str(error)]


def recompute(tables: Mapping[str, pd.DataFrame], again: Plan) -> list[str]:
    """Return what is wrong with a plan's tables, given the plan made again from its case.

    The forecast is compared figure by figure, every rule and total is recomputed from the case's
    own tables, and no goal may be bettered by the plan made again.
    """
    wrong = [
        *_forecast(again.outlook, tables["forecast"]),
        *certify(problem_of(again.outlook), tables),
    ]
    wrong += _goals(tables["goals"], again.allocation.goals)
    for name in ("prices", "sensitivities", "options", "backtest"):
        if not alike(tables[name], again.tables[name]):
            wrong.append(f"{name}.csv is not what the case gives")
    return wrong


def alike(written: pd.DataFrame, again: pd.DataFrame) -> bool:
    """Tell whether two tables are the same, but for the rounding of another machine."""
    try:
        pd.testing.assert_frame_equal(
            written, again, rtol=TOLERANCE, atol=1e-6, check_dtype=False, check_names=False
        )
    except AssertionError:
        return False
    return True


def papers_at_odds(folder: Path, tables: Mapping[str, pd.DataFrame], again: Plan) -> Iterator[str]:
    """Say where the workbook, the paper or the manifest does not say what the tables do.

    The manifest's times and versions are its own word.
    """
    manifest = read_manifest(folder)
    dated = str(manifest.get("dated", ""))
    book = plan_book(again.case, tables, dated=dated)
    papers = {name: written(book) for name, written in WORKBOOKS.items()}
    papers[PAPER] = plan_paper(again, tables, dated=dated)
    for name, content in papers.items():
        if not (folder / name).is_file() or (folder / name).read_bytes() != content:
            yield f"{name} is not what the tables make"
    stated = manifest_content(again) | {
        "summary": summarise(again.case, tables),
        "audit": audit_lines(again.case, dated),
    }
    for name in ("council", "summary", "audit", "illustrative", "options", "seed"):
        if manifest.get(name) != stated[name]:
            yield f"{MANIFEST} says something else of the plan's {name}"


def changed_inputs(case: Case, manifest: Mapping[str, Any]) -> list[str]:
    """Return the case's tables that do not say what those of the manifest did.

    Compared are digests of what they say, so that it is no matter what they are written in.
    """
    then = dict(manifest.get("inputs", {}))
    names = {*then, *case.digests}
    return sorted(name for name in names if then.get(name) != case.digests.get(name))


def _forecast(outlook: Outlook, written: pd.DataFrame) -> Iterator[str]:
    """Say where forecast.csv is not what the case's history gives."""
    keys = ["series", "kind", "period"]
    again = outlook.forecast.set_index(keys)
    stated = written.set_index(keys)
    if sorted(again.index) != sorted(stated.index):
        yield "forecast.csv does not have exactly the series and periods of the case"
        return
    for key, row in again.iterrows():
        for column in ("mean", "median", "lo80", "hi80", "lo95", "hi95"):
            if not isclose(stated.at[key, column], row[column], rel_tol=TOLERANCE, abs_tol=1e-6):
                yield f"forecast of {' '.join(key)}: {column} is not what the history gives"


def _goals(written: pd.DataFrame, best: pd.DataFrame) -> Iterator[str]:
    """Say which goal stands above its best, now that the plan has been made again."""
    stated = written.set_index("goal")["value"].to_dict()
    for row in best.itertuples():
        value = stated.get(row.goal)
        if value is None or not isclose(value, row.value, rel_tol=TOLERANCE, abs_tol=1e-6):
            yield f"goal {row.goal} is {value}, and at its best {row.value}"
