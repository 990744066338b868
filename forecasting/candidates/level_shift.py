"""How far a series moved at known steps in its level."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from statsmodels.tsa.statespace.structural import UnobservedComponents

from forecasting.arrays import FloatArray


def level_steps(z: FloatArray, *, starts: Sequence[int]) -> FloatArray:
    r"""Return the size of each step, beside what the series does of itself, shape (steps,).

    .. math:: z_t = \ell_t + \sum_j \delta_j 1_{t \ge s_j} + \epsilon_t, \quad
              \ell_t = \ell_{t-1} + b + \eta_t, \quad
              \mathrm{Var}\,\eta = \mathrm{Var}\,\epsilon

    The unobserved-components intervention model of Harvey & Durbin (1986, *Journal of the Royal
    Statistical Society* A 149); :math:`\delta` and `b` are diffuse states, and the two variances
    are equal because a short history cannot tell them apart.

    Parameters
    ----------
    z : array of shape (n,)
        NaN where a value is missing; known on both sides of every step.
    starts : sequence of int
        The first period after each step, rising.
    """
    edges = [0, *starts, len(z)]
    if np.isfinite(z).sum() < len(starts) + 3:
        # A drift cannot be told from the steps.
        return np.diff([np.nanmean(z[first:last]) for first, last in pairwise(edges)])
    after = np.arange(len(z))[:, np.newaxis] >= np.array(starts)
    model = UnobservedComponents(
        z,
        irregular=True,
        level=True,
        stochastic_level=True,
        trend=True,
        exog=after.astype(float),
        mle_regression=False,
        use_exact_diffuse=True,
    )
    model.update(np.ones(2))
    return np.asarray(model.ssm.smooth().smoothed_state[-len(starts) :, -1])
