"""What the panel lends to short series."""

import numpy as np
import pytest

from forecasting.candidates.fits import Fit
from forecasting.spread import NO_SPREAD, Spread, estimate_spread, lend


def walks(rng, *, series, n, sd):
    return [1 + np.cumsum(sd(rng) * rng.normal(size=n)) for _ in range(series)]


def test_lending_by_hand():
    """(2 * 3^2 + 4 * 1) / 6 = 22/6 on six degrees of freedom."""
    own = Fit(np.zeros(1), 3.0, np.ones(1), 2.0, np.zeros(2))
    lent = lend(own, Spread(variance=1.0, df=4.0, series=9))
    assert lent.sigma**2 == pytest.approx(22 / 6)
    assert lent.df == 6
    assert lend(own, NO_SPREAD) == own


def test_like_series_lend_much_and_their_common_spread_is_found():
    found = estimate_spread(walks(np.random.default_rng(1), series=60, n=10, sd=lambda _: 0.02))
    assert found.df == 10
    assert found.variance**0.5 == pytest.approx(0.02, rel=0.15)
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
    assert found.variance**0.5 == pytest.approx(0.005, rel=0.15)


def test_a_hole_takes_the_steps_on_either_side():
    """A wild value that is missing leaves the spread as it was, of two steps less."""
    whole = walks(np.random.default_rng(5), series=40, n=10, sd=lambda _: 0.02)
    holed = [np.where(np.arange(10) == 4, np.nan, z) for z in whole]
    assert estimate_spread(holed).variance == pytest.approx(
        estimate_spread(whole).variance, rel=0.15
    )


def test_few_or_flat_series_lend_nothing():
    few = walks(np.random.default_rng(4), series=4, n=10, sd=lambda _: 0.02)
    flat = [np.full(8, 3.0), np.zeros(8), 5.0 + np.arange(8), np.array([1.0, 2.0]), np.zeros(0)]
    assert estimate_spread([*few, *flat]) == NO_SPREAD
