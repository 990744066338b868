"""``virement forecast``: a case's own series, or any file of them, CSV or Parquet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from forecasting import Forecast, forecast
from forecasting.frames import read_frame, write_frame
from planning.case import Case
from planning.outlook import look_ahead
from planning.papers.csv_files import csv_bytes
from planning.papers.folder import check_file, write_file
from planning.tables.faults import Fault, InputError
from planning.tables.long_files import PARQUET, read_long
from planning.tables.sources import Source

LEVELS = (80.0, 95.0)
"""Of the prediction intervals, in per cent, where none are asked for."""
SEED = 2015
"""Of the paths, where none is given."""


@dataclass(frozen=True)
class Options:
    """What is asked of the forecast of a file; None or empty where nothing is said.

    Parameters
    ----------
    horizon : int or None
        Periods ahead.
    levels : tuple of float
        Per cent that the prediction intervals are to cover.
    paths : int or None
        Paths to draw.
    seed : int or None
        Of the paths.
    jobs : int or None
        Processes to spread the series over.
    season : int or None
        Periods in a season, where periods are plain numbers.
    """

    horizon: int | None = None
    levels: tuple[float, ...] = ()
    paths: int | None = None
    seed: int | None = None
    jobs: int | None = None
    season: int | None = None


@dataclass(frozen=True)
class Answer:
    """The forecast of a case or a file.

    Parameters
    ----------
    table : DataFrame
        A row for each series and future period: mean, median, the bounds of each level, status,
        models. A series that cannot be forecast stops no other: its rows say ``failed``.
    paths : DataFrame or None
        The key, the period, path, value, if paths were asked for.
    failed : tuple of str
        Each series that could not be forecast, and why.
    """

    table: pd.DataFrame
    paths: pd.DataFrame | None = None
    failed: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """The number of series that could be forecast."""
        return int(self.table.iloc[:, 0].nunique()) - len(self.failed)

    def write(self, out: Path) -> None:
        """Write the forecast, and any paths beside it, each whole."""
        tables = {out: self.table}
        if self.paths is not None:
            tables[paths_beside(out)] = self.paths
        contents = {target: _content(table, target) for target, table in tables.items()}
        for target, content in contents.items():
            write_file(target, content)


def forecast_path(
    source: Source | Path, options: Options, *, say: Callable[[str], None] = lambda _: None
) -> Answer:
    """Forecast a case, or a file of ``series, period, value`` or ``unique_id, ds, y``.

    What is made of a file has the file's own names and kind of periods.

    Raises
    ------
    InputError
        If the case, the file or an option is at fault.
    """
    source = Source.of(source)
    if source.is_case:
        if given := [name for name, value in vars(options).items() if value not in (None, ())]:
            raise InputError([_refusal(source, name) for name in given])
        say("Reading the case")
        return Answer(look_ahead(Case.read(source), say=say).forecast)
    path = Path(source.address)
    if options.horizon is None:
        wrong = "a file of series does not say how far ahead to forecast"
        raise InputError([Fault("", None, "", str(path), wrong, "Give --horizon.")])
    say("Reading the file")
    table = read_long(path)
    try:
        frame = read_frame(table)
    except ValueError as problem:
        raise InputError([Fault("", None, "", str(path), str(problem), "")]) from None
    say(f"Forecasting {len(frame.keys):,} series")
    made = forecast(
        frame.history,
        horizon=options.horizon,
        season=options.season,
        jobs=options.jobs,
        say=say,
    )
    paths = None
    if options.paths is not None:
        say(f"Drawing {options.paths:,} paths")
        seed = SEED if options.seed is None else options.seed
        paths = write_frame(frame, made.paths(options.paths, seed=seed).table())
    table = write_frame(frame, _with_levels(made, sorted(set(options.levels or LEVELS))))
    return Answer(table, paths, _failures(made, frame.faults))


def check_out(out: Path | None, *, history: Path | None, with_paths: bool) -> None:
    """Refuse a place where the forecast, or its paths, cannot be written.

    Raises
    ------
    InputError
        If its name is of neither kind of file, or there is no place for paths.
    FileExistsError, FileNotFoundError
        As ``planning.papers.folder.check_file``.
    """
    if out is None:
        if with_paths:
            wrong = "paths are written beside the forecast"
            raise InputError([Fault("", None, "", "--paths", wrong, "Give --out.")])
        return
    check_file(out, beside=history)
    if with_paths:
        check_file(paths_beside(out), beside=history)
    if out.suffix.lower() not in (".csv", PARQUET):
        wrong, remedy = "neither a CSV nor a Parquet file", "Name it .csv or .parquet."
        raise InputError([Fault("", None, "", str(out), wrong, remedy)])


def paths_beside(out: Path) -> Path:
    """Return where the paths of a forecast go: ``OUT.paths.csv`` beside ``OUT.csv``."""
    return out.with_name(f"{out.stem}.paths{out.suffix}")


def dates_as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its dates and pandas periods as text, as in ``2015-04-01``."""
    texts = {}
    for name, cells in table.items():
        if isinstance(cells.dtype, pd.PeriodDtype):
            texts[name] = cells.astype("str")
        elif pd.api.types.is_datetime64_dtype(cells):
            days = (cells.dropna() == cells.dropna().dt.normalize()).all()
            texts[name] = cells.dt.strftime("%Y-%m-%d" if days else "%Y-%m-%d %H:%M:%S")
    return table.assign(**texts)


def _content(table: pd.DataFrame, out: Path) -> bytes:
    """Return a table as the kind of file that a name says."""
    if out.suffix.lower() == PARQUET:
        return bytes(table.to_parquet(index=False))
    return csv_bytes(dates_as_text(table))


def _refusal(case: Source, option: str) -> Fault:
    """Say that an option is not for a case."""
    wrong = "not an option of a case"
    if option == "horizon":
        wrong = "a case is forecast to the end of its plan"
    name = "level" if option == "levels" else option
    return Fault("", None, "", str(case), wrong, f"Leave --{name} out.")


def _with_levels(made: Forecast, levels: list[float]) -> pd.DataFrame:
    """Return the forecast's table with the intervals of these levels in place of its own."""
    table = made.table
    bounds = {}
    for level in levels:
        for name, q in ((f"lo{level:g}", 100.0 - level), (f"hi{level:g}", 100.0 + level)):
            known = name in table.columns
            bounds[name] = table[name] if known else made.quantile(q / 200.0)["value"]
    head, tail = ["series", "period", "mean", "median"], ["status", "models"]
    return pd.concat([table[head], pd.DataFrame(bounds), table[tail]], axis=1)


def _failures(made: Forecast, faults: Mapping[str, str]) -> tuple[str, ...]:
    """Say why each series without a forecast has none."""
    failed = set(made.table.loc[made.table["status"] == "failed", "series"])
    reasons = made.weights[made.weights["series"].isin(failed)].groupby("series")["reason"].first()
    return tuple(f"{name}: {faults.get(name, reason)}" for name, reason in reasons.items())
