"""What many futures come to: how far each figure may go, and how likely trouble is."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from optimisation.sets import FloatArray
from planning.papers.view import View
from planning.summary import PENNY, millions

FIGURES = (
    "managed_gap",
    "structural_gap",
    "cost",
    "reserves_balance",
    "targets_missed",
    "unmet_statutory",
)
"""What is told of each future and year: £, but for the number of targets missed."""

COLUMNS = ("future", "year", *FIGURES, "conflict")
"""The columns of ``futures.csv``."""

QUANTILES = {"median": 0.5, "lo80": 0.1, "hi80": 0.9, "lo95": 0.025, "hi95": 0.975}
"""The columns of ``ranges.csv`` that are quantiles, named as those of a forecast."""

POUND = 1.0
"""£ above their minimum below which reserves have run out: of millions no penny can be told."""

GAP, RUN_OUT, UNLAWFUL, NO_PLAN = "gap", "reserves_run_out", "statutory_unmet", "no_plan"
"""The chances that are told."""

SENTENCES = {
    GAP: "a funding gap remains in the year",
    RUN_OUT: "reserves are at their minimum in the year, or were in one before",
    UNLAWFUL: "statutory demand is unmet in the year",
    NO_PLAN: "rules conflict, so that there is no plan",
}
"""What each is the chance of."""


def range_table(futures: pd.DataFrame) -> pd.DataFrame:
    """Return year, measure, mean, median, lo80, hi80, lo95, hi95, plans.

    A row for each year and each of ``FIGURES``, over the `plans` futures that have a plan. 80% of
    them lie between lo80 and hi80, and 95% between lo95 and hi95; blank where none has a plan.

    Parameters
    ----------
    futures : DataFrame
        ``futures.csv``.
    """
    rows = []
    for year, part in _by_year(futures):
        planned = part[part["conflict"] == ""]
        for name in FIGURES:
            values = planned[name].to_numpy()
            told = np.full(len(QUANTILES) + 1, np.nan)
            if len(values):
                told = np.array([values.mean(), *np.quantile(values, [*QUANTILES.values()])])
            rows.append((year, name, *told.tolist(), len(values)))
    return pd.DataFrame(rows, columns=["year", "measure", "mean", *QUANTILES, "plans"])


def chance_table(futures: pd.DataFrame, *, minimum: float) -> pd.DataFrame:
    """Return year, measure, value, se: a row for each year and each of ``SENTENCES``, and more.

    A value is the share of all futures, those without a plan among them: these are in no other
    share, and stand in `no_plan`. The last measure of a year is `targets_missed`, how many are to
    be expected where there is a plan. `se` is the standard error of so many futures.

    Parameters
    ----------
    futures : DataFrame
        ``futures.csv``.
    minimum : float
        £ that all reserves together may not fall below.
    """
    rows: list[tuple[str, str, float, float]] = []
    for year, part in _by_year(_with_trouble(futures, minimum=minimum)):
        rows += [(year, name, *share(part[name].to_numpy())) for name in SENTENCES]
        missed = part.loc[~part[NO_PLAN], "targets_missed"].to_numpy()
        rows.append((year, "targets_missed", *_mean(missed)))
    return pd.DataFrame(rows, columns=["year", "measure", "value", "se"])


def share(happens: np.ndarray) -> tuple[float, float]:
    r"""Return in which share of the futures something happens, and its standard error.

    :math:`\sqrt{\tilde p (1 - \tilde p) / \tilde n}` with :math:`\tilde n = n + 4` and
    :math:`\tilde p = (x + 2) / \tilde n` (Agresti & Coull, 1998, *The American Statistician*
    52(2)): what never happened in a few futures is not known to be impossible.
    """
    count, size = int(happens.sum()), len(happens)
    middle = (count + 2.0) / (size + 4.0)
    return count / size, float(np.sqrt(middle * (1.0 - middle) / (size + 4.0)))


def _mean(values: FloatArray) -> tuple[float, float]:
    """Return a mean and its standard error; not known of none, nor the error of one."""
    mean = float(values.mean()) if len(values) else np.nan
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan
    return mean, error


def _with_trouble(futures: pd.DataFrame, *, minimum: float) -> pd.DataFrame:
    """Return the futures with whether each of ``SENTENCES`` is true of them, year by year."""
    table = futures.sort_values(["future", "year"], ignore_index=True)
    out = table["reserves_balance"] < minimum + POUND
    return table.assign(
        **{
            GAP: table["managed_gap"] > PENNY,
            RUN_OUT: out.groupby(table["future"]).cummax(),
            UNLAWFUL: table["unmet_statutory"] > PENNY,
            NO_PLAN: table["conflict"] != "",
        }
    )


def _by_year(futures: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    return ((str(year), part) for year, part in futures.groupby("year", sort=True))


def range_view(futures: pd.DataFrame) -> View:
    """Return how far each figure in £ may go, year by year."""
    table = range_table(futures)
    own = table[table["measure"] != "targets_missed"].drop(columns="plans")
    return View(
        "How far each figure may go, £",
        own.assign(measure=own["measure"].str.replace("_", " ")).reset_index(drop=True),
        f"{_told(futures)} In four of five the figure lies between lo80 and hi80.",
        pounds=("mean", *QUANTILES),
    )


def chance_view(futures: pd.DataFrame, *, minimum: float) -> View:
    """Return how likely trouble is, year by year."""
    table = chance_table(futures, minimum=minimum)
    wide = table.pivot(index="year", columns="measure", values="value").reset_index()
    worst = float(table.loc[table["measure"] != "targets_missed", "se"].max())
    return View(
        "The chance, from 0 to 1, of trouble in each year",
        wide[["year", *SENTENCES, "targets_missed"]],
        f"{_told(futures)} {_meanings()} Targets missed: how many to expect. With so many "
        f"futures a chance is known to within {worst:.2f}, give or take (one standard error).",
    )


def _meanings() -> str:
    return " ".join(
        f"{name.replace('_', ' ').capitalize()}: {sentence}."
        for name, sentence in SENTENCES.items()
    )


def _told(futures: pd.DataFrame) -> str:
    """Say how many futures there are, and what is known in each."""
    count = futures["future"].nunique()
    without = futures.loc[futures["conflict"] != "", "future"].nunique()
    none = f" {without} of them have no plan, and no figures." if without else ""
    return (
        f"{count} futures of demand and income, each planned anew as if it were known beforehand:"
        f" a plan that is made before it is known does no better.{none}"
    )


def future_lines(name: str, futures: pd.DataFrame, *, minimum: float) -> list[str]:
    """Return what the futures come to, in lines that a councillor can read."""
    every = _with_trouble(futures, minimum=minimum)
    years = sorted(set(every["year"]))
    ever = every.groupby("future")[list(SENTENCES)].any()
    ranges = range_table(futures).set_index(["year", "measure"])
    last = ranges.loc[years[-1]]
    missed = chance_table(futures, minimum=minimum).set_index(["year", "measure"])["value"]
    return [
        f"{name}: {len(ever)} futures of {years[0]} to {years[-1]}, each planned anew",
        f"A gap that nothing covers, in any year: {_chance(ever[GAP])}",
        f"Gap in {years[-1]}: {_band(last.loc['managed_gap'])}",
        f"Structural gap in {years[-1]}: {_band(last.loc['structural_gap'])}",
        f"Cost in {years[-1]}: {_band(last.loc['cost'])}",
        f"Reserves at their minimum by {years[-1]}: {_chance(ever[RUN_OUT])}",
        f"Statutory demand unmet, in any year: {_chance(ever[UNLAWFUL])}",
        f"Targets missed in {years[-1]}: {missed[years[-1], 'targets_missed']:.1f} to be expected",
        f"No plan, since rules conflict: {_chance(ever[NO_PLAN])}",
    ]


def _chance(happens: pd.Series) -> str:
    """Say in how many futures something happens, and how well that is known."""
    value, error = share(happens.to_numpy())
    count = int(happens.sum())
    return f"{count} of {len(happens)} futures ({value:.0%}, give or take {error:.0%})"


def _band(row: pd.Series) -> str:
    """Say where a figure lies."""
    if row["plans"] == 0:
        return "not known, for no future has a plan"
    return (
        f"{millions(row['median'])} in the middle, {millions(row['lo80'])} to "
        f"{millions(row['hi80'])} in four of five futures"
    )
