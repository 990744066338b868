"""What the panel lends to short series."""

import numpy as np
import pytest

from forecasting.candidates.fits import Fit
from forecasting.spread import NO_SPREAD, Spread, estimate_spread, lend


def walks(rng, *, series, n, sd):
    return [1000 * (1 + i) * (1 + np.cumsum(sd(rng) * rng.normal(size=n))) for i in range(series)]


def test_lending_by_hand():
    """(2 * 3^2 + 4 * 0.01 * 10^2) / 6 = 22/6 on six degrees of freedom."""
    own = Fit(np.zeros(1), 3.0, np.ones(1), 2.0)
    lent = lend(own, Spread(relative_variance=0.01, df=4.0, series=9), level=10.0)
    assert lent.sigma**2 == pytest.approx(22 / 6)
    assert lent.df == 6
    assert lend(own, NO_SPREAD, level=10.0) == own


def test_like_series_lend_much_and_their_common_spread_is_found():
    found = estimate_spread(walks(np.random.default_rng(1), series=60, n=10, sd=lambda _: 0.02))
    assert found.df == 10
    assert found.relative_variance**0.5 == pytest.approx(0.02, rel=0.15)
    assert found.series == 60


def test_unlike_series_lend_little():
    """Standard deviations over four orders of magnitude say almost nothing of the next series."""
    rng = np.random.default_rng(2)
    found = estimate_spread(walks(rng, series=60, n=10, sd=lambda r: 0.01 * np.exp(2 * r.normal())))
    assert found.df <= 1


def test_the_lent_degrees_of_freedom_are_those_of_the_panel():
    """Variances drawn as 4 s0^2 / chi-squared(4): four is recovered within its neighbours."""
    rng = np.random.default_rng(3)
    found = estimate_spread(
        walks(rng, series=600, n=12, sd=lambda r: 0.005 * np.sqrt(4 / r.chisquare(4)))
    )
    assert found.df in (3.0, 4.0, 5.0)
    assert found.relative_variance**0.5 == pytest.approx(0.005, rel=0.15)


def test_few_or_flat_series_lend_nothing():
    few = walks(np.random.default_rng(4), series=4, n=10, sd=lambda _: 0.02)
    flat = [np.full(8, 3.0), np.zeros(8), 5.0 + np.arange(8), np.array([1.0, 2.0]), np.zeros(0)]
    assert estimate_spread([*few, *flat]) == NO_SPREAD
