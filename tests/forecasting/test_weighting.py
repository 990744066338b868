"""What a panel's evidence makes of its series, and what it must not see."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.calibration import UNCORRECTED
from forecasting.candidates import CANDIDATES
from forecasting.combination import (
    combine,
    gather,
    own_weights,
    stack_weights,
    typical_errors,
)
from forecasting.fitting import fit_panel
from forecasting.panel import read_panel
from forecasting.weighting import FOLDS, weigh_panel
from tests.forecasting.panels import known, long, random_walk_with_drift

NAMES = [candidate.name for candidate in CANDIDATES]
WALKS = {f"s{i:02}": random_walk_with_drift(np.random.default_rng(i), 12) for i in range(12)}


def fitted(series, *, last="2014-15", **tables):
    return fit_panel(
        read_panel(long(series, last=last), **{"horizon": 3, **tables}), jobs=1, say=lambda _: None
    )


@pytest.fixture(scope="module")
def panel():
    return fitted(WALKS)


def trials(weighted):
    """Return weights and medians of what was said at every origin, of each series."""
    return [[(m.weight.tolist(), m.quantile(0.5).tolist()) for m in one.trial] for one in weighted]


def test_a_series_is_tried_with_weights_that_its_part_of_the_panel_did_not_make(panel):
    """Series 3 errs a hundredfold by drift: the trials of its part, 3 and 8, do not know it."""
    errors = panel[3].evidence.errors.copy()
    errors[NAMES.index("drift")] *= 100
    changed = list(panel)
    changed[3] = replace(panel[3], evidence=replace(panel[3].evidence, errors=errors))
    before, after = trials(weigh_panel(panel)), trials(weigh_panel(changed))
    same = [i for i in range(12) if before[i] == after[i]]
    assert same == [i for i in range(12) if i % FOLDS == 3]


def test_a_series_is_forecast_with_the_whole_panels_weights_and_its_own_errors(panel):
    evidence = gather([one.evidence for one in panel])
    weighted = weigh_panel(panel)[4]
    expected = own_weights(
        stack_weights(evidence), own=panel[4].evidence, typical=typical_errors(evidence), periods=12
    )
    for name, share in weighted.weights.items():
        others = {n: s for n, s in weighted.weights.items() if n != name}
        for other, weight in others.items():
            ratio = expected[NAMES.index(name)] / expected[NAMES.index(other)]
            assert share / weight == pytest.approx(ratio)
    pool = combine(panel[4].ladder.fits, weighted.weights, periods=12)
    scale = panel[4].series.scale
    np.testing.assert_allclose(
        weighted.distribution().quantile(0.5), scale.back(pool.quantile(0.5)), rtol=1e-9
    )


def test_a_panel_of_one_is_tried_with_equal_weights_and_uncorrected():
    (one,) = weigh_panel(fitted({"a": WALKS["s00"]}))
    for origin, said in zip(one.fitted.origins, one.trial, strict=True):
        np.testing.assert_allclose(said.weight, 1 / len(origin.fits))
        np.testing.assert_array_equal(said.corrected, np.tile(UNCORRECTED, (len(said), 1)))


def test_series_of_another_frequency_change_nothing(panel):
    quarters = {f"q{i}": 9 * v for i, v in enumerate(WALKS.values())}
    months = read_panel(long(quarters, last="2014-15 Q4"), horizon=3)
    both = weigh_panel([*panel, *fit_panel(months, jobs=1, say=lambda _: None)])
    for one, other in zip(weigh_panel(panel), both[: len(panel)], strict=True):
        assert one.weights == other.weights
        np.testing.assert_array_equal(one.corrected, other.corrected)


def test_a_panel_of_too_narrow_models_is_corrected_wider(panel):
    """The same origins, each fit of a quarter of its width: the correction takes it back."""
    narrow = [
        replace(
            one,
            origins=tuple(
                replace(o, fits={n: replace(f, sigma=f.sigma / 4) for n, f in o.fits.items()})
                for o in one.origins
            ),
        )
        for one in panel
    ]
    at80 = list(UNCORRECTED).index(0.8)
    plain, corrected = (weigh_panel(p)[0].corrected[:, at80] for p in (panel, narrow))
    assert np.all(corrected > plain)
    assert np.all(corrected > 0.85)


def test_intervals_of_no_width_say_nothing_of_the_others(panel):
    """Three series that never move: right every time, and corrected by nothing of it."""
    still = fitted({f"z{i}": np.full(12, 4.0) for i in range(3)})
    assert all(len(one.origins) == 4 for one in still)
    for one, other in zip(weigh_panel(panel), weigh_panel([*panel, *still])[:12], strict=True):
        np.testing.assert_array_equal(one.corrected, other.corrected)


def test_every_candidate_has_a_weight_or_a_reason(panel):
    short = fitted({"a": [5.0, 7.0, 6.0]})
    for one in weigh_panel([*panel, *short]):
        rows = one.reasons()
        assert [model for model, *_ in rows] == NAMES
        assert sum(weight for _, weight, _ in rows) == pytest.approx(1.0)
        assert all((weight > 0.0) != bool(reason) for _, weight, reason in rows)


def test_errors_are_the_weighted_errors_of_the_candidates_in_their_own_units(panel):
    """At the fifth period by hand; together they have a mean square of 1."""
    one = weigh_panel(panel)[2]
    fits, errors = one.fitted.ladder.fits, one.errors()
    told = {n: w for n, w in one.weights.items() if np.isfinite(fits[n].errors[4])}
    by_hand = sum(w * fits[n].errors[4] for n, w in told.items()) / sum(told.values())
    last = {n: w for n, w in one.weights.items() if np.isfinite(fits[n].errors[11])}
    other = sum(w * fits[n].errors[11] for n, w in last.items()) / sum(last.values())
    assert errors[4] / errors[11] == pytest.approx(by_hand / other)
    assert np.nanmean(errors**2) == pytest.approx(1.0)
    assert errors.shape == (12,)


def test_a_series_that_failed_has_no_errors_and_knows_nothing():
    (one,) = weigh_panel(fitted({"a": [np.nan, np.nan]}))
    assert one.errors().shape == (0,)
    assert np.isnan(one.distribution().quantile(0.5)).all()
    assert {reason for *_, reason in one.reasons()} == {"every value is missing"}


def test_announcements_stand_in_their_cells():
    """Confirmed and fitted to, then a forecast, then indicative; and confirmed after a gap."""
    ahead = known(
        ("a", "2015-16", 120.0, "confirmed"),
        ("a", "2017-18", 150.0, "indicative"),
        ("a", "2018-19", 160.0, "confirmed"),
    )
    (one,) = weigh_panel(fitted({"a": WALKS["s00"]}, horizon=4, known=ahead))
    said = one.distribution()
    np.testing.assert_allclose(said.quantile(0.5)[[0, 2, 3]], [120.0, 150.0, 160.0])
    width = said.quantile(0.9) - said.quantile(0.1)
    np.testing.assert_array_equal(width > 0.0, [False, True, True, False])
