"""What is believed of a future value: a mixture of shifted and scaled Student t's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize.elementwise import find_root
from scipy.special import ndtri, stdtr, stdtrit

from forecasting.arrays import FloatArray
from forecasting.calibration import UNCORRECTED, central

_NEAR = 4.0 * np.finfo(float).eps
"""How near a quantile is found, beside its size."""
_LEAST_DF = 3.0
"""Below this the expectation of a square is beyond all bounds, or nearly."""


@dataclass(frozen=True)
class Mixture:
    r"""Linear pools of Student t's, one pool to a cell, on the scale of the models.

    A cell's probabilities are :math:`F(z) = \sum_k w_k\, T_{\nu_k}\{(z - m_k)/s_k\}`, and its value
    is :math:`u\,z^{1/p}`, cut off below at `floor`. A pool is wide where its models disagree, as
    it should be (Clemen & Winkler, 1999, *Risk Analysis* 19).

    Parameters
    ----------
    weight, location, scale, df : arrays of shape (cells, components)
        Each row of weights adds up to 1. Scale 0 is a fixed value. A row with a NaN location
        knows nothing and answers NaN.
    unit, power : arrays of shape (cells,)
        `u` and `p`, as in ``forecasting.scales``.
    floor : array of shape (cells,)
        In the units of the series; minus infinity where there is none.
    corrected : array of shape (cells, levels)
        How its central intervals are corrected, see ``forecasting.calibration``.
    """

    weight: FloatArray
    location: FloatArray
    scale: FloatArray
    df: FloatArray
    unit: FloatArray
    power: FloatArray
    floor: FloatArray
    corrected: FloatArray

    @classmethod
    def of(
        cls, *, weight: FloatArray, location: FloatArray, scale: FloatArray, df: FloatArray
    ) -> "Mixture":
        """Return pools in their own units, without a floor, as the models see them."""
        cells = len(location)
        plain = np.ones(cells)
        return cls(
            *(weight, location, scale, df, plain, plain),
            floor=np.full(cells, -np.inf),
            corrected=np.tile(UNCORRECTED, (cells, 1)),
        )

    def __len__(self) -> int:
        return len(self.location)

    def cdf(self, z: FloatArray) -> FloatArray:
        """Return the probability of at most `z`, one for each cell, before any correction."""
        distance = z[:, np.newaxis] - self.location
        fixed = self.scale == 0.0
        ratio = distance / np.where(fixed, 1.0, self.scale)
        below = np.where(fixed, (distance >= 0.0).astype(float), stdtr(self.df, ratio))
        return np.asarray(np.sum(self.weight * below, axis=1))

    def quantile(self, q: float) -> FloatArray:
        r"""Return the `q` quantile of each cell, array of shape (cells,).

        It lies between the least and the greatest of its components' own, where Chandrupatla's
        method finds it to the last digit or two.

        Raises
        ------
        ValueError
            If `q` is not between 0 and 1.
        """
        if not 0.0 < q < 1.0:
            raise ValueError(f"a quantile lies between 0 and 1, not at {q}")
        wanted = central(q, self.corrected)
        own = self.location + self.scale * stdtrit(self.df, wanted[:, np.newaxis])
        weighs = self.weight > 0.0
        lower = np.min(np.where(weighs, own, np.inf), axis=1, initial=np.inf)
        upper = np.max(np.where(weighs, own, -np.inf), axis=1, initial=-np.inf)
        # A component of no width may be the quantile itself.
        reached = self.cdf(lower) >= wanted
        between = np.flatnonzero((lower < upper) & ~reached & (self.cdf(upper) > wanted))
        found = np.where(reached, lower, upper)
        if len(between):
            some, sought = self.take(between), wanted[between]
            found[between] = find_root(
                lambda z, i: some.take(i).cdf(z) - sought[i],
                (lower[between], upper[between]),
                args=(np.arange(len(between)),),
                tolerances={"xatol": 0.0, "xrtol": _NEAR, "fatol": 0.0, "frtol": 0.0},
            ).x
        return self._values(found)

    def mean(self) -> FloatArray:
        r"""Return the expectation of each cell, array of shape (cells,).

        With :math:`\mu` and `V` the first two moments of the pool it is :math:`u\mu`, and on square
        roots :math:`u(\mu^2 + V)`; `V` is corrected as the 80% interval is, and degrees of freedom
        below 3 count as 3.
        """
        middle = _average(self.location, self.weight)
        df = np.maximum(self.df, _LEAST_DF)
        apart = (self.location - middle[:, np.newaxis]) ** 2
        variance = np.sum(self.weight * (self.scale**2 * df / (df - 2.0) + apart), axis=1)
        stretch = ndtri(np.clip(central(0.9, self.corrected), 0.5, 1.0 - 1e-9)) / ndtri(0.9)
        rooted = self.power < 1.0
        square = np.maximum(middle, 0.0) ** 2 + stretch**2 * variance
        return np.asarray(np.maximum(self.unit * np.where(rooted, square, middle), self.floor))

    def take(self, cells: npt.ArrayLike) -> "Mixture":
        """Return some of the cells, in the order asked for."""
        return Mixture(*(part[cells] for part in vars(self).values()))

    def placed(
        self, *, unit: FloatArray, power: float, floor: float, corrected: FloatArray
    ) -> "Mixture":
        """Return the same pools in the units of a series, corrected alike or step by step."""
        cells = len(self)
        return replace(
            self,
            unit=unit,
            power=np.full(cells, power),
            floor=np.full(cells, floor),
            corrected=np.broadcast_to(corrected, (cells, corrected.shape[-1])),
        )

    def centred(self, median: FloatArray) -> "Mixture":
        r"""Return the pools with every component round a median, as wide as they were.

        Components no longer disagree in where they stand, so their disagreement is added to their
        own widths, :math:`s_k^2 + (m_k - \bar m)^2`.

        Parameters
        ----------
        median : array of shape (cells,)
            In the units of the series.
        """
        mean = np.sum(self.weight * self.location, axis=1, keepdims=True)
        scale = np.sqrt(self.scale**2 + (self.location - mean) ** 2)
        middle = np.sign(median) * np.abs(median / self.unit) ** self.power
        return replace(
            self, location=np.broadcast_to(middle[:, np.newaxis], scale.shape), scale=scale
        )

    def _values(self, z: FloatArray) -> FloatArray:
        """Return values in the units of the series."""
        rooted = self.power < 1.0
        raised = np.where(rooted, np.maximum(z, 0.0), 1.0) ** (1.0 / self.power)
        return np.asarray(np.maximum(self.unit * np.where(rooted, raised, z), self.floor))


def _average(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the weighted mean of each row, to the last digit where all that weigh are equal."""
    first = np.take_along_axis(values, np.argmax(weight, axis=1)[:, np.newaxis], axis=1)
    return np.asarray(first[:, 0] + np.sum(weight * (values - first), axis=1))


def fixed(values: FloatArray) -> Mixture:
    """Return cells that are known, from an array of shape (cells,); NaN where it is."""
    location = np.asarray(values, dtype=float)[:, np.newaxis]
    one = np.ones_like(location)
    return Mixture.of(weight=one, location=location, scale=np.zeros_like(location), df=one)


def stack(mixtures: Sequence[Mixture]) -> Mixture:
    """Return the cells of several mixtures, in order; those of fewer components are filled up."""
    if not mixtures:
        return fixed(np.zeros(0))
    width = max(mixture.location.shape[1] for mixture in mixtures)
    cells = np.cumsum([0, *(len(mixture) for mixture in mixtures)])
    # Components of no weight stand where they disturb nothing.
    pooled = {
        "weight": np.zeros((cells[-1], width)),
        "location": np.zeros((cells[-1], width)),
        "scale": np.ones((cells[-1], width)),
        "df": np.ones((cells[-1], width)),
    }
    for mixture, first, last in zip(mixtures, cells[:-1], cells[1:], strict=True):
        for name, whole in pooled.items():
            part = getattr(mixture, name)
            whole[first:last, : part.shape[1]] = part
    ends = ("unit", "power", "floor", "corrected")
    rest = {name: np.concatenate([getattr(m, name) for m in mixtures]) for name in ends}
    return Mixture(**pooled, **rest)
