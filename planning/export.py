"""From a plan to its folder: tables, workbook and manifest, all or nothing."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planning.audit import audit_lines
from planning.budget_paper.brief import Brief
from planning.budget_paper.paper import paper_bytes
from planning.papers.csv_files import csv_bytes
from planning.papers.folder import replace_folder
from planning.papers.manifest import MANIFEST, manifest_bytes
from planning.papers.ods import ods_bytes
from planning.papers.sheets import Book
from planning.papers.workbook import workbook_bytes
from planning.schedules.schedule import Tables
from planning.schedules.sheets import plan_book

if TYPE_CHECKING:
    from planning.plan import Plan

WORKBOOKS: Mapping[str, Callable[[Book], bytes]] = {
    "plan.xlsx": workbook_bytes,
    "plan.ods": ods_bytes,
}
"""The files that hold the plan's workbook, the same in each."""

PAPER = "paper.docx"


def write_plan(
    plan: "Plan", folder: Path, *, dated: str, started: str, seconds: float | None
) -> Path:
    """Write a plan's folder and return where it is.

    Parameters
    ----------
    plan : Plan
        The plan.
    folder : Path
        Where to write.
    dated : str
        The day that the papers bear, ``2015-02-19``, against which review dates are held; blank if
        they bear none.
    started : str
        When the run began.
    seconds : float or None
        How long it took.

    Raises
    ------
    FileExistsError
        If the folder holds anything but an earlier plan.
    """
    files = {f"{name}.csv": csv_bytes(table) for name, table in plan.tables.items()}
    book = plan_book(plan.case, plan.tables, dated=dated)
    files |= {name: written(book) for name, written in WORKBOOKS.items()}
    files[PAPER] = plan_paper(plan, plan.tables, dated=dated)
    content = manifest_content(plan) | {
        "dated": dated,
        "audit": audit_lines(plan.case, dated),
        "times": {"started": started, "seconds": seconds},
    }
    files[MANIFEST] = manifest_bytes(content, outputs=dict(files))
    replace_folder(folder, files)
    return folder


def plan_paper(plan: "Plan", tables: Tables, *, dated: str) -> bytes:
    """Return the draft budget paper of a plan's tables, and of its outlook's cost and income.

    Parameters
    ----------
    plan : Plan
        For its case and its outlook.
    tables : mapping of str to DataFrame
        The plan's tables, as they are written.
    dated : str
        The day that it bears; blank if none.
    """
    ahead = plan.outlook
    return paper_bytes(Brief(plan.case, tables, ahead.cost(), ahead.available(), dated))


def manifest_content(plan: "Plan") -> dict[str, Any]:
    """Return what the manifest says of this plan but for its times and its outputs.

    ``inputs`` are digests of what the case's tables say, and ``verify`` compares them; ``files``
    names the very files that were read, and so is all that differs between plans of one case as a
    folder, a workbook and a database.
    """
    case, settings = plan.case, plan.case.settings
    return {
        "council": case.name,
        "summary": plan.summary(),
        "illustrative": case.illustrative(),
        "inputs": dict(case.digests),
        "files": dict(case.files),
        "options": {
            "first_year": settings.first_year,
            "years": settings.years,
            "demand_quantile": settings.demand_quantile,
            "income_quantile": settings.income_quantile,
            "discount_rate": settings.discount_rate,
        },
        "seed": settings.seed,
        "certificate": {
            "tables": "every rule and total recomputed from the case's tables",
            "goals": [
                {"goal": b.goal, "value": b.value, "bound": b.bound, "proved": b.proved}
                for b in plan.allocation.bounds
            ],
            "whole_decisions": {
                "taken": plan.allocation.decisions,
                "gap": plan.allocation.gap,
            },
        },
    }
