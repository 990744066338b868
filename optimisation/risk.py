"""How a distribution of costs is judged: by its mean, and by the mean of its worst share."""

from dataclasses import dataclass

import numpy as np

from optimisation.sets import FloatArray


@dataclass(frozen=True)
class Risk:
    r"""The weight of bad futures: :math:`(1 - w)\,E[C] + w\,\mathrm{CVaR}_\alpha[C]`.

    Parameters
    ----------
    tail : float
        :math:`\alpha`, in [0, 1): the worst :math:`1 - \alpha` of futures are the tail.
    weight : float
        :math:`w`, in [0, 1]: nil minds the mean alone.

    Raises
    ------
    ValueError
        If either is out of its range.
    """

    tail: float
    weight: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.tail < 1.0:
            raise ValueError(f"tail must be at least 0 and below 1, not {self.tail}")
        if not 0.0 <= self.weight <= 1.0:
            raise ValueError(f"weight must be between 0 and 1, not {self.weight}")

    def of(self, costs: FloatArray) -> float:
        """Return what futures that are all as likely come to, £."""
        return float((1.0 - self.weight) * costs.mean() + self.weight * tail_mean(costs, self.tail))


def tail_mean(costs: FloatArray, tail: float) -> float:
    r"""Return :math:`\mathrm{CVaR}_\alpha`: the mean of the worst :math:`1 - \alpha` of the costs.

    Where that share is no whole number of futures, the last of them counts in part (Rockafellar and
    Uryasev, *Conditional value-at-risk for general loss distributions*, Journal of Banking &
    Finance 26, 2002).
    """
    worst = np.sort(costs)[::-1]
    share = (1.0 - tail) * len(costs)
    counted = np.clip(share - np.arange(len(costs)), 0.0, 1.0)
    return float(counted @ worst / share)
