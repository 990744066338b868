"""statsforecast's forecasts of the series in a file, and how long each model takes.

Run by ``benchmarks/forecast.py`` in an environment of its own, with statsforecast, pandas below 3,
NumPy and pyarrow: ``python peers.py GIVEN SAID JOBS MODEL...``. GIVEN is a Parquet file of group,
season, horizon, unique_id, ds, y. Written to SAID: group, model, seconds, unique_id, ds, point,
lo80, hi80, lo95, hi95.
"""

import sys
import time
import warnings

import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoARIMA, AutoCES, AutoETS, DynamicOptimizedTheta

MODELS = {
    "AutoETS": AutoETS,
    "DynamicOptimizedTheta": DynamicOptimizedTheta,
    "AutoARIMA": AutoARIMA,
    "CES": AutoCES,
}
LEVELS = (80, 95)


def forecast(model: str, history: pd.DataFrame, *, jobs: int) -> pd.DataFrame:
    """Return one model's forecasts of the series of a group, with the seconds that they took."""
    season, horizon = int(history["season"].iloc[0]), int(history["horizon"].iloc[0])
    made = MODELS[model](season_length=season, alias=model)
    engine = StatsForecast(models=[made], freq=1, n_jobs=jobs)
    began = time.perf_counter()
    said = engine.forecast(df=history[["unique_id", "ds", "y"]], h=horizon, level=list(LEVELS))
    seconds = time.perf_counter() - began
    bounds = {f"{model}-{side}-{at}": f"{side}{at}" for at in LEVELS for side in ("lo", "hi")}
    columns = {"unique_id": "unique_id", "ds": "ds", model: "point", **bounds}
    found = said.reset_index()[list(columns)].rename(columns=columns)
    return found.assign(group=history["group"].iloc[0], model=model, seconds=seconds)


def main() -> None:
    """Read the series, let every model forecast every group, and write what they say."""
    given, said, jobs, *models = sys.argv[1:]
    warnings.simplefilter("ignore")
    groups = [group for _, group in pd.read_parquet(given).groupby("group", sort=False)]
    for group in groups:
        first = group[group["unique_id"] == group["unique_id"].iloc[0]]
        for model in models:
            forecast(model, first, jobs=1)  # What is compiled or loaded at first use is not timed.
    tables = [forecast(model, group, jobs=int(jobs)) for group in groups for model in models]
    pd.concat(tables, ignore_index=True).to_parquet(said)


if __name__ == "__main__":
    main()
