"""Futures that hang together: one seeded cube of paths over every series and period of a panel."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri, stdtrit

from forecasting.arrays import FloatArray
from forecasting.calibration import LEVELS
from forecasting.distributions import Mixture
from forecasting.periods import Frequency, Period, parse_periods
from forecasting.shrinkage import shrunk_correlation

EDGE = 1e-6
"""The probability at either end that paths do not stray into."""
_KNOTS_OF_EACH, _KNOTS_OF_ALL = 24, 96
"""Knots of a quantile function, which is straight between them: laid for each component of a pool,
and for the whole."""


@dataclass(frozen=True)
class Paths:
    """Futures drawn from a forecast: what stands in one path happens together.

    Parameters
    ----------
    series : tuple of str
        In order of name.
    periods : tuple of str or int
        Every period of any series, in order of the calendar.
    values : array of shape (series, period, path)
        In the units of each series; NaN where a series has no such period, or failed in it.
    """

    series: tuple[str, ...]
    periods: tuple[str | int, ...]
    values: FloatArray

    def of(self, names: Collection[str]) -> "Paths":
        """Return the paths of some of the series."""
        kept = [row for row, name in enumerate(self.series) if name in names]
        series = tuple(self.series[row] for row in kept)
        return Paths(series, self.periods, self.values[kept])

    def table(self) -> pd.DataFrame:
        """Return series, period, path, value: a row for each number; paths count from 0."""
        count = self.values.shape[2]
        row, column = np.nonzero(~np.isnan(self.values[:, :, 0]))
        series = pd.Series(self.series, dtype="str")
        periods = pd.Series(self.periods, dtype=None if self.periods else "str")
        return pd.DataFrame(
            {
                "series": series.take(row.repeat(count)).array,
                "period": periods.take(column.repeat(count)).array,
                "path": np.tile(np.arange(count), len(row)),
                "value": self.values[row, column].ravel(),
            }
        )


def draw_paths(
    table: pd.DataFrame,
    distribution: Mixture,
    errors: pd.DataFrame,
    *,
    count: int,
    rng: np.random.Generator,
) -> Paths:
    r"""Draw joint paths whose every cell is distributed as the forecast says.

    A Gaussian copula joins the cells, as Pinson, Madsen, Nielsen, Papaefthymiou & Klöckl (2009,
    *Wind Energy* 12) draw scenarios from marginal forecasts. An error `h` periods ahead is made of
    the shocks since the origin, and the marginals themselves say how long a shock lasts:

    .. math:: e_h = \sum_{j<h} \psi_j\, \varepsilon_{h-j}, \quad
              \sum_{j<h} \psi_j^2 = \max_{k \le h} s_k^2, \quad
              x_h = F_h^{-1}\{\Phi(e_h / \mathrm{sd}(e_h))\}

    with :math:`s_h` half the distance between the quantiles at :math:`\Phi(\pm 1)` on the scale of
    the models, which even a distribution without a variance has. So errors `h < k` of a random walk
    correlate as :math:`\sqrt{h/k}`, of white noise not at all, of an AR(1) as its own do. Shocks of
    one period are correlated across series as the one-step errors of the past were, shrunk
    (``forecasting.shrinkage``); those of two periods are independent. All of this holds within a
    frequency: yearly and quarterly series are drawn apart.

    In each cell the paths are spread evenly over the probabilities, in the order in which the
    copula has them (Packham & Schmidt, 2010, *Journal of Computational Finance* 13(3)), so that
    their quantiles are much nearer the forecast's than chance would bring them.

    Parameters
    ----------
    table : DataFrame
        series, period: the cells, in any order. A series that failed may have no period.
    distribution : Mixture
        What is believed of each row of `table`. What has no spread is the same on every path.
    errors : DataFrame
        series, period, value: standardised one-step errors of the past, ragged as they come. A
        series that has few or none is uncorrelated with the others.
    count : int
        Paths to draw.
    rng : Generator
        The same state gives the same paths, whatever the order of the rows.

    Raises
    ------
    ValueError
        If `count` is not positive, cells are not as many as rows, or a series has two errors in one
        period.
    """
    if count < 1:
        raise ValueError(f"{count} paths cannot be drawn: ask for one or more")
    if len(distribution) != len(table):
        raise ValueError(f"{len(distribution)} cells are not those of {len(table)} rows")
    periods = _read_periods(table)
    marginals = _read_marginals(distribution)
    past = errors.pivot(index="period", columns="series", values="value")
    probabilities = np.full((len(table), count), 0.5)
    for frequency in Frequency:
        alike = np.array([p is not None and p.frequency is frequency for p in periods], dtype=bool)
        moving = np.flatnonzero(alike & marginals.moving)
        if len(moving):
            ordinals = np.array([p.ordinal for i in moving if (p := periods[i]) is not None])
            names = table["series"].to_numpy(dtype=object)[moving]
            series, row = np.unique(names, return_inverse=True)
            cells = row, ordinals - ordinals.min()
            spread = np.full((len(series), np.ptp(ordinals) + 1), np.nan)
            spread[cells] = marginals.spread[moving]
            seen = shrunk_correlation(past.reindex(columns=series).to_numpy(dtype=float))
            drawn = _draw_scores(spread, seen.matrix, count=count, rng=rng)
            probabilities[moving] = _spread_evenly(drawn[cells])
    return _cube(table, periods, marginals.values_at(probabilities))


def _read_periods(table: pd.DataFrame) -> list[Period | None]:
    """Return the period of each row, read with the others of its series; none without a label."""
    labelled = zip(table["series"], table["period"], table["period"].notna(), strict=True)
    labels: dict[str, dict[int, str | int]] = {}
    for row, (name, label, told) in enumerate(labelled):
        if told:
            labels.setdefault(name, {})[row] = label
    periods: list[Period | None] = [None] * len(table)
    for own in labels.values():
        for row, period in zip(own, parse_periods(own.values()), strict=True):
            periods[row] = period
    return periods


@dataclass(frozen=True)
class _Marginals:
    """The quantile function of each cell on the scale of the models, in straight lines.

    Parameters
    ----------
    distribution : Mixture
        Which they are of.
    score, value : arrays of shape (cells, knots)
        Normal scores of probabilities, and the values that have them before any correction.
    """

    distribution: Mixture
    score: FloatArray
    value: FloatArray

    @property
    def moving(self) -> npt.NDArray[np.bool_]:
        """Whether a cell has any spread, array of shape (cells,)."""
        return np.asarray(self.value[:, -1] > self.value[:, 0])

    @property
    def spread(self) -> FloatArray:
        """Half the distance between the values at scores -1 and 1, array of shape (cells,)."""
        either = _interpolate(np.tile([-1.0, 1.0], (len(self.score), 1)), self.score, self.value)
        return np.asarray(either[:, 1] - either[:, 0]) / 2.0

    def values_at(self, q: FloatArray) -> FloatArray:
        """Return quantiles in the units of the series, at an array of shape (cells, paths)."""
        given, centre = self.distribution, np.abs(2.0 * q - 1.0)
        level = _interpolate(
            centre, np.broadcast_to(LEVELS, given.corrected.shape), given.corrected
        )
        wanted = 0.5 + np.sign(q - 0.5) * level / 2.0
        z = _interpolate(ndtri(wanted), self.score, self.value)
        unit, power, floor = (
            part[:, np.newaxis] for part in (given.unit, given.power, given.floor)
        )
        raised = np.maximum(z, 0.0) ** (1.0 / power)
        return np.asarray(np.maximum(unit * np.where(power < 1.0, raised, z), floor))


def _read_marginals(distribution: Mixture) -> _Marginals:
    """Return the quantile functions of a distribution's cells.

    Knots are laid at even scores of every component, so that no bend is missed, and then where the
    scores of the pool would be even if it were straight between those.
    """
    weighs = distribution.weight > 0.0
    heaviest = np.argmax(distribution.weight, axis=1)[:, np.newaxis]
    centre = np.take_along_axis(distribution.location, heaviest, axis=1)
    location = np.where(weighs, distribution.location, centre)[..., np.newaxis]
    scale = np.where(weighs, distribution.scale, 0.0)[..., np.newaxis]
    evenly = ndtr(np.linspace(ndtri(EDGE), -ndtri(EDGE), _KNOTS_OF_EACH))
    laid = location + scale * stdtrit(distribution.df[..., np.newaxis], evenly)
    value = np.sort(laid.reshape(len(laid), laid.shape[1] * _KNOTS_OF_EACH), axis=1)
    score = _scores(distribution, value)
    even = np.linspace(score[:, 0], score[:, -1], _KNOTS_OF_ALL, axis=1)
    more = _interpolate(even, score, value)
    # Sorted apart, they still belong together, as neither ever falls where the other rises.
    score = np.sort(np.hstack([score, _scores(distribution, more)]), axis=1)
    return _Marginals(distribution, score, np.sort(np.hstack([value, more]), axis=1))


def _scores(distribution: Mixture, values: FloatArray) -> FloatArray:
    """Return normal scores of values on the scale of the models, arrays of shape (cells, n)."""
    below = np.stack([distribution.cdf(z) for z in values.T], axis=1)
    return np.asarray(ndtri(np.clip(below, EDGE, 1.0 - EDGE)))


def _interpolate(at: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """Interpolate row by row, arrays of shape (rows, points) and twice (rows, knots)."""
    rows = [np.interp(*row) for row in zip(at, x, y, strict=True)]
    return np.array(rows).reshape(at.shape)


def _draw_scores(
    spread: FloatArray, correlation: FloatArray, *, count: int, rng: np.random.Generator
) -> FloatArray:
    """Return normal scores of unit variance, array of shape (series, period, path).

    Parameters
    ----------
    spread : array of shape (series, period)
        Of each cell; NaN where there is none, or it is known.
    correlation : array of shape (series, series)
        Of the shocks of one period.
    count, rng
        As in `draw_paths`.
    """
    series, periods = spread.shape
    shocks = np.linalg.cholesky(correlation) @ rng.standard_normal((periods, series, count))
    weights = np.stack([_shock_weights(row) for row in spread])
    return np.asarray(weights @ shocks.swapaxes(0, 1))


def _shock_weights(spread: FloatArray) -> FloatArray:
    r"""Return what each period's error is made of, array of shape (period, shock's period).

    Row `h` is :math:`\psi_{h-t}` for the shocks `t` since the origin, over their root mean square.
    The origin lies before the first period that is not known. Where a later one is, its spread is
    taken to lie between its neighbours'.

    Parameters
    ----------
    spread : array of shape (periods,)
        As in `_draw_scores`, of one series.
    """
    doubtful = np.flatnonzero(np.isfinite(spread))
    steps = np.arange(doubtful[0], doubtful[-1] + 1)
    between = np.interp(steps, doubtful, spread[doubtful] ** 2)
    variance = np.maximum.accumulate(between)
    psi = np.sqrt(np.diff(variance, prepend=0.0))
    lag = steps[:, np.newaxis] - steps
    told = variance[:, np.newaxis] > 0.0
    root = np.sqrt(np.where(told, variance[:, np.newaxis], 1.0))
    # A cell that moves in its tails alone has no spread to tell by: its shocks are its own.
    made = np.where(told, np.where(lag >= 0, psi[lag], 0.0) / root, lag == 0)
    weights = np.eye(len(spread))
    weights[np.ix_(steps, steps)] = made
    return weights


def _spread_evenly(scores: FloatArray) -> FloatArray:
    r"""Return the probabilities of scores, one in each of as many equal parts, row by row.

    The score `z` of rank `r` of `C` becomes :math:`(r - 1 + C\Phi(z) \bmod 1)/C`: it keeps the
    place within its part that chance gave it, so that a lone path is left as it was drawn.
    """
    count = scores.shape[1]
    rank = scores.argsort(axis=1).argsort(axis=1)
    return np.asarray((rank + count * ndtr(scores) % 1.0) / count)


def _cube(table: pd.DataFrame, periods: Sequence[Period | None], values: FloatArray) -> Paths:
    """Return what each row has on each path, array of shape (rows, paths), in its place."""
    calendar = sorted({period for period in periods if period is not None}, key=_calendar_order)
    column = {period: place for place, period in enumerate(calendar)}
    series, row = np.unique(table["series"].to_numpy(dtype=object), return_inverse=True)
    cube = np.full((len(series), len(calendar), values.shape[1]), np.nan)
    for place, period in enumerate(periods):
        if period is not None:
            cube[row[place], column[period]] = values[place]
    whole = pd.api.types.is_integer_dtype(table["period"])
    labels = tuple(period.ordinal if whole else period.label for period in calendar)
    return Paths(tuple(series), labels, cube)


def _calendar_order(period: Period) -> tuple[int, int, str]:
    """Return what to sort by: its first month, the longest period first."""
    return 12 // period.per_year * period.ordinal, period.per_year, period.frequency
