"""The sides of a comparison from where they stand: written plans, or cases that are planned now."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from optimisation.sketch import sketch
from planning.case import Case
from planning.comparison.sides import NEEDED, NotComparable, Side, compared_tables
from planning.outlook import Outlook, look_ahead
from planning.papers.csv_files import read_table
from planning.papers.manifest import PLAN, changed_files, read_manifest, what_is_in
from planning.plan import draw_up
from planning.problem import problem_of
from planning.tables.sources import Source
from planning.verify import alike, changed_inputs

Say = Callable[[str], None]


def read_sides(
    old: str, new: str, *, cases: tuple[str, str] | None = None, say: Say = lambda _: None
) -> tuple[Side, Side]:
    """Return two sides, each a written plan's folder or a case, which is planned first.

    Parameters
    ----------
    old, new : str
        Where each stands.
    cases : pair of str, optional
        The cases of written plans; each plan must be the one that its case gives.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    NotComparable
        If what is there is no plan, is not as it was written, or is not what its case gives.
    InputError
        If a case is at fault.
    """
    first = _side(old, "" if cases is None else cases[0], say)
    second = _side(new, "" if cases is None else cases[1], say)
    if first.name == second.name:
        first, second = (
            replace(side, name=f"{side.name} ({Source.of(place)})")
            for side, place in ((first, old), (second, new))
        )
    return first, second


def _side(place: str, case: str, say: Say) -> Side:
    holds = what_is_in(Path(place))
    if holds == PLAN:
        return _written(Path(place), case, say)
    if holds:
        raise NotComparable(f"{place} holds {holds}, not a plan. Name a plan's folder or a case.")
    source = Source.of(place)
    if case and case != place:
        raise NotComparable(
            f"{source} is no written plan, and so its own case: --cases may not name another. "
            f"Give {source} there too, or leave --cases out where both are cases."
        )
    say(f"Reading {source}")
    read = Case.read(source)
    plan = draw_up(look_ahead(read, say=say), say=say)
    return Side(read.name, compared_tables(plan), plan.outlook, read.digests)


def _written(folder: Path, case: str, say: Say) -> Side:
    """Return a written plan, held against its case if that is given."""
    say(f"Reading {folder}")
    manifest = read_manifest(folder)
    if changed := changed_files(folder, manifest):
        raise NotComparable(
            f"{folder} is not as it was written: {', '.join(changed)}. "
            "Compare a copy that nobody has changed, or write the plan again."
        )
    if missing := [name for name in NEEDED if not (folder / f"{name}.csv").is_file()]:
        raise NotComparable(
            f"{folder} has no {', '.join(f'{name}.csv' for name in missing)}: it was written by "
            "another version of Virement. Write the plan again."
        )
    try:
        tables = {name: read_table(folder / f"{name}.csv", name) for name in NEEDED}
    except ValueError as error:
        raise NotComparable(f"{folder} cannot be read: {error}") from None
    side = Side(
        str(manifest.get("council", folder)),
        tables,
        None,
        dict(manifest.get("inputs", {})),
        dict(manifest.get("options", {})),
    )
    return (
        replace(side, outlook=_held_against(folder, case, manifest, tables, say)) if case else side
    )


def _held_against(
    folder: Path, place: str, manifest: dict[str, Any], tables: dict[str, pd.DataFrame], say: Say
) -> Outlook:
    """Return the outlook that a plan was made from, once its case is seen to give it."""
    source = Source.of(place)
    say(f"Reading {source}")
    case = Case.read(source)
    if changed := changed_inputs(case, manifest):
        raise NotComparable(
            f"{folder} is not the plan of {source}: {', '.join(changed)} "
            f"{'is' if len(changed) == 1 else 'are'} not what was planned. "
            "Give the case as it was, or leave --cases out to compare the plans alone."
        )
    outlook = look_ahead(case, say=say)
    say(f"Making the plan of {source} again")
    again = sketch(problem_of(outlook)) | {"forecast": outlook.forecast}
    unlike = [
        f"{name}.csv"
        for name in NEEDED
        if not alike(tables[name][[*again[name].columns]], again[name])
    ]
    if unlike:
        raise NotComparable(
            f"{folder} is not what {source} gives: {', '.join(unlike)} would be otherwise. It is "
            "of a scenario, or was written by another version of Virement. Write the plan again, "
            "or leave --cases out to compare the plans alone."
        )
    return outlook
