"""Correlations of errors that are few and ragged, shrunk as far as they are mere chance."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecasting.arrays import FloatArray

LEAST_COMMON = 4
"""Periods in common below which two series say nothing of each other: over three, correlations of
unrelated errors are beyond ±0.7 half the time, and seem surer than they are."""
LEAST_EIGENVALUE = 1e-4
"""So that the matrix has an inverse and a root; a correlation of ±1 becomes ±0.9999."""
_ROUNDING = 1e-12
"""A series whose variance is less, as a share of its mean square, is constant."""


@dataclass(frozen=True)
class Shrunk:
    """A correlation matrix, and how far it was shrunk.

    Parameters
    ----------
    matrix : array of shape (series, series)
        Symmetric and positive definite, with a unit diagonal.
    intensity : float
        From 0, as the errors have it, to 1, uncorrelated.
    """

    matrix: FloatArray
    intensity: float


def shrunk_correlation(errors: FloatArray) -> Shrunk:
    r"""Return the correlations of errors, shrunk towards nil.

    .. math:: r^*_{ij} = (1 - \lambda)\, r_{ij}, \quad
              \lambda = \frac{\sum_{i<j} (n_{ij} - 1) \widehat{\mathrm{Var}}(r_{ij})}
                             {\sum_{i<j} (n_{ij} - 1)\, r_{ij}^2}, \quad
              \widehat{\mathrm{Var}}(r_{ij}) = \frac{1}{n_{ij} - 1}
                  \Bigl(\frac{1}{n_{ij}} \sum_t z_{ti}^2 z_{tj}^2 - r_{ij}^2\Bigr)

    with :math:`z` the errors standardised over the :math:`n_{ij}` periods that both series have:
    the intensity of Ledoit & Wolf (2004, *Journal of Multivariate Analysis* 88) in the form that
    Schäfer & Strimmer (2005, *Statistical Applications in Genetics and Molecular Biology* 4(1),
    target D) give it for correlations. Theirs is taken because a correlation's diagonal is known
    and has no part in it, because it sums over pairs, each of which may have periods of its own,
    and because it minds fat tails. The weights :math:`n_{ij} - 1` are ours, and cancel where no
    error is missing: without them the shortest pairs decide.

    Correlations of ragged errors may contradict each other. Eigenvalues below `LEAST_EIGENVALUE`
    are then raised to it, and the diagonal made 1 again (Rousseeuw & Molenberghs, 1993,
    *Communications in Statistics* 22).

    Parameters
    ----------
    errors : array of shape (periods, series)
        NaN where a series has none. Pairs with fewer than `LEAST_COMMON` periods in common are
        uncorrelated, as is a series that is constant over the periods in common.
    """
    pairs = _pairs(errors)
    apart = pairs.told & ~np.eye(errors.shape[1], dtype=bool)
    weight = np.where(apart, pairs.common - 1.0, 0.0)
    seen = float(np.sum(weight * pairs.correlation**2))
    noise = float(np.sum(weight * pairs.variance))
    intensity = min(max(noise / seen, 0.0), 1.0) if seen > 0.0 else 1.0
    matrix = np.where(apart, (1.0 - intensity) * pairs.correlation, np.eye(len(apart)))
    return Shrunk(_positive(matrix), intensity)


@dataclass(frozen=True)
class _Pairs:
    """Correlations, their variances and the periods in common, arrays of shape (series, series)."""

    correlation: FloatArray
    variance: FloatArray
    common: FloatArray
    told: npt.NDArray[np.bool_]


def _pairs(errors: FloatArray) -> _Pairs:
    """Return what each pair of series says over the periods that both have.

    Sums over common periods are products of matrices with noughts for gaps. Squares and cross
    products round the common means are expanded into them; `m` is the mean of the row's series and
    `m.T` that of the column's.
    """
    here = np.isfinite(errors)
    x, present = _standardised(errors, here), here.astype(float)
    n = present.T @ present
    told = n >= LEAST_COMMON
    periods = np.where(told, n, LEAST_COMMON)

    m, squares = x.T @ present / periods, (x**2).T @ present / periods
    product, square_product = x.T @ x / periods, (x**2).T @ x / periods
    variance = squares - m**2
    told &= (variance > _ROUNDING * squares) & (variance.T > _ROUNDING * squares.T)
    unit = np.where(told, variance * variance.T, 1.0)

    r = np.where(told, np.clip((product - m * m.T) / np.sqrt(unit), -1.0, 1.0), 0.0)
    mixed = m.T * square_product + m * square_product.T
    both = (x**2).T @ x**2 / periods - 2.0 * mixed + 4.0 * m * m.T * product
    fourth = both + m.T**2 * squares + m**2 * squares.T - 3.0 * (m * m.T) ** 2
    spread = np.where(told, np.maximum(fourth / unit - r**2, 0.0), 0.0)
    return _Pairs(r, spread / (periods - 1.0), n, told)


def _standardised(errors: FloatArray, here: npt.NDArray[np.bool_]) -> FloatArray:
    """Return each series round its mean in units of its deviation, with noughts for gaps."""
    n = np.maximum(here.sum(axis=0), 1)
    filled = np.where(here, errors, 0.0)
    centred = np.where(here, filled - filled.sum(axis=0) / n, 0.0)
    variance = np.sum(centred**2, axis=0) / n
    flat = variance <= _ROUNDING * np.sum(filled**2, axis=0) / n
    return np.where(flat, 0.0, centred / np.sqrt(np.where(flat, 1.0, variance)))


def _positive(matrix: FloatArray) -> FloatArray:
    """Return the matrix with no eigenvalue below the least, and a unit diagonal."""
    try:
        np.linalg.cholesky(matrix - LEAST_EIGENVALUE * np.eye(len(matrix)))
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(matrix)
        raised = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
        unit = np.sqrt(np.diag(raised))
        matrix = (raised + raised.T) / (2.0 * np.outer(unit, unit))
        np.fill_diagonal(matrix, 1.0)
    return matrix
