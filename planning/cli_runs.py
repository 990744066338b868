"""The commands of many plans: ``stress``, ``futures``, ``commit``, ``national`` and ``awards``.

All but ``commit`` and ``awards`` share out their work, keep what is done, and go on where an
interrupted run stopped. What a command needs is imported when it runs.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import click

from planning.answer import AS_JSON, CASE, Answer
from planning.progress import progress
from planning.status import Status
from planning.tables.sources import Source

JOBS = click.option(
    "--jobs",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Processes of this computer to share the work among.",
)
SCHEDULER = click.option(
    "--scheduler",
    default="",
    metavar="tcp://HOST:PORT",
    help="Share the work among the workers of this Dask cluster instead. Each must have the same "
    "version of Virement; it needs virement[cluster].",
)
PATHS = click.option(
    "--paths",
    type=click.IntRange(1, 2_000),
    default=200,
    show_default=True,
    help="How many futures of demand and income to plan for.",
)
SEED = click.option(
    "--seed", type=click.IntRange(0), help="Of the draw of futures; a case has its own."
)


@click.command()
@CASE
@click.option("--out", type=click.Path(path_type=Path), help="The CSV file to write.")
@JOBS
@SCHEDULER
@AS_JSON
def stress(case: Source, out: Path | None, jobs: int, scheduler: str, *, as_json: bool) -> None:
    """Plan every scenario of a CASE, and what every plan is tried against.

    With --out, a run that is interrupted goes on where it stopped when it is started again.
    """
    _one_thread()
    from planning.papers.csv_files import csv_bytes
    from planning.papers.folder import check_file, write_file

    with Answer(as_json=as_json) as answer:
        if out is not None:
            check_file(out, beside=case.path)
        with progress() as say:
            say("Reading the case")
            from planning.case import Case

            read = Case.read(case)
            say("Loading the forecasting models")
            from planning.scenarios import every_case, tabulate
            from planning.spread_work import Workers, forget, work_folder
            from planning.summary import illustrative_line

            workers = Workers(jobs, scheduler)
            keep = None if out is None else work_folder(out)
            table, lines = tabulate(every_case(read), workers=workers, keep=keep, say=say)
            told = illustrative_line(read, "every plan")
        if out is not None and keep is not None:
            # The file is handed round alone, so that every row says on what it rests.
            write_file(out, csv_bytes(table.assign(provenance=told)))
            forget(keep)
        records = json.loads(table.to_json(orient="records", double_precision=15))
        answer(Status.PLANNED, [*lines, told], {"scenarios": records})


@click.command()
@CASE
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder to write. Earlier futures in it are replaced whole.",
)
@PATHS
@SEED
@JOBS
@SCHEDULER
@AS_JSON
def futures(  # noqa: PLR0913 - click names every option
    case: Source,
    out: Path,
    paths: int,
    seed: int | None,
    jobs: int,
    scheduler: str,
    *,
    as_json: bool,
) -> None:
    """Plan a CASE in many futures of its demand and income, and say how likely trouble is.

    Each future is one path of the forecast, planned anew as if it were known beforehand. --out gets
    futures.csv, a row for each future and year; ranges.csv, how far each figure may go; and
    chances.csv, how likely a gap, reserves at their minimum or a broken promise is. A run that is
    interrupted goes on where it stopped when it is started again. Exit code 0, whatever the
    chances.
    """
    _one_thread()
    from planning.papers.folder import check_target

    started, clock = datetime.now(UTC), perf_counter()
    with Answer(as_json=as_json) as answer:
        check_target(out, holds="futures")
        with progress() as say:
            say("Reading the case")
            from planning.case import Case

            read = Case.read(case)
            say("Loading the forecasting models")
            from planning.futures import run_futures
            from planning.outlook import look_ahead
            from planning.spread_work import Workers, forget, work_folder
            from planning.summary import illustrative_line

            keep = work_folder(out)
            made = run_futures(
                look_ahead(read, say=say),
                paths,
                seed=seed,
                workers=Workers(jobs, scheduler),
                keep=keep,
                say=say,
            )
            seconds = perf_counter() - clock
            made.export(out, started=started.isoformat(timespec="seconds"), seconds=seconds)
            forget(keep)
        chances = json.loads(made.chance_table().to_json(orient="records", double_precision=15))
        lines = [*made.summary(), illustrative_line(read, "every future"), f"Written to {out}"]
        answer(Status.PLANNED, lines, {"folder": str(out), "chances": chances})


@click.command()
@CASE
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder to write. Earlier commitments in it are replaced whole.",
)
@click.option(
    "--paths",
    type=click.IntRange(1, 2_000),
    default=20,
    show_default=True,
    help="How many futures of demand and income to plan for.",
)
@click.option(
    "--tail",
    type=click.FloatRange(0.0, 1.0, max_open=True),
    default=0.9,
    show_default=True,
    help="Futures beyond this share of them, from the cheapest up, are the worst.",
)
@click.option(
    "--weight",
    type=click.FloatRange(0.0, 1.0),
    default=0.5,
    show_default=True,
    help="How much the mean of the worst counts beside the mean of all.",
)
@click.option(
    "--method",
    type=click.Choice(["extensive", "hedging"]),
    default="extensive",
    show_default=True,
    help="All futures in one program, or a few at a time where memory is short; hedging needs "
    "virement[stochastic].",
)
@SEED
@AS_JSON
def commit(  # noqa: PLR0913 - click names every option
    case: Source,
    out: Path,
    paths: int,
    tail: float,
    weight: float,
    method: str,
    seed: int | None,
    *,
    as_json: bool,
) -> None:
    """Say what a CASE should commit to before its future is known.

    Contracts other than spot ones are committed for every year of the plan, and paid for whether
    used or not; spot purchases are made once the future is known. --out gets commitments.csv, a row
    for each such offer and year; futures.csv, what follows in each future; and values.csv, what
    planning for all futures is worth. Exit code 0, whatever the futures hold.
    """
    _one_thread()
    from planning.papers.folder import check_target

    started, clock = datetime.now(UTC), perf_counter()
    with Answer(as_json=as_json) as answer:
        check_target(out, holds="commitments")
        with progress() as say:
            say("Reading the case")
            from planning.case import Case

            read = Case.read(case)
            say("Loading the forecasting models")
            from optimisation.risk import Risk
            from planning.commitments import plan_commitments
            from planning.outlook import look_ahead
            from planning.summary import illustrative_line

            outlook, risk = look_ahead(read, say=say), Risk(tail, weight)
            made = plan_commitments(outlook, paths, risk=risk, method=method, seed=seed, say=say)
            seconds = perf_counter() - clock
            made.export(out, started=started.isoformat(timespec="seconds"), seconds=seconds)
        values = json.loads(made.plan.values.to_json(orient="records", double_precision=15))
        lines = [*made.summary(), illustrative_line(read), f"Written to {out}"]
        answer(Status.PLANNED, lines, {"folder": str(out), "values": values})


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder to write. An earlier national run in it is replaced whole.",
)
@PATHS
@SEED
@JOBS
@SCHEDULER
@AS_JSON
def national(  # noqa: PLR0913 - click names every option
    folder: Path,
    out: Path,
    paths: int,
    seed: int | None,
    jobs: int,
    scheduler: str,
    *,
    as_json: bool,
) -> None:
    """Forecast, plan and try against many futures every case in a FOLDER of cases.

    A case is a folder in it with a case.toml, or an .xlsx workbook. --out gets national.csv, a row
    for each council and year, and left_out.csv, the councils that could not be read or planned, and
    why: one stops no other. A run that is interrupted goes on where it stopped when it is started
    again. Exit code 3 where a council's plan leaves a gap or a statutory shortfall, or a council is
    left out.
    """
    _one_thread()
    from planning.papers.folder import check_target

    started, clock = datetime.now(UTC), perf_counter()
    with Answer(as_json=as_json) as answer:
        check_target(out, holds="national")
        with progress() as say:
            say("Loading the forecasting models")
            from planning.national import export_national, find_cases, run_national
            from planning.spread_work import Workers, forget, work_folder

            keep = work_folder(out)
            made = run_national(
                find_cases(folder),
                paths,
                seed=seed,
                workers=Workers(jobs, scheduler),
                keep=keep,
                say=say,
            )
            times = {
                "started": started.isoformat(timespec="seconds"),
                "seconds": perf_counter() - clock,
            }
            export_national(made, out, times=times)
            forget(keep)
        left = json.loads(made.left_out.to_json(orient="records"))
        lines = [*made.summary(), f"Written to {out}"]
        answer(made.status, lines, {"folder": str(out), "left_out": left})


@click.command()
@CASE
@click.option(
    "--offer", "offers", multiple=True, metavar="ID", help="Explain this offer; it may be repeated."
)
@click.option("--out", type=click.Path(path_type=Path), help="The CSV file to write.")
@AS_JSON
def awards(case: Source, offers: tuple[str, ...], out: Path | None, *, as_json: bool) -> None:
    """Say why each offer of a CASE won, lost or stopped, and what price would change that.

    For every offer, or those named, a sentence for each run of years with one reason. The CSV file
    has the same as columns: above switching_unit_cost the offer wins nothing beyond what is
    committed or within its notice, and above keeping_unit_cost it wins less than it does; a blank
    says that no price makes that difference. The plan is made again at each price, which takes
    about half a second an offer, and longer where awards are whole.
    """
    _one_thread()
    from planning.papers.csv_files import csv_bytes
    from planning.papers.folder import check_file, write_file

    with Answer(as_json=as_json) as answer:
        if out is not None:
            check_file(out, beside=case.path)
        with progress() as say:
            say("Reading the case")
            from planning.case import Case

            read = Case.read(case)
            if unknown := sorted(set(offers) - set(read.offers["offer"])):
                line = f"offers.csv has no offer {', '.join(unknown)}"
                answer(Status.INPUT_AT_FAULT, [line], {})
            say("Loading the forecasting models")
            from optimisation.awards import award_table
            from planning.outlook import look_ahead
            from planning.problem import problem_of
            from planning.summary import illustrative_line

            problem = problem_of(look_ahead(read, say=say))
            table = award_table(problem, offers=offers or None, say=say)
        told = illustrative_line(read, "every award")
        if out is not None:
            write_file(out, csv_bytes(table.assign(provenance=told)))
        records = json.loads(table.to_json(orient="records", double_precision=15))
        answer(Status.PLANNED, [*table["sentence"], told], {"awards": records})


def _one_thread() -> None:
    """Have linear algebra use one thread, here and in every process started from here.

    Sums over several may differ in the last digit, and so with the processor. It must be said
    before numpy is loaded.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
