"""Our forecasts of the M3 competition beside statsforecast's, made in the same call.

Run ``python benchmarks/forecast.py --m3 FILE --peer-python PATH``. FILE is a Parquet table of
series_id, freq, period_index, y, split (train or test); PATH is the interpreter of an environment
that has statsforecast (pandas below 3). Ours is the default call: the seasonal length is said, as
the periods are plain numbers, and nothing else. The point forecast is the median.

Measured by frequency and for all series together, each the mean over series: MASE and MSIS95 (both
scaled by the training part), sMAPE, the share of outturns within the 80% and 95% intervals, RMSSE,
the worst RMSSE; and the seconds that it took, libraries loaded.
"""

import argparse
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting import forecast
from forecasting.accuracy import coverage, mase, msis, rmsse, smape
from forecasting.fitting import fit_panel
from forecasting.panel import read_panel

OURS, SCUM = "virement", "SCUM (their median)"
PEERS = ("AutoETS", "DynamicOptimizedTheta", "AutoARIMA", "CES")
SAID = ["point", "lo80", "hi80", "lo95", "hi95"]
MEASURES = ["MASE", "sMAPE", "cover80", "cover95", "MSIS95", "RMSSE"]


@dataclass(frozen=True)
class Group:
    """The series of M3 that share a frequency, with its seasonal length and horizon."""

    name: str
    season: int
    horizon: int


GROUPS = (
    Group("yearly", 1, 6),
    Group("quarterly", 4, 8),
    Group("monthly", 12, 18),
    Group("other", 1, 8),
)


def read_m3(file: Path, *, sample: int | None) -> pd.DataFrame:
    """Return group, season, horizon, unique_id, ds, y, split, of every series or of a few."""
    table = pd.read_parquet(file).astype({"series_id": str, "freq": str, "split": str})
    names = {"freq": "group", "series_id": "unique_id", "period_index": "ds"}
    groups = pd.DataFrame([vars(group) for group in GROUPS]).rename(columns={"name": "group"})
    columns = ["group", "season", "horizon", "unique_id", "ds", "y", "split"]
    table = table.rename(columns=names).merge(groups, on="group")[columns]
    if sample is None:
        return table
    found = table.groupby("group")["unique_id"].unique()
    kept = [sorted(ids)[:: max(1, len(ids) // sample)][:sample] for ids in found]
    return table[table["unique_id"].isin(np.concatenate(kept))]


def forecast_ours(train: pd.DataFrame, *, jobs: int) -> pd.DataFrame:
    """Return our forecasts in the form of ``benchmarks/peers.py``."""
    # What is loaded at first use is not timed, for us as for the peers.
    few = pd.DataFrame({"series": np.repeat(np.arange(200), 6), "period": [*range(6)] * 200})
    forecast(few.assign(value=few["period"] % 4 + 1.0), horizon=1, jobs=jobs)
    tables = []
    for (name, season, horizon), own in train.groupby(["group", "season", "horizon"], sort=False):
        history = own[["unique_id", "ds", "y"]].set_axis(["series", "period", "value"], axis=1)
        began = time.perf_counter()
        made = forecast(history, horizon=int(horizon), season=int(season), jobs=jobs)
        seconds = time.perf_counter() - began
        own_names = {"series": "unique_id", "period": "ds", "median": "point"}
        said = made.table.rename(columns=own_names)[["unique_id", "ds", *SAID]]
        tables.append(said.assign(group=name, model=OURS, seconds=seconds))
    return pd.concat(tables, ignore_index=True)


def forecast_parts(train: pd.DataFrame, *, jobs: int) -> pd.DataFrame:
    """Return what each of our candidates says alone, of the series on which it stands."""
    tables = []
    for (name, season, horizon), own in train.groupby(["group", "season", "horizon"], sort=False):
        history = own[["unique_id", "ds", "y"]].set_axis(["series", "period", "value"], axis=1)
        panel = read_panel(history, horizon=int(horizon), season=int(season))
        for fitted in fit_panel(panel, jobs=jobs, say=lambda _: None):
            series = fitted.series
            periods = [int(period.label) for period in series.periods]
            for model, fit in fitted.ladder.fits.items() if fitted.ladder else ():
                point = np.maximum(series.scale.back(fit.mean), series.floor)
                table = pd.DataFrame({"unique_id": series.name, "ds": periods, "point": point})
                tables.append(table.assign(group=name, model=model))
    # Their intervals are not measured alone.
    whole = ["group", "model", "unique_id", "ds", *SAID]
    return pd.concat(tables, ignore_index=True).reindex(columns=whole)


def forecast_theirs(
    train: pd.DataFrame, peer: str, models: Iterable[str], *, jobs: int
) -> pd.DataFrame:
    """Return the peers' forecasts, and the median of all four where all were asked for."""
    script = Path(__file__).with_name("peers.py")
    with tempfile.TemporaryDirectory() as folder:
        given, said = Path(folder, "given.parquet"), Path(folder, "said.parquet")
        train.drop(columns="split").to_parquet(given, index=False)
        subprocess.run([peer, script, given, said, str(jobs), *models], check=True)
        found = pd.read_parquet(said)
    if set(PEERS) - set(models):
        return found
    medians = found.groupby(["group", "unique_id", "ds"], as_index=False)[SAID].median()
    seconds = found.groupby(["group", "model"])["seconds"].first().groupby("group").sum()
    both = medians.assign(model=SCUM, seconds=medians["group"].map(seconds))
    return pd.concat([found, both], ignore_index=True)


def score(table: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """Return model, group, unique_id and the measures: a row for each forecast of each series."""
    series = {
        name: (own["season"].iloc[0], own[own["split"] == "train"], own[own["split"] == "test"])
        for name, own in table.sort_values("ds").groupby("unique_id")
    }
    rows = []
    for (model, group, name), own in said.sort_values("ds").groupby(
        ["model", "group", "unique_id"]
    ):
        season, past, future = series[name]
        if own["ds"].to_list() != future["ds"].to_list():
            raise ValueError(f"{model} does not forecast the periods of {name} that are tested")
        train, actual = past["y"].to_numpy(), future["y"].to_numpy()
        point, lo80, hi80, lo95, hi95 = own[SAID].to_numpy().T
        rows.append(
            (
                *(model, group, name),
                mase(actual, point, train, season=season),
                smape(actual, point),
                coverage(actual, lo80, hi80),
                coverage(actual, lo95, hi95),
                msis(actual, lo95, hi95, train, season=season),
                rmsse(actual, point, train),
            )
        )
    return pd.DataFrame(rows, columns=["model", "group", "unique_id", *MEASURES])


def show(title: str, scores: pd.DataFrame, seconds: pd.Series) -> None:
    """Print a line of means for each model, in the order in which they ran."""
    count = scores["unique_id"].nunique()
    print(f"\n{title}: {count} series")
    print(f"{'':24}{'MASE':>8}{'sMAPE':>8}{'cover80':>9}{'cover95':>9}{'MSIS95':>9}", end="")
    print(f"{'RMSSE':>9}{'worst':>9}{'seconds':>9}")
    for model in seconds.index:
        own = scores[scores["model"] == model]
        mean, worst = own[MEASURES].mean(skipna=False), own["RMSSE"].max(skipna=False)
        print(f"{model:24}{mean['MASE']:8.3f}{mean['sMAPE']:8.2f}", end="")
        print(f"{mean['cover80']:9.3f}{mean['cover95']:9.3f}{mean['MSIS95']:9.2f}", end="")
        print(f"{mean['RMSSE']:9.3f}{worst:9.2f}{seconds[model]:9.1f}")


def show_parts(ours: pd.DataFrame, parts: pd.DataFrame) -> None:
    """Print the scores of each candidate alone beside ours, both on the series where it stands."""
    both = parts.merge(ours, on=["group", "unique_id"], suffixes=("", " ours"))
    by = both.groupby(["group", "model"], sort=False)
    means = by[["MASE", "MASE ours", "sMAPE", "sMAPE ours"]].mean().assign(series=by.size())
    print("\nEach candidate alone, and the combination on the same series")
    print(means.to_string(float_format="{:.3f}".format))


def main() -> None:
    """Read the options, forecast, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--m3", type=Path, required=True)
    parser.add_argument("--peer-python", help="leave out to run ours alone")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS)
    parser.add_argument("--groups", nargs="*", choices=[g.name for g in GROUPS])
    parser.add_argument("--sample", type=int, help="this many series of each group, not all")
    parser.add_argument("--parts", action="store_true", help="our candidates, each alone, as well")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    table = read_m3(options.m3, sample=options.sample)
    if options.groups:
        table = table[table["group"].isin(options.groups)]
    train = table[table["split"] == "train"]
    said = [forecast_ours(train, jobs=options.jobs)]
    if options.peer_python and options.peers:
        said.append(forecast_theirs(train, options.peer_python, options.peers, jobs=options.jobs))
    found = pd.concat(said, ignore_index=True)
    scores = score(table, found)
    taken = found.groupby(["group", "model"], sort=False)["seconds"].first()
    for group in taken.index.get_level_values("group").unique():
        show(group, scores[scores["group"] == group], taken[group])
    whole = taken.groupby("model", sort=False).sum()
    show("all", scores, whole)
    for peer in whole.index.drop(OURS).intersection([SCUM, "AutoETS"]):
        print(f"seconds of {OURS} over those of {peer}: {whole[OURS] / whole[peer]:.2f}")
    if options.parts:
        parts = score(table, forecast_parts(train, jobs=options.jobs))
        show_parts(scores[scores["model"] == OURS], parts)


if __name__ == "__main__":
    main()
