"""The scale a series is modelled on: square roots of what cannot be negative."""

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import FloatArray

MOST_ZEROS = 0.2
"""The share of noughts from which a series comes and goes, and its roots say little."""


@dataclass(frozen=True)
class Scale:
    r"""Between the units of a series, `y`, and those of the models, :math:`z = (y/u)^p`.

    On the square root the spread grows with the root of the level, as it does for counts (Bartlett,
    1936, *Supplement to the JRSS* 3), and a trend lies between a straight line and a steady rate of
    growth, so that neither has to be chosen from a short history.

    Parameters
    ----------
    unit : float
        `u`, above nought, in the units of the series.
    power : float
        `p`: a half, or 1.
    """

    unit: float
    power: float

    def forward(self, y: FloatArray) -> FloatArray:
        """Return values on the scale of the models; NaN stays NaN."""
        return np.asarray((y / self.unit) ** self.power)

    def back(self, z: FloatArray) -> FloatArray:
        """Return values in the units of the series; below the root of nought lies nought."""
        if self.power == 1.0:
            return self.unit * z
        return np.asarray(self.unit * np.maximum(z, 0.0) ** (1.0 / self.power))


PLAIN = Scale(1.0, 1.0)
"""Of a series in the units of the models."""


def choose_scale(y: FloatArray, *, floor: float = 0.0) -> Scale:
    """Return the scale of a history: square roots unless it has negatives or many noughts.

    Parameters
    ----------
    y : array of shape (n,)
        NaN where a value is missing.
    floor : float
        Of the series; only above nought or at it are there roots.
    """
    seen = y[np.isfinite(y)]
    unit = float(np.mean(np.abs(seen))) if len(seen) else 0.0
    if unit == 0.0:
        return PLAIN
    rooted = floor >= 0.0 and np.all(seen >= 0.0) and np.mean(seen == 0.0) < MOST_ZEROS
    return Scale(unit, 0.5 if rooted else 1.0)
