"""Where the forecast was no better than carrying the last value forward."""

import numpy as np
import pandas as pd

from forecasting.scoring import COMBINATION

NAIVE_MODELS = ("naive", "seasonal naive")
BETTER, ALIKE, WORSE, UNTOLD = "better", "much the same", "worse", "cannot be told"
"""What the forecast was beside naive; it cannot be told of a series too short to be tried."""
NEAR = 0.05
"""Errors nearer to the naive forecast's than this share of them are much the same."""


def compare_with_naive(backtest: pd.DataFrame) -> pd.DataFrame:
    """Return series, mase, naive_mase, ratio, verdict: whether the forecast beat the simplest one.

    Beside the combination stands whichever did better, the last value or the same season's last; a
    `ratio` under 1 is better than that.

    Parameters
    ----------
    backtest : DataFrame
        As ``forecasting.forecasts.forecast`` gives it.
    """
    scores = scores_of(backtest)[["mase", "naive_mase"]].reset_index()
    pairs = list(zip(scores["mase"], scores["naive_mase"], strict=True))
    return scores.assign(
        ratio=[ratio_of(*pair) for pair in pairs], verdict=[verdict_of(*pair) for pair in pairs]
    )


def sum_up(comparison: pd.DataFrame) -> str:
    """Return what a comparison with naive comes to over the panel, in a sentence or two.

    The errors of the panel are its means of MASE.
    """
    tried = comparison[comparison["verdict"] != UNTOLD]
    left = len(comparison) - len(tried)
    rest = f" {left} of {len(comparison)} series cannot be compared." if left else ""
    if tried.empty:
        return rest.strip()
    counts = tried["verdict"].value_counts()
    better, alike, worse = (int(counts.get(verdict, 0)) for verdict in (BETTER, ALIKE, WORSE))
    ours, naive = float(tried["mase"].mean()), float(tried["naive_mase"].mean())
    return (
        f"Better than naive on {better}, much the same on {alike}, worse on {worse}; mean error "
        f"{ours:.2f} times the usual step, naive {naive:.2f}.{rest}"
    )


def verdict_of(mase: float, naive_mase: float) -> str:
    """Return in words what a forecast was beside naive; within a twentieth it is much the same."""
    ratio = ratio_of(mase, naive_mase)
    if np.isnan(ratio):
        return UNTOLD
    if abs(ratio - 1.0) <= NEAR:
        return ALIKE
    return BETTER if ratio < 1.0 else WORSE


def ratio_of(mase: float, naive_mase: float) -> float:
    """Return errors over the naive forecast's; 1 where both are without error."""
    if naive_mase == 0.0:
        return 1.0 if mase == 0.0 else float("inf")
    return mase / naive_mase


def scores_of(backtest: pd.DataFrame) -> pd.DataFrame:
    """Return origins, mase, coverage80 and naive_mase of the combination, by series."""
    own = backtest[backtest["model"] == COMBINATION].set_index("series")
    naive = backtest[backtest["model"].isin(NAIVE_MODELS)].groupby("series")["mase"].min()
    return own[["origins", "mase", "coverage80"]].assign(naive_mase=naive)
