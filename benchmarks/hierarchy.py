"""Reconciliation beside hierarchicalforecast, on the same base forecasts and residuals.

Run ``python benchmarks/hierarchy.py --data DIRECTORY --peer-python PATH``. The directory holds
``NAME.parquet`` (series_id, period_index, y, split) and ``NAME_S.parquet`` (series_id, a column
for each bottom series) for each of ``NAMES``; PATH is the interpreter of an environment that has
hierarchicalforecast. It prints the worst difference between the two, relative to the peer's value
or to 1 where that is larger; how far ours is from adding up; what each makes of residuals that sum
to zero; how long 1,000 paths take; and the simulation behind
``forecasting.base_errors.LEAST_RESIDUALS``.
``--reference FILE`` writes the peer's figures on a small hierarchy, which the tests compare with.
"""

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray
from forecasting.base_errors import Method, error_covariance
from forecasting.hierarchy import Hierarchy
from forecasting.reconciliation import reconcile, reconciler

NAMES = ("prison", "tourism_aus_quarterly")
SEASON = 4
RUNS = {
    "bottom-up": (Method.BOTTOM_UP, False),
    "structural": (Method.STRUCTURAL, False),
    "shrunk MinT": (Method.MINT_SHRINK, False),
    "non-negative": (Method.MINT_SHRINK, True),
}
"""Label, method and whether nothing may fall below nought."""
PEER = """
import sys, time, warnings
warnings.simplefilter("ignore")
from importlib.metadata import version
import numpy as np
from hierarchicalforecast.methods import BottomUp, MinTrace
given = np.load(sys.argv[1])
said = {"version": version("hierarchicalforecast")}
peers = {
    "bottom-up": BottomUp(),
    "structural": MinTrace("wls_struct"),
    "shrunk MinT": MinTrace("mint_shrink"),
    "non-negative": MinTrace("mint_shrink", nonnegative=True),
}
for name, peer in peers.items():
    began = time.perf_counter()
    try:
        said[name] = peer(
            S=given["S"],
            y_hat=given["base"],
            y_insample=given["residuals"].T,
            y_hat_insample=np.zeros_like(given["residuals"].T),
        )["mean"]
    except Exception as fault:
        said["fault of " + name] = str(fault)
    said["seconds of " + name] = time.perf_counter() - began
np.savez(sys.argv[2], **said)
"""


def read(folder: Path, name: str) -> tuple[Hierarchy, FloatArray, FloatArray]:
    """Return the hierarchy, base forecasts (series, steps) and residuals (periods, series)."""
    matrix = pd.read_parquet(folder / f"{name}_S.parquet").set_index("series_id")
    hierarchy = Hierarchy(tuple(matrix.index), tuple(matrix.columns), matrix.to_numpy(float))
    table = pd.read_parquet(folder / f"{name}.parquet")
    values = table[table["split"] == "train"].pivot(
        index="period_index", columns="series_id", values="y"
    )
    steps = table.loc[table["split"] == "test", "period_index"].nunique()
    return hierarchy, *forecast(values[list(hierarchy.series)].to_numpy(float), steps)


def forecast(values: FloatArray, steps: int) -> tuple[FloatArray, FloatArray]:
    """Return base forecasts that do not add up, and their one-step residuals.

    Each series is drawn from its last season towards its last year's mean as far as serves it
    best. The seasonal naive forecast alone would add up already, and try nothing.
    """
    seasonal = values[:-SEASON]
    year = np.lib.stride_tricks.sliding_window_view(values[:-1], SEASON, axis=0).mean(axis=-1)
    actual = values[SEASON:]
    gap = seasonal - year
    share = np.clip(((actual - year) * gap).sum(axis=0) / (gap**2).sum(axis=0), 0.0, 1.0)
    residuals = actual - year - share * gap
    last = np.resize(values[-SEASON:], (steps, values.shape[1]))
    mean = values[-SEASON:].mean(axis=0)
    return (mean + share * (last - mean)).T, residuals


def ask(
    peer: str, summing: FloatArray, base: FloatArray, residuals: FloatArray
) -> dict[str, FloatArray]:
    """Return what the peer makes of it, by name."""
    with tempfile.TemporaryDirectory() as folder:
        given, said = Path(folder, "given.npz"), Path(folder, "said.npz")
        np.savez(given, S=summing, base=base, residuals=residuals)
        subprocess.run([peer, "-c", PEER, given, said], check=True)
        return dict(np.load(said))


def compare(name: str, folder: Path, peer: str) -> None:
    """Print the differences on one set of data, and what residuals that sum to zero do."""
    hierarchy, base, residuals = read(folder, name)
    said = ask(peer, hierarchy.summing, base, residuals)
    print(f"\n{name}: {len(hierarchy.series)} series, {len(hierarchy.bottom)} bottom,", end=" ")
    print(f"{len(residuals)} residuals; hierarchicalforecast {said['version']}")
    print(f"{'':14}{'worst difference':>18}{'off adding up':>15}{'seconds':>9}{'peer':>8}")
    for label, (method, floored) in RUNS.items():
        began = time.perf_counter()
        covariance = error_covariance(hierarchy, residuals, method=method)
        floor = np.full(len(hierarchy.bottom), floored)
        ours = reconcile(base, hierarchy, covariance, nonnegative=floor)
        seconds = time.perf_counter() - began
        apart = np.abs(ours - said[label]) / np.maximum(np.abs(said[label]), 1.0)
        off = np.abs(ours - hierarchy.summing @ ours[hierarchy.bottom_rows]).max()
        taken = f"{seconds:9.3f}{said[f'seconds of {label}']:8.3f}"
        print(f"{label:14}{apart.max():18.1e}{off:15.1e}{taken}")
    both = [np.sum(np.linalg.solve(covariance, base - y) * (base - y)) for y in (ours, said[label])]
    print(f"non-negative: the peer's weighted squares are {both[1] / both[0] - 1.0:.0e} above ours")
    centred = residuals - residuals.mean(axis=0)
    fault = ask(peer, hierarchy.summing, base, centred).get("fault of shrunk MinT", "none")
    covariance = error_covariance(hierarchy, centred, method=Method.MINT_SHRINK)
    found = np.isfinite(reconcile(base, hierarchy, covariance)).all()
    print(f"residuals that sum to zero: the peer's fault is: {fault}; ours finite: {found}")


def time_paths() -> None:
    """Print how long 50 series, 6 steps and 1,000 paths take, most of them below nought."""
    rng = np.random.default_rng(1)
    summing = np.vstack([np.ones(40), np.kron(np.eye(9, 8), np.ones(5))[:8], np.eye(40)])
    names = tuple(str(i) for i in range(len(summing)))
    hierarchy = Hierarchy(names, names[9:], summing)
    base = summing.sum(axis=1)[:, np.newaxis, np.newaxis] + rng.normal(size=(49, 6, 1000))
    covariance = error_covariance(hierarchy, rng.normal(size=(12, 49)), method=Method.MINT_SHRINK)
    fixed = np.full((49, 6), np.nan)
    fixed[0, :2] = 30.0
    began = time.perf_counter()
    reconcile(base, hierarchy, covariance, fixed=fixed, nonnegative=np.ones(40, bool))
    print(f"\n49 series, 6 steps, 1,000 paths: {time.perf_counter() - began:.2f} s")


def simulate_choice() -> None:
    """Print the squared error of shrunk MinT over structural's, by periods and parts."""
    counts = (3, 4, 5, 6, 8, 12, 20, 40)
    print("\nsquared error of shrunk MinT over structural, by periods with residuals")
    print(f"{'parts, errors':24}" + "".join(f"{n:7}" for n in counts))
    rng = np.random.default_rng(1)
    for parts in (3, 8, 40):
        for label, unlike, shared in (("alike", 0.1, 0.3), ("unlike", 0.7, 0.3), ("apart", 0.7, 0)):
            ratios = [simulate(rng, parts=parts, n=n, unlike=unlike, shared=shared) for n in counts]
            print(f"{parts:5}, {label:17}" + "".join(f"{ratio:7.3f}" for ratio in ratios))


def simulate(
    rng: np.random.Generator, *, parts: int, n: int, unlike: float, shared: float
) -> float:
    """Return the ratio for hierarchies with one total, their errors normal and of known spread.

    Parts have log-normal standard deviations, `unlike` as to logarithm, and correlation `shared`;
    every series adds an error of its own with 0.3 of the variance of its parts.
    """
    summing = np.vstack([np.ones(parts), np.eye(parts)])
    names = tuple(str(i) for i in range(len(summing)))
    hierarchy = Hierarchy(names, names[1:], summing)
    error = dict.fromkeys((Method.STRUCTURAL, Method.MINT_SHRINK), 0.0)
    for _ in range(60):
        scale = np.exp(unlike * rng.normal(size=parts))
        common = np.outer(scale, scale) * (shared + (1.0 - shared) * np.eye(parts))
        truth = summing @ common @ summing.T + 0.3 * np.diag(summing @ scale**2)
        residuals = rng.multivariate_normal(np.zeros(len(truth)), truth, size=n)
        for method in error:
            weights = error_covariance(hierarchy, residuals, method=method)
            after = summing @ reconciler(hierarchy, weights)
            error[method] += np.mean(np.diag(after @ truth @ after.T) / np.diag(truth))
    return error[Method.MINT_SHRINK] / error[Method.STRUCTURAL]


def write_reference(file: Path, peer: str) -> None:
    """Write what the peer makes of a small crossed hierarchy, with what it was given."""
    rng = np.random.default_rng(2015)
    totals = [[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]]
    summing = np.vstack([totals, np.eye(4)])
    spread = np.linalg.cholesky(summing @ summing.T + 2.0 * np.eye(9))
    residuals = np.round((spread @ rng.normal(size=(9, 12))).T, 3)
    base = np.round(summing @ [[5.0, 6.0], [0.0, 0.5], [8.0, 9.0], [1.0, 0.5]], 3)
    base = np.maximum(base + np.round(rng.normal(size=base.shape), 3), 0.0)
    said = ask(peer, summing, base, residuals)
    figures = {label: said[label].tolist() for label in RUNS}
    given = {"summing": summing.tolist(), "base": base.tolist(), "residuals": residuals.tolist()}
    source = f"hierarchicalforecast {said['version']}, by benchmarks/hierarchy.py --reference"
    file.write_text(json.dumps({"source": source, **given, **figures}, indent=1) + "\n")


def main() -> None:
    """Read the options and print, or write the reference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--reference", type=Path)
    options = parser.parse_args()
    if options.reference is not None:
        write_reference(options.reference, options.peer_python)
    if options.data is not None:
        for name in NAMES:
            compare(name, options.data, options.peer_python)
        time_paths()
        simulate_choice()


if __name__ == "__main__":
    main()
