"""What is left of a difference of sums of £: money, or only what rounding leaves."""

import numpy as np

from optimisation.sets import FloatArray

NOISE = 1e-6
"""£ below which a difference of sums is rounding."""

ROUNDING = 1e-12
"""The share of what is summed below which it is, too: a solver's tolerance goes by its unit."""


def or_nil(amounts: FloatArray, *, of: FloatArray | float) -> FloatArray:
    """Return £, or nil where it is only what rounding leaves of a difference of sums `of` £."""
    return np.where(np.abs(amounts) > np.maximum(NOISE, ROUNDING * np.abs(of)), amounts, 0.0)
