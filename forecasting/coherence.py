"""Forecasts of totals and their parts, made to add up as published and on every path."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.arrays import FloatArray
from forecasting.distributions import Mixture
from forecasting.families import Family, find_families
from forecasting.fitting import Fitted
from forecasting.hierarchy import Hierarchy
from forecasting.panel import Series
from forecasting.paths import Paths, draw_paths
from forecasting.weighting import Weighted
from forecasting.widths import fit_widths

DRAWS = 4_000
"""Paths that published figures are taken from: a median is then within 2% of a standard deviation,
a bound of the 80% interval within 3% and of the 95% interval within 5%, two times in three."""
SEED = 2015
"""Of these paths, so that the same history gives the same figures."""
SUMMED = "sum of its parts"
"""The model of a total that has no forecast of its own."""


@dataclass(frozen=True)
class Settled:
    r"""A family, and how its paths are moved to where they add up.

    .. math:: \tilde b = \tilde\mu + M (\hat b - \hat\mu)

    moves every path of the bottom series, so that their means :math:`\hat\mu` are reconciled and
    `M` gives each series of the family, totals too, the width of its own forecast, which was
    measured out of sample. Reconciling paths one by one would narrow them as far as the errors of
    totals and parts seem to differ; but they hardly do, and correlations are shrunk. Of 16
    simulations of 40 families of three parts, totals so made covered 55 to 76% where 80% was
    claimed, 66% on average; those made with `M` covered 84% on average.

    Parameters
    ----------
    family : Family
        The family.
    mean, centre : arrays of shape (bottom, periods)
        :math:`\hat\mu` and :math:`\tilde\mu`; the first is NaN where the history goes on.
    mix : array of shape (periods, bottom, bottom)
        `M`, see ``forecasting.widths``.
    """

    family: Family
    mean: FloatArray
    centre: FloatArray
    mix: FloatArray

    def add_up(self, own: FloatArray) -> FloatArray:
        """Return paths that add up, array of shape (series, periods, path), of those that do not.

        NaN where the table has no row. What is confirmed is as it was announced, and what cannot
        fall below nought is lifted to it, each with the least change to the other series.
        """
        family, hierarchy = self.family, self.family.hierarchy
        errors = own[hierarchy.bottom_rows] - self.mean[:, :, np.newaxis]
        mixed = np.einsum("tij,jtp->itp", self.mix, np.nan_to_num(errors))
        bottom = self.centre[:, :, np.newaxis] + mixed
        made = family.reconciled(np.tensordot(hierarchy.summing, bottom, axes=1))
        fixed = family.fixed[:, :, np.newaxis]
        made = np.where(np.isnan(fixed), made, fixed)
        return np.where(family.rows[:, :, np.newaxis] < 0, np.nan, made)


def settle(family: Family, own: FloatArray) -> Settled:
    """Return what moves the paths of a family, learned from many of them.

    Parameters
    ----------
    family : Family
        The family.
    own : array of shape (series, periods, path)
        Paths of each series by itself; NaN where it has no forecast.

    Raises
    ------
    ValueError
        If what is confirmed contradicts itself.
    """
    bottom = family.hierarchy.bottom_rows
    mean, width = own.mean(axis=2), own.std(axis=2)
    errors = np.nan_to_num(own - mean[:, :, np.newaxis])[bottom]
    asked = np.isfinite(width) & np.isnan(family.fixed)
    mix = [
        fit_widths(
            errors[:, step] @ errors[:, step].T / own.shape[2],
            family.hierarchy.summing[asked[:, step]],
            width[asked[:, step], step],
        )
        for step in range(len(family.periods))
    ]
    return Settled(family, mean[bottom], family.reconciled(mean)[bottom], np.array(mix))


@dataclass(frozen=True)
class Coherence:
    """What makes a forecast add up.

    Parameters
    ----------
    families : tuple of Settled
        Each adds up apart from the others.
    rows : array of shape (cells,)
        The rows of the forecast's table that adding up moves.
    values : array of shape (cells, `DRAWS`)
        What each of them may be: its values on paths that add up.
    """

    families: tuple[Settled, ...]
    rows: npt.NDArray[np.intp]
    values: FloatArray

    def quantile(self, own: FloatArray, q: float) -> FloatArray:
        """Return the `q` quantile of every row, given those of rows by themselves."""
        return self._placed(own, np.quantile(self.values, q, axis=1))

    def mean(self, own: FloatArray) -> FloatArray:
        """Return the mean of every row, given those of rows by themselves.

        As every path adds up, so do the means, but for rounding.
        """
        return self._placed(own, np.mean(self.values, axis=1))

    def paths(self, own: Paths) -> Paths:
        """Return paths that add up, of those that do not."""
        values = own.values.copy()
        for settled in self.families:
            cells = settled.family.cells(own)
            values[cells] = settled.add_up(own.values[cells])
        return replace(own, values=values)

    def _placed(self, own: FloatArray, moved: FloatArray) -> FloatArray:
        placed = own.copy()
        placed[self.rows] = moved
        return placed


NOTHING_ADDS_UP = Coherence((), np.empty(0, dtype=np.intp), np.empty((0, DRAWS)))
"""Of a forecast without totals."""


def with_totals(panel: Sequence[Weighted], hierarchy: Hierarchy) -> list[Weighted]:
    """Return the panel with a place for every total, in order of name.

    A total that has no history, or one that cannot be read, has the periods that all its parts are
    forecast for.
    """
    named = {one.fitted.series.name: one for one in panel}
    for row in np.flatnonzero(~hierarchy.is_bottom):
        name = hierarchy.series[row]
        total = named.get(name)
        if total is None or not total.fitted.series.periods:
            fault = "it has no history" if total is None else total.fitted.refusal
            parts = [
                set(named[part].fitted.series.periods)
                for part, counts in zip(hierarchy.bottom, hierarchy.summing[row], strict=True)
                if counts
            ]
            periods = tuple(sorted(set.intersection(*parts)))
            known = (None,) * len(periods)
            series = Series(name, np.zeros(0), periods=periods, known=known, fault=fault)
            named[name] = Weighted(Fitted(series, None), {}, (), np.empty((0, 0)))
    return [named[name] for name in sorted(named)]


def add_up(
    hierarchy: Hierarchy,
    panel: Sequence[Weighted],
    *,
    table: pd.DataFrame,
    distribution: Mixture,
    errors: pd.DataFrame,
) -> tuple[Coherence, dict[str, str]]:
    """Return what makes a forecast add up, and for each series how it does, or why it does not.

    The paths that it is learned from are drawn of the whole panel, as any others are.

    Parameters
    ----------
    hierarchy, panel, table, distribution, errors
        As in ``forecasting.families.find_families``; the panel has every total, see `with_totals`.
    """
    found, reasons = find_families(
        hierarchy, panel, table=table, distribution=distribution, errors=errors
    )
    rng = np.random.default_rng(SEED)
    drawn = draw_paths(table, distribution, errors, count=DRAWS, rng=rng)
    families: list[Settled] = []
    rows, values = [NOTHING_ADDS_UP.rows], [NOTHING_ADDS_UP.values]
    for family in found:
        try:
            own = drawn.values[family.cells(drawn)]
            settled = settle(family, own)
            made = settled.add_up(own)
        except (ArithmeticError, ValueError) as problem:
            # Announcements that contradict each other are a fault of this family alone.
            reasons |= dict.fromkeys(family.hierarchy.series, f"does not add up: {problem}")
            continue
        moved = (family.rows >= 0) & np.isnan(family.fixed)
        families.append(settled)
        rows.append(family.rows[moved])
        values.append(made[moved])
    return Coherence(tuple(families), np.concatenate(rows), np.concatenate(values)), reasons
