"""What stands behind a forecast, as tables and charts that show themselves."""

from collections.abc import Sequence

import pandas as pd

from forecasting.against_naive import BETTER, UNTOLD, compare_with_naive, sum_up
from forecasting.quality import RULES
from forecasting.scoring import COMBINATION
from planning.case import Case
from planning.history import part_years
from planning.papers.charts_forecast import POUNDS, Track
from planning.papers.view import View

HISTORY = "history"
"""The `model` of a reason that is of the history itself."""
DEMAND = "demand"
"""The kind of a series that is counted in the unit of its service; the others are in £."""


def accuracy_view(backtest: pd.DataFrame) -> View:
    """Return how the combination did on years it had not seen."""
    own = backtest[backtest["model"] == COMBINATION]
    tried = own[own["origins"] > 0].drop(columns="model")
    return View(
        f"Tried on years it had not seen: {len(tried)} of {len(own)} series are long enough",
        tried,
        "mase and rmsse are errors as multiples of the usual step of the history; coverage is the "
        "share of outturns within the interval. Every model is in backtest.csv.",
    )


def naive_view(backtest: pd.DataFrame) -> View:
    """Return where the forecast is no better than carrying the last value forward."""
    compared = compare_with_naive(backtest)
    better = int((compared["verdict"] == BETTER).sum())
    tried = int((compared["verdict"] != UNTOLD).sum())
    title = f"Better than the last value carried forward: {better} of {tried} series tried"
    return View(title, compared, sum_up(compared))


def quality_view(grades: pd.DataFrame, *, note: str) -> View:
    """Return a grade for each series, with the rules and a note under them."""
    counts = grades["grade"].value_counts().sort_index()
    found = ", ".join(f"{count} {letter}" for letter, count in counts.items())
    rules = [
        f"{letter}: {'; or '.join(rule.when for rule in RULES if rule.grade == letter)}."
        for letter in sorted({rule.grade for rule in RULES}, reverse=True)
    ]
    lines = ["A series has the worst grade of which a rule holds, else A.", *rules, note]
    return View(
        f"How far each series can be relied on, from A to D: {found}",
        grades[["series", "grade", "periods", "missing", "breaks", "why"]],
        " ".join(line for line in lines if line),
    )


def why_view(series: str, reasons: pd.DataFrame, backtest: pd.DataFrame) -> View:
    """Return how a series came to its forecast: each model's weight, past errors and reason."""
    own = reasons[reasons["series"] == series]
    table = own.merge(backtest, on=["series", "model"], how="left")
    columns = ["model", "weight", "origins", "mase", "coverage80", "reason"]
    return View(f"How {series} came to its forecast", table[columns])


def part_year_reasons(case: Case) -> pd.DataFrame:
    """Return series, model, weight, reason of the years that are known in part."""
    parts = part_years(case)
    reasons = [
        f"{row.year}: {row.known} of {row.periods} periods known; {row.done}"
        for row in parts.itertuples()
    ]
    return pd.DataFrame(
        {"series": parts["series"], "model": HISTORY, "weight": 0.0, "reason": reasons}
    )


def part_year_note(reasons: pd.DataFrame) -> str:
    """Return in words which years are known in part, and what is done with each."""
    parts = reasons[reasons["model"] == HISTORY]
    return " ".join(f"{row.series} {row.reason}." for row in parts.itertuples())


def key_of(series: str, keys: Sequence[str]) -> str:
    """Return the key of a series named with or without its kind, as in ``demand:home_care``.

    Raises
    ------
    ValueError
        If there is none, or both a service and a stream of that name.
    """
    named = [key for key in keys if series in (key, key.partition(":")[2])]
    if len(named) != 1:
        raise ValueError(f"{series!r} names {len(named)} series: write one of {', '.join(keys)}")
    return named[0]


def track_of(
    case: Case, key: str, *, history: pd.DataFrame, trials: pd.DataFrame, ahead: pd.DataFrame
) -> Track:
    """Return one series, from its history to its forecast.

    Parameters
    ----------
    case : Case
        For its name and unit.
    key : str
        As in ``demand:home_care/north`` or ``income:council_tax``.
    history, trials : DataFrame
        Of every series, named so.
    ahead : DataFrame
        ``forecast.csv``.
    """
    kind, _, name = key.partition(":")
    own, _, locality = name.partition("/")
    if kind == DEMAND:
        row = case.services.set_index("service").loc[own]
        unit = row["unit"]
    else:
        row, unit = case.streams.set_index("stream").loc[own], POUNDS
    title = row["name"] or own
    tried = trials[trials["series"] == key]
    return Track(
        name=f"{title}, {locality}" if locality else title,
        unit=unit,
        history=history[history["series"] == key],
        trial=tried[tried["origin"] == tried["origin"].min()],
        ahead=ahead[(ahead["series"] == name) & (ahead["kind"] == kind)],
    )
