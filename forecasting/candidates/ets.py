"""Exponential smoothing: level, trend, damped trend and additive season, averaged over a grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from forecasting.arrays import FloatArray
from forecasting.candidates.fits import Fit, UnfitError, average, weigh

# At 1 statsmodels divides by nought; drift and naive stand for it.
_ALPHA = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95)
_BETA_SHARE = (0.0, 0.1, 0.3, 0.6)  # of alpha, which beta may not pass
_PHI = (0.8, 0.9, 0.97)
_GAMMA_SHARE = (0.02, 0.3)  # of 1 - alpha, which gamma may not pass


@dataclass(frozen=True)
class _Setting:
    """Smoothing parameters in the error-correction form of Hyndman et al. (2008)."""

    alpha: float
    beta: float | None = None
    phi: float | None = None
    gamma: float | None = None

    @property
    def params(self) -> list[float]:
        """In the order of statsmodels."""
        given = (self.alpha, self.beta, self.gamma, self.phi)
        return [value for value in given if value is not None]

    def damping(self, horizon: int) -> FloatArray:
        r""":math:`\phi_h = \phi + \dots + \phi^h`, array of shape (horizon,); `h` undamped."""
        phi = 1.0 if self.phi is None else self.phi
        return np.asarray(np.cumsum(phi ** np.arange(1.0, horizon + 1)))


def ets_level(y: FloatArray, *, season: int, horizon: int) -> Fit:
    """Smooth the level alone, ETS(A,N,N); see ``_smooth``."""
    del season
    return _smooth(y, [_Setting(alpha) for alpha in _ALPHA], horizon=horizon)


def ets_trend(y: FloatArray, *, season: int, horizon: int) -> Fit:
    """Smooth level and undamped trend (Holt), ETS(A,A,N); see ``_smooth``."""
    del season
    grid = [_Setting(a, a * share) for a, share in product(_ALPHA, _BETA_SHARE)]
    return _smooth(y, grid, horizon=horizon)


def ets_damped(y: FloatArray, *, season: int, horizon: int) -> Fit:
    """Smooth level and damped trend, ETS(A,Ad,N); see ``_smooth``."""
    del season
    grid = [_Setting(a, a * share, p) for a, share, p in product(_ALPHA, _BETA_SHARE, _PHI)]
    return _smooth(y, grid, horizon=horizon)


def ets_seasonal(y: FloatArray, *, season: int, horizon: int) -> Fit:
    """Smooth level, damped trend and additive season, ETS(A,Ad,A); see ``_smooth``."""
    grid = [
        _Setting(a, a * b, 0.97, (1.0 - a) * g)
        for a, b, g in product(_ALPHA, _BETA_SHARE[1:3], _GAMMA_SHARE)
    ]
    return _smooth(y, grid, horizon=horizon, season=season)


def _smooth(y: FloatArray, grid: Sequence[_Setting], *, horizon: int, season: int = 1) -> Fit:
    r"""Forecast from every setting, weighted by its integrated likelihood.

    In the error-correction form the one-step errors are linear in the initial state :math:`x_0`,
    :math:`e = e_0 - X x_0`, and so is every forecast, :math:`\hat y_{n+h} = m_h + d_h' x_0`. For a
    given setting the initial state is therefore a least-squares estimate of `k` parameters, and

    .. math:: g_h = 1 + \sum_{j<h} c_j^2 + d_h'(X'X)^{-1}d_h, \quad
              c_j = \alpha + \beta\phi_j + \gamma [m \mid j], \quad \nu = n - k

    (Hyndman, Koehler, Ord & Snyder, 2008, *Forecasting with Exponential Smoothing*, §5.1, §6.1).
    With flat priors on :math:`x_0` and :math:`\log\sigma` a setting weighs
    :math:`|X'X|^{-1/2}\,\mathrm{SSE}^{-(n-k)/2}`. The grid in place of a maximum puts the
    uncertainty of the smoothing parameters into the interval; statsmodels' own has neither.

    Raises
    ------
    UnfitError
        If the history is fitted without error, so that the settings cannot be told apart.
    """
    model = ETSModel(
        y,
        trend=None if grid[0].beta is None else "add",
        damped_trend=grid[0].phi is not None,
        seasonal="add" if season > 1 else None,
        seasonal_periods=season if season > 1 else None,
    )
    directions = _directions(trend=grid[0].beta is not None, season=season)
    probes = [_probe(model, setting, directions, horizon=horizon) for setting in grid]
    fits, log_weights = zip(*(_solve(y, *probe) for probe in probes), strict=True)
    growths = [_shocks(setting, horizon=horizon, season=season) for setting in grid]
    whole = [
        Fit(fit.mean, fit.sigma, fit.growth + growth, fit.df)
        for fit, growth in zip(fits, growths, strict=True)
    ]
    return average(whole, weigh(np.array(log_weights)))


def _directions(*, trend: bool, season: int) -> FloatArray:
    """Return the initial states to try, one a row: none, then each unit in turn.

    Seasons add up to nought, or they could not be told from the level.
    """
    plain = 1 + int(trend)
    free = plain + max(season - 1, 0)
    states = np.zeros((free + 1, plain + (season if season > 1 else 0)))
    states[1:, :free] = np.eye(free)
    if season > 1:
        states[plain + 1 :, -1] = -1.0
    return states


def _probe(
    model: ETSModel, setting: _Setting, directions: FloatArray, *, horizon: int
) -> tuple[FloatArray, FloatArray]:
    """Return the one-step forecasts and the forecasts ahead, a row for each initial state."""
    fitted, ahead = [], []
    damping = setting.damping(horizon)
    for start in directions:
        within, states = model.smooth(np.array([*setting.params, *start]), return_raw=True)
        beyond = np.full(horizon, states[-1, 0])
        if setting.beta is not None:
            beyond += damping * states[-1, 1]
        if setting.gamma is not None:
            season = model.seasonal_periods
            beyond += states[-season:, -1][np.arange(horizon) % season]
        fitted.append(within)
        ahead.append(beyond)
    return np.array(fitted), np.array(ahead)


def _solve(y: FloatArray, fitted: FloatArray, ahead: FloatArray) -> tuple[Fit, float]:
    """Estimate the initial state; return the fit, without later shocks, and its log weight."""
    errors = y - fitted[0]
    design = (fitted[1:] - fitted[0]).T
    slopes = (ahead[1:] - ahead[0]).T
    inverse = np.linalg.inv(design.T @ design)
    start = inverse @ (design.T @ errors)
    sse = float(np.sum((errors - design @ start) ** 2))
    df = len(y) - design.shape[1]
    if sse <= np.finfo(float).eps * float(np.sum(y**2)):
        raise UnfitError("it fits this history without error, so its settings cannot be told apart")
    growth = np.einsum("hi,ij,hj->h", slopes, inverse, slopes)
    log_weight = 0.5 * np.linalg.slogdet(inverse)[1] - df / 2.0 * np.log(sse)
    fit = Fit(ahead[0] + slopes @ start, float(np.sqrt(sse / df)), growth, float(df))
    return fit, float(log_weight)


def _shocks(setting: _Setting, *, horizon: int, season: int) -> FloatArray:
    """Return the variance that shocks after the history add, in units of one, shape (horizon,)."""
    steps = np.arange(1, horizon)
    effect = np.full(horizon - 1, setting.alpha)
    if setting.beta is not None:
        effect += setting.beta * setting.damping(horizon)[:-1]
    if setting.gamma is not None:
        effect += setting.gamma * (steps % season == 0)
    return np.concatenate([[1.0], 1.0 + np.cumsum(effect**2)])
