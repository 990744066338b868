"""The command ``compare``: two plans side by side, and why they differ."""

import json
import shutil
from pathlib import Path

import click

from planning.answer import AS_JSON, Answer
from planning.progress import progress
from planning.status import Status


@click.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--cases",
    nargs=2,
    metavar="OLD_CASE NEW_CASE",
    help="The cases of two written plans: what changed in their inputs, and why the plans differ, "
    "can be told only with them.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The .xlsx or .csv file to write, or a folder for every table and the workbook.",
)
@AS_JSON
def compare(
    old: str, new: str, cases: tuple[str, str] | None, out: Path | None, *, as_json: bool
) -> None:
    """Say what changed from the plan OLD to the plan NEW, and why, in steps that add up.

    OLD and NEW are each the folder of a written plan, or a case, which is planned first. Every
    change is NEW less OLD. Exit code 0, however far apart they are.
    """
    with Answer(as_json=as_json) as answer:
        with progress() as say:
            say("Loading the forecasting models")
            from planning.comparison.comparison import compare_sides
            from planning.comparison.files import check_out, write_comparison
            from planning.comparison.reading import read_sides
            from planning.comparison.sides import NotComparable
            from planning.comparison.terminal import lines_of

            if out is not None:
                check_out(out, sources=(old, new, *(cases or ())))
            refused = ""
            try:
                made = compare_sides(*read_sides(old, new, cases=cases, say=say), say=say)
            except NotComparable as refusal:
                refused = str(refusal)
            else:
                if out is not None:
                    say("Writing the comparison")
                    write_comparison(made, out)
        if refused:
            answer(Status.INPUT_AT_FAULT, [refused], {})
        wide = shutil.get_terminal_size((100, 24)).columns
        lines = lines_of(made, width=min(wide, 120))
        if out is not None:
            lines = [*lines, "", f"Written to {out}"]
        records = {
            name: json.loads(table.to_json(orient="records", double_precision=15))
            for name, table in made.tables.items()
        }
        ends = {"old": made.old.name, "new": made.new.name, "years": list(made.years)}
        answer(Status.PLANNED, lines, ends | {"untold": made.untold, "tables": records})
