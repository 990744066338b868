"""Exponential smoothing run over a history for a whole grid of settings."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from forecasting.arrays import FloatArray
from forecasting.candidates.fits import Fit, Past
from forecasting.candidates.robust import Design, estimate

RANDOM_WALK = 0.999
"""The largest `alpha`: at 1 statsmodels divides by nought."""


@dataclass(frozen=True)
class Setting:
    r"""Smoothing parameters in the error-correction form, and how far the start may lie from flat.

    .. math:: y_t = \ell_{t-1} + \phi b_{t-1} + s_{t-m} + e_t, \quad
              \ell_t = \ell_{t-1} + \phi b_{t-1} + \alpha e_t, \quad
              b_t = \phi b_{t-1} + \beta e_t, \quad s_t = s_{t-m} + \gamma e_t

    Parameters
    ----------
    alpha, beta, phi, gamma : float
        Of level, trend, damping and season.
    slope : float
        Variance of the first slope :math:`b_0` round nought, in units of that of one step; 0 for
        none.
    season : float
        The same of each season's :math:`s_j`; they add up to nought.
    """

    alpha: float
    beta: float = 0.0
    phi: float = 1.0
    gamma: float = 0.0
    slope: float = 0.0
    season: float = 0.0


Grid = tuple[Setting, ...]


def smooth(past: Past, grid: Grid, *, horizon: int) -> Fit:
    """Forecast from every setting of a grid, weighted by likelihood; see ``robust.estimate``.

    The unknowns are the first level (flat), slope and seasons. A slope drawn to nought unless the
    history speaks for one is what keeps a trend of five points from running away.

    Parameters
    ----------
    past : Past
        The history; its season is smoothed where the settings have one.
    grid : tuple of Setting
        All with a slope or none, all with a season or none.
    horizon : int
        Steps to forecast.
    """
    m = past.season if grid[0].season else 1
    filters, which = _filters(grid)
    within, states = _run(past.values, filters, np.zeros(_states(grid, m)), m=m)
    ahead = _ahead(states[:, -m:], filters, m=m, horizon=horizon)
    design = _design(grid, len(past), m, horizon)
    return estimate(design, (past.values - within)[which], ahead[which], past.observed)


def _states(grid: Grid, m: int) -> int:
    """Return how many states a setting starts with."""
    return 1 + bool(grid[0].slope) + (m if m > 1 else 0)


@lru_cache
def _filters(grid: Grid) -> tuple[Grid, npt.NDArray[np.intp]]:
    """Return the filters of a grid, and which of them each setting has: priors share one."""
    bare = [replace(setting, slope=bool(setting.slope), season=0.0) for setting in grid]
    filters = tuple(dict.fromkeys(bare))
    return filters, np.array([filters.index(one) for one in bare])


def _run(
    y: FloatArray, filters: Grid, start: FloatArray, *, m: int
) -> tuple[FloatArray, FloatArray]:
    """Return one-step forecasts (filters, n), and level, slope and season after each period.

    Array of shape (filters, n, 3).
    """
    trend = bool(filters[0].slope)
    model = ETSModel(
        y,
        trend="add" if trend else None,
        damped_trend=trend,
        seasonal="add" if m > 1 else None,
        seasonal_periods=m if m > 1 else None,
    )
    within, states = np.empty((len(filters), len(y))), np.zeros((len(filters), len(y), 3))
    columns = [0, *([1] if trend else []), *([2] if m > 1 else [])]
    for i, one in enumerate(filters):
        parameters = [one.alpha]
        parameters += [one.beta] if trend else []
        parameters += [one.gamma] if m > 1 else []
        parameters += [one.phi] if trend else []
        within[i], found = model.smooth(np.array([*parameters, *start]), return_raw=True)
        states[i][:, columns] = found
    return within, states


def _ahead(last: FloatArray, filters: Grid, *, m: int, horizon: int) -> FloatArray:
    """Return the forecasts from the states of the last `m` periods, shape (filters, horizon)."""
    damping = np.array([_damping(one, horizon) for one in filters])
    ahead = last[:, -1, :1] + damping * last[:, -1, 1:2]
    return np.asarray(ahead + last[:, :, 2][:, np.arange(horizon) % m])


def _damping(setting: Setting, horizon: int) -> FloatArray:
    r"""Return :math:`\phi + \dots + \phi^h`, array of shape (horizon,); `h` undamped."""
    return np.asarray(np.cumsum(setting.phi ** np.arange(1.0, horizon + 1)))


@lru_cache(maxsize=64)
def _design(grid: Grid, n: int, m: int, horizon: int) -> Design:
    """Return what each unknown adds to the forecasts of a history of `n`."""
    filters, which = _filters(grid)
    runs = _unit_runs(grid, m, max(2 ** (n - 1).bit_length(), 2 * m))
    k = len(runs)
    precision = np.zeros((len(grid), k, k))
    if grid[0].slope:
        precision[:, 1, 1] = [1.0 / setting.slope for setting in grid]
    if m > 1:
        # Seasons N(0, season) that add up to nought: I + 11' for all but the last.
        prior = np.eye(m - 1) + 1.0
        precision[:, -(m - 1) :, -(m - 1) :] = [prior / setting.season for setting in grid]
    last = [_ahead(states[:, n - m : n], filters, m=m, horizon=horizon) for _, states in runs]
    return Design(
        within=np.stack([within[which, :n] for within, _ in runs], axis=2),
        ahead=np.stack(last, axis=2)[which],
        precision=precision,
        log_prior=0.5 * np.linalg.slogdet(precision[:, 1:, 1:])[1],
        growth=np.array([_shocks(setting, m=m, horizon=horizon) for setting in grid]),
    )


@lru_cache(maxsize=32)
def _unit_runs(grid: Grid, m: int, n: int) -> list[tuple[FloatArray, FloatArray]]:
    """Run noughts from a unit of each unknown: the smoothing is linear in where it starts."""
    filters, _ = _filters(grid)
    return [_run(np.zeros(n), filters, start, m=m) for start in _directions(grid, m)]


def _directions(grid: Grid, m: int) -> FloatArray:
    """Return a unit of each unknown as the states it starts: level, slope, seasons but the last."""
    states = _states(grid, m)
    free = states - 1 if m > 1 else states
    directions = np.zeros((free, states))
    directions[:, :free] = np.eye(free)
    if m > 1:
        directions[free - (m - 1) :, -1] = -1.0
    return directions


def _shocks(setting: Setting, *, m: int, horizon: int) -> FloatArray:
    r"""Return :math:`1 + \sum_{j<h} c_j^2`, :math:`c_j = \alpha + \beta\phi_j + \gamma[m \mid j]`.

    Array of shape (horizon,): the variance of the shocks of the periods ahead.
    """
    steps = np.arange(1, horizon)
    effect = setting.alpha + setting.beta * _damping(setting, horizon)[:-1]
    if m > 1:
        effect = effect + setting.gamma * (steps % m == 0)
    return np.concatenate([[1.0], 1.0 + np.cumsum(effect**2)])
