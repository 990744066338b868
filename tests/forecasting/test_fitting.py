"""A panel fitted in parts is the panel fitted whole."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting import forecast
from forecasting.candidates import CANDIDATES
from forecasting.fitting import fit_panel
from forecasting.panel import read_panel
from tests.forecasting.panels import known, long, random_walk_with_drift

NAMES = [candidate.name for candidate in CANDIDATES]
RAGGED = {
    f"s{i:02}": random_walk_with_drift(np.random.default_rng(i), 3 + i % 11) for i in range(40)
}


def fitted(series, *, horizon=3, **tables):
    return fit_panel(
        read_panel(long(series), horizon=horizon, **tables), jobs=1, say=lambda _: None
    )


def same(one, other):
    """Check that two forecasts are the same to the last bit."""
    for name in ("table", "backtest", "weights", "errors"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


@pytest.mark.slow
def test_two_processes_make_the_same_bytes_as_one():
    one, two = (forecast(long(RAGGED), horizon=3, jobs=jobs) for jobs in (1, 2))
    same(one, two)
    for name in ("table", "backtest", "weights", "errors"):
        assert getattr(one, name).to_csv() == getattr(two, name).to_csv()


def test_series_come_back_in_the_order_of_the_panel():
    assert [one.series.name for one in fitted(RAGGED)] == list(RAGGED)


def test_a_series_is_fitted_alike_wherever_it_stands_in_the_panel():
    """Renamed so that they sort backwards, and go out in other parts."""
    turned = {f"t{40 - i:02}": values for i, values in enumerate(RAGGED.values())}
    for one, other in zip(fitted(RAGGED), reversed(fitted(turned)), strict=True):
        assert one.ladder.reasons == other.ladder.reasons
        for name, fit in one.ladder.fits.items():
            np.testing.assert_array_equal(fit.mean, other.ladder.fits[name].mean)
            # What the panel lends is a sum over it, of which the last digit may turn.
            np.testing.assert_allclose(fit.scale, other.ladder.fits[name].scale, rtol=1e-12)


def test_evidence_by_hand():
    """Of -1, -3, -7, -3, -9 the last is forecast by -3 and comes as -9: it errs by 6.

    Steps of 2, 4, 4 and 6 have a mean of 4: 1.5 units of MASE. With drift -3 - 2/3, 5.33/4.
    """
    (one,) = fitted({"a": [-1.0, -3.0, -7.0, -3.0, -9.0]}, horizon=1)
    assert one.evidence.origins == 1
    np.testing.assert_array_equal(one.evidence.steps, [0.0])
    assert one.evidence.errors[0, 0] == pytest.approx(1.5)
    assert one.evidence.errors[NAMES.index("drift"), 0] == pytest.approx((9 - 3 - 2 / 3) / 4)
    assert np.isnan(one.evidence.errors[NAMES.index("arima"), 0])


def test_evidence_is_in_the_units_of_the_series():
    """On roots too: naive errs by what the series itself moved, over its mean step."""
    y = RAGGED["s09"]
    (one,) = fitted({"a": y}, horizon=1)
    moved = [y[o.start - 1] - y[o.start] for o in one.origins]
    np.testing.assert_allclose(one.evidence.errors[0], moved / np.mean(np.abs(np.diff(y))))


def test_a_history_that_never_moves_is_no_evidence():
    assert fitted({"a": np.full(9, 4.0)})[0].evidence.origins == 0


def test_a_refusal_says_why():
    ahead = known(("c", "2015-16", 5.0, "confirmed"))
    steps = {"a": 1, "b": 1, "c": 1, "d": 1}
    series = {"a": [np.nan, np.nan], "b": [1.0], "d": RAGGED["s09"]}
    a, b, c, d = fitted(series, horizon=steps, known=ahead)
    assert a.refusal == "every value is missing"
    assert "too short to measure its spread" in b.refusal
    assert c.refusal == "every period is confirmed, so nothing is left to forecast"
    assert d.refusal == ""


def test_progress_is_told():
    told = []
    panel = read_panel(long(RAGGED), horizon=1)
    fit_panel(panel, jobs=1, say=told.append)
    assert told == ["Forecasting: 32 of 40 series", "Forecasting: 40 of 40 series"]


def test_a_faulty_series_lends_no_spread_and_takes_none():
    """The same panel with and without a faulty series of the same frequency."""
    alone = fitted(RAGGED)
    faulty = fitted({**RAGGED, "zz": [np.nan, np.nan]})
    for one, other in zip(alone, faulty[:-1], strict=True):
        for name, fit in one.ladder.fits.items():
            np.testing.assert_array_equal(fit.scale, other.ladder.fits[name].scale)
    assert faulty[-1] == replace(faulty[-1], ladder=None)
