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


def covered(process, *, n, series, seed):
    """Return the share of actual values within the 80% and the 95% intervals."""
    rng = np.random.default_rng(seed)
    whole = {f"s{i:03}": process(rng, n + HORIZON) for i in range(series)}
    table = forecast(long({k: y[:n] for k, y in whole.items()}), horizon=HORIZON).table
    actual = np.concatenate([whole[name][n:] for name in sorted(whole)])
    return [
        float(np.mean((table[f"lo{level}"] <= actual) & (actual <= table[f"hi{level}"])))
        for level in (80, 95)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("n", [6, 8, 12])
def test_intervals_of_a_random_walk_with_drift_cover_what_they_say(n):
    """300 series; the three errors of a series go together: the standard error is about 2%."""
    at80, at95 = covered(random_walk_with_drift, n=n, series=300, seed=20150401)
    assert 0.70 <= at80 <= 0.90
    assert 0.90 <= at95 <= 0.99


@pytest.mark.slow
def test_intervals_without_a_panel_to_borrow_from_cover_what_they_say():
    """100 panels of one series of six periods: nothing is lent, and no weight is learned."""
    rng = np.random.default_rng(20150402)
    inside = []
    for _ in range(100):
        y = random_walk_with_drift(rng, 6 + HORIZON)
        table = forecast(long({"a": y[:6]}), horizon=HORIZON).table
        inside.append((table["lo80"] <= y[6:]) & (y[6:] <= table["hi80"]))
    assert 0.70 <= np.mean(inside) <= 0.90


@pytest.mark.slow
@pytest.mark.parametrize("process", [local_level, damped_trend])
def test_intervals_of_other_processes_are_not_too_narrow(process):
    """They err on the wide side at six periods, some 90% for 80%: drift cannot be ruled out."""
    at80, at95 = covered(process, n=6, series=150, seed=20150403)
    assert 0.75 <= at80 <= 0.96
    assert at95 >= 0.93
