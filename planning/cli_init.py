"""The verb that writes a first case to start from."""

import shlex
from pathlib import Path

import click

from planning.answer import AS_JSON, Answer
from planning.status import Status


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--xlsx", "as_workbook", is_flag=True, help="Write one workbook, DIR/case.xlsx.")
@AS_JSON
def init(folder: Path, *, as_workbook: bool, as_json: bool) -> None:
    """Write a small invented case to DIR, to plan at once and then to make your own.

    DIR must be empty, or not there yet; "." is where you are. The case is a folder of CSV tables,
    or with --xlsx one workbook. Its README.md says which table to replace first.
    """
    from planning.papers.folder import fill_folder
    from planning.starter_case import WORKBOOK, starter_folder, starter_workbook

    with Answer(as_json=as_json) as answer:
        fill_folder(folder, starter_workbook() if as_workbook else starter_folder())
        case = folder / WORKBOOK if as_workbook else folder
        out = folder / "plan"
        lines = [
            f"{case} is a case that plans at once. Every figure in it is invented.",
            f"  virement check {_quoted(case)}",
            f"  virement plan {_quoted(case)} --out {_quoted(out)}",
            f"{folder / 'README.md'} says which table to make your own first.",
        ]
        answer(Status.PLANNED, lines, {"case": str(case)})


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
