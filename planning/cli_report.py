"""The verb that runs a notebook for a case and writes what it shows as a page."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planning.answer import AS_JSON, CASE, Answer
from planning.progress import progress
from planning.status import Status

if TYPE_CHECKING:
    from planning.case import Case
    from planning.tables.sources import Source

FAULTS = {
    "InputError": Status.INPUT_AT_FAULT,
    "Infeasible": Status.INPUT_AT_FAULT,
    "SolverError": Status.SOLVER_FAILED,
}
"""What a failure inside a notebook comes to; any other is this program's fault."""


@click.command()
@CASE
@click.option("--notebook", required=True, metavar="NUMBER", help="Which: 02, or 02_outlook.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The HTML file to write, named for the notebook in this folder unless given.",
)
@AS_JSON
def report(case: "Source", notebook: str, out: Path | None, *, as_json: bool) -> None:
    """Run a notebook for a CASE and write what it shows as one HTML file.

    The page stands alone: it holds its pictures, no code and no script, and asks for nothing from
    anywhere. Cells for a planner at work are left out.
    """
    from planning.papers.folder import check_file, write_file

    with Answer(as_json=as_json) as answer:
        with progress() as say:
            say("Reading the case")
            from planning.case import Case
            from planning.notebook_files import notebook as find

            path = find(notebook)
            target = Path(f"{path.stem}.html") if out is None else out
            check_file(target, beside=case.path)
            read = Case.read(case)
            say(f"Running the notebook {path.stem}")
            page, status, lines = _page(path, read)
        if status is not Status.PLANNED:
            answer(status, lines, {})
        write_file(target, page.encode())
        answer(status, [f"Written to {target}"], {"file": str(target)})


def _page(path: Path, case: "Case") -> tuple[str, Status, list[str]]:
    """Return the page; or what stopped the notebook, and what that comes to."""
    from papermill import PapermillExecutionError  # Jupyter takes a second, and waits until here.

    from planning.report import report as run

    try:
        return run(path, case), Status.PLANNED, []
    except PapermillExecutionError as error:
        head = f"The notebook {path.stem} stopped, and nothing was written: "
        kind = "" if error.ename in FAULTS else f"{error.ename}: "
        lines = f"{head}{kind}{error.evalue}".splitlines()
        return "", FAULTS.get(error.ename, Status.FAILED), lines
