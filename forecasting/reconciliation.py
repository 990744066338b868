"""Forecasts of parts and totals, points or paths, moved as little as makes them add up."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cholesky, null_space, solve_triangular

from forecasting.announcements import Announcements
from forecasting.arrays import FloatArray
from forecasting.hierarchy import Hierarchy
from forecasting.nonnegative import lift


def reconcile(
    base: FloatArray,
    hierarchy: Hierarchy,
    covariance: FloatArray,
    *,
    fixed: FloatArray | None = None,
    nonnegative: npt.NDArray[np.bool_] | None = None,
) -> FloatArray:
    r"""Return forecasts that add up, each as near its own as the others let it.

    .. math:: \tilde y = S \tilde b, \quad
              \tilde b = \arg\min_b\,(\hat y - S b)' W^{-1} (\hat y - S b)

    subject to :math:`S_F b = f` for the series `F` that are announced, and to :math:`b \ge 0`
    where asked. Totals are made of their parts last of all, so that sums are exact to the rounding
    of an addition. A path is reconciled like a point: if the paths are drawn from the joint
    distribution of the base forecasts, the reconciled ones are drawn from that of the coherent
    forecasts (Panagiotelis, Gamakumara, Athanasopoulos & Hyndman, 2023, *European Journal of
    Operational Research* 306), and where errors are normal, from that given what is announced.

    Parameters
    ----------
    base : array of shape (series, steps) or (series, steps, paths)
        :math:`\hat y`, NaN where a series has no forecast of its own, as a total may lack. Not
        written on.
    hierarchy : Hierarchy
        `S`.
    covariance : array of shape (series, series)
        `W`, of the errors of the base forecasts; see ``forecasting.base_errors``. A series with NaN
        on the diagonal is not listened to.
    fixed : array of shape (series, steps), optional
        :math:`f`, values that are announced; NaN where nothing is.
    nonnegative : array of shape (bottom,), optional
        Which bottom series must not fall below nought; none, if left out.

    Returns
    -------
    array of the shape of `base`

    Raises
    ------
    ValueError
        If announcements contradict each other, with a smallest such set for each step (the first is
        1); or if a bottom series has neither a forecast nor an announcement.
    """
    cube = base[:, :, np.newaxis] if base.ndim == 2 else base
    known = np.full(cube.shape[:2], np.nan) if fixed is None else fixed
    floored = np.zeros(len(hierarchy.bottom), bool) if nonnegative is None else nonnegative
    heard = ~np.isnan(cube).any(axis=2) & ~np.isnan(np.diag(covariance))[:, np.newaxis]
    _check(hierarchy, known, floored)
    known = _settled(hierarchy, known, floored)
    bottom = np.empty((len(hierarchy.bottom), *cube.shape[1:]))
    patterns = np.vstack([heard, ~np.isnan(known)])
    distinct, pattern = np.unique(patterns, axis=1, return_inverse=True)
    for i, column in enumerate(distinct.T):
        listened, held = np.split(column, 2)
        steps = np.flatnonzero(pattern == i)
        projection = _project(hierarchy, covariance, heard=listened, held=held)
        own = np.tensordot(projection.from_base[:, listened], cube[listened][:, steps], axes=1)
        announced = projection.from_fixed @ known[np.ix_(held, steps)]
        found = (own + announced[:, :, np.newaxis]).reshape(len(bottom), -1)
        bottom[:, steps] = lift(found, projection.root, floored).reshape(own.shape)
    return np.tensordot(hierarchy.summing, bottom, axes=1).reshape(base.shape)


def reconciler(hierarchy: Hierarchy, covariance: FloatArray) -> FloatArray:
    r"""Return `P` (`G` in some papers), array of shape (bottom, series): :math:`\tilde b = P y`.

    .. math:: P = (S' W^{-1} S)^{-1} S' W^{-1}

    It leaves what adds up already as it is, :math:`P S = I`, so that unbiased forecasts stay
    unbiased, and is the one that leaves the least variance of those that do (Wickramasuriya,
    Athanasopoulos & Hyndman, 2019, *Journal of the American Statistical Association* 114).

    Parameters
    ----------
    hierarchy, covariance
        `S` and `W`, as in `reconcile`.

    Raises
    ------
    ValueError
        If a bottom series is not listened to.
    """
    heard = ~np.isnan(np.diag(covariance))
    held = np.zeros_like(heard)
    return _project(hierarchy, covariance, heard=heard, held=held).from_base


def reconciled_scale(
    hierarchy: Hierarchy,
    covariance: FloatArray,
    *,
    fixed: npt.NDArray[np.bool_] | None = None,
) -> FloatArray:
    r"""Return how wide each series is once reconciled over how wide it was, shape (series,).

    .. math:: \sqrt{\mathrm{diag}(S P W P' S') / \mathrm{diag}(W)}

    It is the ratio of the standard deviations of the errors after and before, if `W` is the
    covariance of the errors up to a factor, as steps further ahead are taken to be. Never above 1:
    a series learns from the others, and forgets nothing of its own. 0 for what is announced. NaN
    for what is not listened to, which had no width of its own. With structural `W`, a rule of thumb
    and no estimate, it says what would hold if the rule did. Marginals shifted and scaled by it
    have the right middle and width; what only paths know is which values come together.

    Parameters
    ----------
    hierarchy, covariance
        `S` and `W`, as in `reconcile`.
    fixed : array of shape (series,), optional
        Which series are announced; none, if left out.

    Raises
    ------
    ValueError
        If a bottom series is neither listened to nor announced.
    """
    variance = np.diag(covariance)
    held = np.zeros(len(variance), bool) if fixed is None else fixed
    root = _project(hierarchy, covariance, heard=~np.isnan(variance), held=held).root
    after = np.linalg.norm(hierarchy.summing @ root, axis=1)
    return np.asarray(np.where(held, 0.0, after / np.sqrt(variance)))


@dataclass(frozen=True)
class _Projection:
    """How the bottom series follow from base forecasts and announcements.

    Parameters
    ----------
    from_base : array of shape (bottom, series)
        `P`; 0 for series that are not listened to.
    from_fixed : array of shape (bottom, announced)
        What each announced value adds.
    root : array of shape (bottom, free)
        A square root of the covariance of the reconciled bottom's errors.
    """

    from_base: FloatArray
    from_fixed: FloatArray
    root: FloatArray


def _project(
    hierarchy: Hierarchy,
    covariance: FloatArray,
    *,
    heard: npt.NDArray[np.bool_],
    held: npt.NDArray[np.bool_],
) -> _Projection:
    r"""Solve the least squares with its equality constraints for every base forecast at once.

    With :math:`W = L L'`, `A` the announced rows of `S`, `N` a basis of its null space and
    :math:`L^{-1} S N = Q R`, the bottom is :math:`b = A^+ f + N z` and
    :math:`z = R^{-1} Q' L^{-1} (\hat y - S A^+ f)`: the null-space method (Björck, 1996, *Numerical
    Methods for Least Squares Problems*, §5.1). No matrix is squared or inverted, so that variances
    that are orders apart lose no digits. Announcements that follow from others do no harm.

    Raises
    ------
    ValueError
        If a bottom series is neither heard nor held.
    """
    rows = hierarchy.bottom_rows
    if lacking := [hierarchy.series[row] for row in rows if not heard[row] | held[row]]:
        raise ValueError(
            f"{', '.join(lacking)}: no forecast; give one, or leave the series out of the hierarchy"
        )
    own, sums = hierarchy.summing[heard], hierarchy.summing[held]
    lower = cholesky(covariance[np.ix_(heard, heard)], lower=True)
    whitened = solve_triangular(lower, own, lower=True)
    free = null_space(sums) if held.any() else np.eye(len(hierarchy.bottom))
    basis, triangle = np.linalg.qr(whitened @ free)
    root = solve_triangular(triangle, free.T, trans="T").T
    fit = root @ basis.T
    inverse = np.linalg.pinv(sums)
    from_base = np.zeros((len(hierarchy.bottom), len(heard)))
    from_base[:, heard] = solve_triangular(lower, fit.T, lower=True, trans="T").T
    from_fixed = inverse - fit @ whitened @ inverse
    announced = held[rows]
    root[announced], from_base[announced] = 0.0, 0.0
    from_fixed[announced] = np.eye(len(heard))[rows[announced]][:, held]
    return _Projection(from_base, from_fixed, root)


def _check(hierarchy: Hierarchy, known: FloatArray, floored: npt.NDArray[np.bool_]) -> None:
    """Raise every set of announcements that contradict each other."""
    faults = []
    for step in np.flatnonzero(~np.isnan(known).all(axis=0)):
        held = np.flatnonzero(~np.isnan(known[:, step]))
        conflict = Announcements(hierarchy.summing[held], known[held, step], floored).conflict()
        said = [f"{hierarchy.series[held[i]]} = {known[held[i], step]:.12g}" for i in conflict]
        if said:
            faults.append(f"step {step + 1}: {', '.join(said)}")
    if faults:
        raise ValueError(
            "announcements contradict each other: correct one of each set, or leave it out:\n"
            + "\n".join(faults)
        )


def _settled(hierarchy: Hierarchy, known: FloatArray, floored: npt.NDArray[np.bool_]) -> FloatArray:
    """Return what is known, free of roundings, with what it forces to nought."""
    settled = known.copy()
    for step in np.flatnonzero(~np.isnan(known).all(axis=0)):
        held = ~np.isnan(known[:, step])
        announced = Announcements(hierarchy.summing[held], known[held, step], floored)
        settled[held, step] = announced.agreed()
        nought = hierarchy.bottom_rows[announced.forced_to_nought()]
        settled[nought[np.isnan(settled[nought, step])], step] = 0.0
    return settled
