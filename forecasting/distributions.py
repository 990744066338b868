"""What is believed of a future value: a mixture of shifted and scaled Student t's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtr
from scipy.stats import t as student

from forecasting.arrays import FloatArray

_HALVINGS = 56
"""Of the angle: three more than a double has bits."""


@dataclass(frozen=True)
class Mixture:
    r"""Linear pools of Student t's, one pool to a cell, cut off below at `floor`.

    .. math:: F(x) = \sum_k w_k\, T_{\nu_k}\{(x - m_k)/s_k\}, \quad x \ge \text{floor}

    What lies below the floor is put on it. A pool is wide where its models disagree, as it should
    be (Clemen & Winkler, 1999, *Risk Analysis* 19).

    Parameters
    ----------
    weight, location, scale, df : arrays of shape (cells, components)
        Each row of weights adds up to 1. Scale 0 is a fixed value. A row with a NaN location
        knows nothing and answers NaN.
    floor : array of shape (cells,)
        Minus infinity where there is none.
    """

    weight: FloatArray
    location: FloatArray
    scale: FloatArray
    df: FloatArray
    floor: FloatArray

    def cdf(self, x: FloatArray) -> FloatArray:
        """Return the probability of at most `x`, one for each cell, before the cut at the floor."""
        distance = x[:, np.newaxis] - self.location
        fixed = self.scale == 0.0
        z = distance / np.where(fixed, 1.0, self.scale)
        below = np.where(fixed, (distance >= 0.0).astype(float), stdtr(self.df, z))
        return np.asarray(np.sum(self.weight * below, axis=1))

    def quantile(self, q: float) -> FloatArray:
        r"""Return the `q` quantile of each cell, array of shape (cells,).

        Found by halving the angle `u` of :math:`x = \bar m + r \tan u`, with :math:`\bar m` the
        mean of the pool and `r` its reach. The angles tried are the same for every `q`, so that
        quantiles never cross, not even by a rounding.

        Raises
        ------
        ValueError
            If `q` is not between 0 and 1.
        """
        if not 0.0 < q < 1.0:
            raise ValueError(f"a quantile lies between 0 and 1, not at {q}")
        mean = _average(self.location, self.weight)
        apart = np.abs(self.location - mean[:, np.newaxis]) + self.scale
        reach = np.max(np.where(self.weight > 0.0, apart, 0.0), axis=1, initial=0.0)
        lower, upper = np.full(len(mean), -np.pi / 2.0), np.full(len(mean), np.pi / 2.0)
        for _ in range(_HALVINGS):
            middle = (lower + upper) / 2.0
            reached = self.cdf(mean + reach * np.tan(middle)) >= q
            upper = np.where(reached, middle, upper)
            lower = np.where(reached, lower, middle)
        return np.asarray(np.maximum(mean + reach * np.tan(upper), self.floor))

    def mean(self) -> FloatArray:
        r"""Return the expectation of each cell, array of shape (cells,).

        With a floor at distance :math:`k = (m - \text{floor})/s` below, a component's is
        :math:`\text{floor} + s\{k\,T_\nu(k) + t_\nu(k)(\nu + k^2)/(\nu - 1)\}`. Where there is no
        floor, or no expectation (:math:`\nu \le 1`), it is the location.
        """
        floor = self.floor[:, np.newaxis]
        cut = np.isfinite(floor) & (self.scale > 0.0) & (self.df > 1.0)
        scale, df = np.where(cut, self.scale, 1.0), np.where(cut, self.df, 2.0)
        k = np.where(cut, self.location - floor, 0.0) / scale
        above = k * stdtr(df, k) + student.pdf(k, df) * (df + k**2) / (df - 1.0)
        expected = np.where(cut, floor + scale * above, np.maximum(self.location, floor))
        return _average(expected, self.weight)

    def cell(self, index: int) -> "Mixture":
        """Return one cell as a mixture of its own."""
        part = slice(index, index + 1)
        return Mixture(
            self.weight[part],
            self.location[part],
            self.scale[part],
            self.df[part],
            self.floor[part],
        )

    def centred(self, median: float) -> "Mixture":
        r"""Return the mixture with every component round `median`, as wide as it was.

        Components no longer disagree in where they stand, so their disagreement is added to their
        own widths, :math:`s_k^2 + (m_k - \bar m)^2`.
        """
        mean = np.sum(self.weight * self.location, axis=1, keepdims=True)
        scale = np.sqrt(self.scale**2 + (self.location - mean) ** 2)
        return replace(self, location=np.full_like(self.location, median), scale=scale)


def _average(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the weighted mean of each row, to the last digit where all that weigh are equal."""
    first = np.take_along_axis(values, np.argmax(weight, axis=1)[:, np.newaxis], axis=1)
    return np.asarray(first[:, 0] + np.sum(weight * (values - first), axis=1))


def fixed(value: float, *, components: int) -> Mixture:
    """Return one cell that is known: no spread, and NaN if `value` is."""
    shape = (1, components)
    weight = np.zeros(shape)
    weight[0, 0] = 1.0
    return Mixture(
        weight, np.full(shape, value), np.zeros(shape), np.ones(shape), np.full(1, -np.inf)
    )


def nothing(*, components: int) -> Mixture:
    """Return one cell of which nothing is known."""
    return fixed(float("nan"), components=components)


def stack(mixtures: Sequence[Mixture]) -> Mixture:
    """Return the cells of several mixtures of equally many components, in order."""
    if not mixtures:
        none = np.empty((0, 1))
        return Mixture(none, none, none, none, np.empty(0))
    columns = zip(*((m.weight, m.location, m.scale, m.df, m.floor) for m in mixtures), strict=True)
    return Mixture(*(np.concatenate(column) for column in columns))
