"""Nominal intervals cover what they say on series never seen, however short."""

import numpy as np
import pytest

from forecasting import forecast
from tests.forecasting.panels import (
    damped_trend,
    local_level,
    long,
    random_walk_with_drift,
)

HORIZON = 3
SERIES = 300
"""The three errors of a series go together: the standard error of a coverage of 80% is about 2%."""


def covered(process, *, n, seed):
    """Return the share of actual values within the 80% and the 95% intervals."""
    rng = np.random.default_rng(seed)
    whole = {f"s{i:03}": process(rng, n + HORIZON) for i in range(SERIES)}
    table = forecast(long({k: y[:n] for k, y in whole.items()}), horizon=HORIZON).table
    actual = np.concatenate([whole[name][n:] for name in sorted(whole)])
    return [
        float(np.mean((table[f"lo{level}"] <= actual) & (actual <= table[f"hi{level}"])))
        for level in (80, 95)
    ]


PROCESSES = (random_walk_with_drift, local_level, damped_trend)
GATE = {(random_walk_with_drift, 6), (local_level, 8), (damped_trend, 12)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("process", "n"),
    [
        pytest.param(
            process,
            n,
            id=f"{process.__name__}-{n}",
            marks=() if (process, n) in GATE else pytest.mark.exhaustive,
        )
        for process in PROCESSES
        for n in (6, 8, 12)
    ],
)
def test_intervals_cover_what_they_say(process, n):
    at80, at95 = covered(process, n=n, seed=20150401)
    assert 0.75 <= at80 <= 0.85
    assert 0.91 <= at95 <= 0.985


@pytest.mark.slow
def test_intervals_without_a_panel_to_borrow_from_cover_what_they_say():
    """100 panels of one series of eight periods: nothing is lent, and nothing is learned."""
    rng = np.random.default_rng(20150402)
    inside = []
    for _ in range(100):
        y = random_walk_with_drift(rng, 8 + HORIZON)
        table = forecast(long({"a": y[:8]}), horizon=HORIZON).table
        inside.append((table["lo80"] <= y[8:]) & (y[8:] <= table["hi80"]))
    assert 0.70 <= np.mean(inside) <= 0.90
