"""The command line: ``virement plan``, ``check``, ``verify`` and ``forecast``, and ``cli_runs``.

Only these two modules read the clock. What a command needs is imported when it runs, so that help
comes at once and a check does not wait for a solver.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from planning.answer import AS_JSON, CASE, Answer
from planning.cli_accessible import accessible
from planning.cli_compare import compare
from planning.cli_init import init
from planning.cli_lab import lab
from planning.cli_report import report
from planning.cli_runs import awards, commit, futures, national, stress
from planning.plain import plain
from planning.progress import progress
from planning.status import Status
from planning.tables.faults import InputError
from planning.tables.sources import Source

if TYPE_CHECKING:
    from planning.plan import Plan


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="virement")
def main() -> None:
    """Plan what a council commissions: forecast, allocate, propose.

    Exit codes: 0 done; 2 the input is at fault; 3 planned, but a statutory shortfall or a funding
    gap remains; 4 the solver failed; 1 anything else.
    """


@main.command()
@CASE
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder to write. An earlier plan in it is replaced whole.",
)
@click.option(
    "--dated",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that the papers bear, today unless given.",
)
@AS_JSON
def plan(case: Source, out: Path, dated: datetime | None, *, as_json: bool) -> None:
    """Draw up the plan of a CASE and write it to --out, all or nothing."""
    from planning.audit import audit_lines
    from planning.papers.folder import check_target

    started, clock = datetime.now(UTC), perf_counter()
    with Answer(as_json=as_json) as answer:
        check_target(out)
        with progress() as say:
            made = _made(case, say)
            say("Writing the plan")
            day = (dated or datetime.now()).date().isoformat()
            seconds = perf_counter() - clock
            made.export(
                out,
                dated=day,
                started=started.isoformat(timespec="seconds"),
                seconds=seconds,
            )
        answer(
            made.status,
            [*made.summary(), *(told := audit_lines(made.case, day)), f"Written to {out}"],
            {"folder": str(out), "audit": told, **_figures(made)},
        )


@main.command()
@CASE
@AS_JSON
def check(case: Source, *, as_json: bool) -> None:
    """Name everything that is wrong with a CASE; write nothing."""
    from planning.tables.checks import all_faults
    from planning.tables.reading import read_source

    with Answer(as_json=as_json) as answer:
        reading = read_source(case)
        if faults := all_faults(reading):
            raise InputError(faults)
        rows = sum(len(sheet.rows) for sheet in reading.sheets.values())
        answer(Status.PLANNED, [f"{case}: no faults in {rows:,} rows"], {"rows": rows})


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@CASE
@AS_JSON
def verify(folder: Path, case: Source, *, as_json: bool) -> None:
    """Check a plan's FOLDER against its CASE: recompute every figure, and plan again."""
    with Answer(as_json=as_json) as answer:
        with progress() as say:
            from planning.papers.manifest import other_versions, read_manifest
            from planning.verify import verify_folder

            wrong = verify_folder(folder, case, say=say)
        others = other_versions(read_manifest(folder))
        more = {"wrong": wrong, "versions": others}
        if wrong:
            head = f"{folder} is not a plan of {case} that can be relied on:"
            answer(Status.INPUT_AT_FAULT, [head, *(f"  {w}" for w in wrong), *others], more)
        else:
            line = f"{folder} is the plan of {case}: every rule holds and every goal is at its best"
            answer(Status.PLANNED, [line, *others], more)


class _ManyLevels(click.Command):
    """A command whose ``--level`` takes every number that follows it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read ``--level 80 95`` as ``--level 80 --level 95``."""
        spread: list[str] = []
        within = False
        for word in args:
            if within and _is_number(word) and spread[-1] != "--level":
                spread.append("--level")
            within = word.partition("=")[0] == "--level" or (within and _is_number(word))
            spread.append(word)
        return super().parse_args(ctx, spread)


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).isdecimal()


@main.command(cls=_ManyLevels)
@click.argument("history", metavar="CASE|FILE")
@click.option(
    "--mapping", type=click.Path(exists=True, dir_okay=False), help="Of a CASE, as for a plan."
)
@click.option("--horizon", type=click.IntRange(1, 200), help="Periods ahead; a case has its own.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The .csv or .parquet file to write, else printed as CSV.",
)
@click.option(
    "--level",
    "levels",
    type=click.FloatRange(0.0, 100.0, min_open=True, max_open=True),
    multiple=True,
    metavar="PERCENT...",
    help="Prediction intervals, as in --level 80 95, which is the default.",
)
@click.option(
    "--paths",
    type=click.IntRange(1),
    help="Draw this many paths of all series together, written beside --out: to OUT.paths.csv "
    "where that is OUT.csv.",
)
@click.option("--seed", type=click.IntRange(0), help="Of the paths; 2015 unless given.")
@click.option("--jobs", type=click.IntRange(1), help="Processes to spread the series over.")
@click.option(
    "--season", type=click.IntRange(1), help="Periods in a season, where they are plain numbers."
)
@AS_JSON
def forecast(
    history: str,
    mapping: str | None,
    out: Path | None,
    *,
    as_json: bool,
    **asked: Any,  # noqa: ANN401
) -> None:
    """Forecast a CASE, or a FILE of series, period, value or unique_id, ds, y.

    A file is CSV or Parquet. Its periods may be years, quarters or months as a case writes them,
    dates, or plain numbers; a blank value is missing, never nought. A series that cannot be
    forecast is named, and stops no other.
    """
    from planning.papers.csv_files import csv_bytes

    with Answer(as_json=as_json) as answer:
        with progress() as say:
            from planning import series_file

            options = series_file.Options(**asked)
            source = Source.of(history, mapping)
            with_paths = options.paths is not None
            series_file.check_out(out, history=source.path, with_paths=with_paths)
            made = series_file.forecast_path(source, options, say=say)
            if out is not None:
                say("Writing the forecast")
                made.write(out)
        table = series_file.dates_as_text(made.table)
        if out is None and not as_json:
            click.echo(csv_bytes(table).decode(), nl=False)
        for line in made.failed:
            click.echo(plain(f"Not forecast: {line}"), err=True)
        lines = [] if out is None else [f"{made.count:,} series forecast, written to {out}"]
        records = table.to_json(orient="records", double_precision=15) if as_json else "[]"
        status = Status.INPUT_AT_FAULT if made.failed else Status.PLANNED
        answer(status, lines, {"forecast": json.loads(records), "failed": list(made.failed)})


for command in (
    init,
    compare,
    stress,
    futures,
    commit,
    national,
    awards,
    accessible,
    lab,
    report,
):
    main.add_command(command)


def _made(case: Source, say: Callable[[str], None]) -> "Plan":
    """Read a case, forecast it and draw up its plan, saying what is being done."""
    say("Reading the case")
    from planning.case import Case

    read = Case.read(case)
    say("Loading the forecasting models")
    from planning.outlook import look_ahead
    from planning.plan import draw_up

    return draw_up(look_ahead(read, say=say), say=say)


def _figures(made: "Plan") -> dict[str, Any]:
    """Return the plan's goals and budget, ready for JSON."""
    return {
        name: json.loads(made.allocated[name].to_json(orient="records", double_precision=15))
        for name in ("goals", "budget")
    }


if __name__ == "__main__":
    main()
