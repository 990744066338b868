"""Reweighted least squares against augmented least squares, quadrature and a general optimiser."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from forecasting.candidates import UnfitError, robust
from forecasting.candidates.robust import TAIL, Design, estimate

N, H = 15, 3


def made(settings=1, *, seed=3):
    """Return a design of two unknowns, and the errors and forecasts before they are known."""
    rng = np.random.default_rng(seed)
    precision = np.zeros((settings, 2, 2))
    precision[:, 1, 1] = 2.5
    design = Design(
        within=rng.normal(size=(settings, N, 2)),
        ahead=rng.normal(size=(settings, H, 2)),
        precision=precision,
        log_prior=0.5 * np.log(precision[:, 1, 1]),
        growth=1.0 + np.cumsum(rng.random((settings, H)), axis=1),
    )
    return design, 2 * rng.normal(size=(settings, N)), rng.normal(size=(settings, H))


def ridge(design, errors, seen):
    """Return the ridge regression's unknowns, inverse and hat matrix, by numpy's least squares.

    The prior is a row of data more: sqrt(2.5) x = 0.
    """
    x, prior = design.within[0][seen], np.sqrt(design.precision[0])
    augmented = np.vstack([x, prior])
    unknowns = np.linalg.lstsq(augmented, [*errors[0][seen], 0.0, 0.0], rcond=None)[0]
    pseudo = np.linalg.pinv(augmented)
    return unknowns, pseudo @ pseudo.T, x @ pseudo[:, : seen.sum()]


@pytest.mark.parametrize("missing", [[], [4, 9]])
def test_normal_errors_make_it_a_ridge_regression(monkeypatch, missing):
    monkeypatch.setattr(robust, "TAIL", 1e12)
    design, errors, ahead = made()
    seen = ~np.isin(np.arange(N), missing)
    unknowns, inverse, hat = ridge(design, errors, seen)
    fit = estimate(design, errors, ahead, seen)
    left = errors[0] - design.within[0] @ unknowns
    np.testing.assert_allclose(fit.mean, ahead[0] + design.ahead[0] @ unknowns)
    np.testing.assert_allclose(fit.errors, np.where(seen, left, np.nan))
    assert fit.df == pytest.approx(seen.sum() - np.trace(hat))
    assert fit.sigma**2 == pytest.approx(np.sum(left[seen] ** 2) / (seen.sum() - np.trace(hat)))
    drawn = np.diag(design.ahead[0] @ inverse @ design.ahead[0].T)
    np.testing.assert_allclose(fit.growth, design.growth[0] + drawn)


def test_heavy_tailed_errors_make_it_the_mode_of_a_student_t():
    """A general optimiser of the posterior finds the same unknowns, but for the last iterations."""
    design, errors, ahead = made()
    errors[0, 6] += 15.0

    def unlikely(parameters):
        *x, log_sigma = parameters
        left = (errors[0] - design.within[0] @ x) / np.exp(log_sigma)
        penalty = x @ design.precision[0] @ x / np.exp(2 * log_sigma) / 2
        tails = (TAIL + 1) / 2 * np.log1p(left**2 / TAIL)
        return N * log_sigma + penalty + tails.sum()

    mode = minimize(unlikely, np.zeros(3), method="Nelder-Mead", options={"fatol": 1e-10}).x[:2]
    fit = estimate(design, errors, ahead, np.ones(N, dtype=bool))
    plain = ridge(design, errors, np.ones(N, dtype=bool))[0]
    expected, tilted = (ahead[0] + design.ahead[0] @ x for x in (mode, plain))
    assert np.max(np.abs(fit.mean - expected)) < 0.15 * np.max(np.abs(tilted - expected))


def test_one_wild_value_of_twenty_moves_a_mean_by_less_than_a_tenth():
    """Of 20 values about nought one is out by 50: their mean moves by 2.5, the forecast hardly."""
    rng = np.random.default_rng(6)
    errors = rng.normal(size=(1, 20))
    level = Design(
        within=np.ones((1, 20, 1)),
        ahead=np.ones((1, 1, 1)),
        precision=np.zeros((1, 1, 1)),
        log_prior=np.zeros(1),
        growth=np.ones((1, 1)),
    )
    seen = np.ones(20, dtype=bool)
    plain = estimate(level, errors, np.zeros((1, 1)), seen)
    errors[0, 11] += 50.0
    moved = estimate(level, errors, np.zeros((1, 1)), seen)
    assert abs(moved.mean[0] - plain.mean[0]) < 0.25
    # The interval still reckons with such years.
    assert moved.sigma == pytest.approx(np.std(errors, ddof=1), rel=0.05)


def test_what_was_not_observed_carries_no_weight():
    """Neither its error nor what the unknowns add to it changes anything."""
    design, errors, ahead = made(3)
    seen = np.arange(N) != 5
    fit = estimate(design, errors, ahead, seen)
    errors[:, 5], within = 1e6, design.within.copy()
    within[:, 5] = -1e3
    other = estimate(replace(design, within=within), errors, ahead, seen)
    np.testing.assert_allclose(other.mean, fit.mean, rtol=1e-10)
    np.testing.assert_allclose(other.scale, fit.scale, rtol=1e-10)
    assert other.df == pytest.approx(fit.df)


def test_settings_weigh_what_their_integrated_likelihood_is(monkeypatch):
    r"""With the unknown integrated out, e is N(0, sigma^2 V), V = I + XX'/P.

    With sigma integrated out too, that is |V|^(-1/2) (e'V^-1 e)^(-n/2). The second setting alone
    forecasts 1, so that the mean is its weight.
    """
    monkeypatch.setattr(robust, "TAIL", 1e12)
    design, errors, _ = made(2)
    one = replace(
        design,
        within=design.within[:, :, 1:],
        ahead=np.zeros((2, 1, 1)),
        precision=design.precision[:, 1:, 1:],
        growth=np.ones((2, 1)),
    )
    errors[1] = errors[0]
    fit = estimate(one, errors, np.array([[0.0], [1.0]]), np.ones(N, dtype=bool))
    logs = []
    for x, p in zip(one.within[:, :, 0], one.precision[:, 0, 0], strict=True):
        v = np.eye(N) + np.outer(x, x) / p
        square = errors[0] @ np.linalg.solve(v, errors[0])
        logs.append(-0.5 * np.linalg.slogdet(v)[1] - N / 2 * np.log(square))
    assert fit.mean[0] == pytest.approx(1 / (1 + np.exp(logs[0] - logs[1])), rel=1e-6)


def test_settings_that_cannot_matter_are_left_out_and_change_nothing():
    """Thirty settings of hundredfold errors beside one: it alone is heard."""
    design, errors, ahead = made()
    many = Design(*(np.repeat(part, 31, axis=0) for part in vars(design).values()))
    worse = np.repeat(100 * errors, 31, axis=0)
    worse[17], far = errors[0], np.repeat(ahead + 1e3, 31, axis=0)
    far[17] = ahead[0]
    seen = np.ones(N, dtype=bool)
    fit, alone = estimate(many, worse, far, seen), estimate(design, errors, ahead, seen)
    np.testing.assert_allclose(fit.mean, alone.mean)
    np.testing.assert_allclose(fit.scale, alone.scale)


def test_a_history_without_error_is_declined():
    design, errors, ahead = made()
    exact = (design.within[0] @ [3.0, 0.0])[np.newaxis]
    loose = replace(design, precision=0.0 * design.precision)
    with pytest.raises(UnfitError, match="without error"):
        estimate(loose, exact, ahead, np.ones(N, dtype=bool))
    assert estimate(loose, exact + 0.01 * errors, ahead, np.ones(N, dtype=bool)).sigma < 0.05
