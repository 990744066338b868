"""The verb that holds a workbook against the Government's guidance on accessible spreadsheets."""

from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import click

from planning.answer import AS_JSON, Answer
from planning.progress import progress
from planning.status import Status
from planning.tables.faults import Fault, InputError
from planning.tables.guard import RefusedWorkbook, check_ods, safe_parts

if TYPE_CHECKING:
    from planning.papers.accessibility import Breach


@click.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@AS_JSON
def accessible(workbook: Path, *, as_json: bool) -> None:
    """Name every breach in a WORKBOOK, .xlsx or .ods, of the guidance on accessible spreadsheets.

    A plan's own workbook has none; this is for what has been changed since, before it is published.
    """
    with Answer(as_json=as_json) as answer:
        with progress() as say:
            say("Reading the workbook")
            breaches = _breaches(workbook)
        count = f"{len(breaches) or 'no'} breach{'' if len(breaches) == 1 else 'es'}"
        lines = [f"{workbook}: {count} of the guidance on accessible spreadsheets"]
        lines += [f"  {breach}" for breach in breaches]
        status = Status.INPUT_AT_FAULT if breaches else Status.PLANNED
        told = [
            {"rule": b.rule, "sheet": b.sheet, "cell": b.cell, "wrong": b.wrong} for b in breaches
        ]
        answer(status, lines, {"breaches": told})


def _breaches(workbook: Path) -> "tuple[Breach, ...]":
    """Return what is wrong with a file, or refuse one that is no workbook."""
    # openpyxl and odfdo wait until here.
    from planning.papers.accessibility import find_breaches
    from planning.papers.seen import TooMuchError

    kind = workbook.suffix.lower().lstrip(".")
    if not workbook.is_file():
        raise FileNotFoundError(f"{workbook} is not there.")
    content = workbook.read_bytes()
    try:
        # Somebody else may have sent it: looked at before anything parses it.
        if kind == "xlsx":
            safe_parts(content)
        elif kind == "ods":
            check_ods(content)
        return find_breaches(content, kind=kind)
    except RefusedWorkbook as refusal:
        wrong, remedy = refusal.wrong, refusal.remedy
        raise InputError([Fault("", None, "", workbook.name, wrong, remedy)]) from None
    except TooMuchError as error:
        remedy = "Delete the rows and columns beyond its table, and save it again."
        raise InputError([Fault("", None, "", workbook.name, str(error), remedy)]) from None
    except (ValueError, KeyError, TypeError, BadZipFile) as error:
        wrong = "not a workbook that can be read"
        remedy = "Name an .xlsx or .ods file."
        raise InputError([Fault("", None, "", workbook.name, wrong, remedy)]) from error
