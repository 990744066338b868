"""The series of a panel that add up, with all that it takes to make their forecasts do so."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtri

from forecasting.arrays import FloatArray
from forecasting.base_errors import Choice, choose_method, error_covariance
from forecasting.distributions import Mixture
from forecasting.hierarchy import Hierarchy
from forecasting.panel import Status
from forecasting.paths import Paths
from forecasting.periods import Period
from forecasting.reconciliation import reconcile
from forecasting.weighting import Weighted


@dataclass(frozen=True)
class Family:
    """Series that add up, and what their reconciliation asks for.

    Parameters
    ----------
    hierarchy : Hierarchy
        Which add up to which.
    periods : tuple of str or int
        In which they do, labelled as in the forecast's table.
    rows : array of shape (series, periods)
        Of that table; -1 where it has none, as the history goes on there.
    covariance : array of shape (series, series)
        `W`, see ``forecasting.base_errors``.
    fixed : array of shape (series, periods)
        What is confirmed, or in the history; NaN where nothing is.
    nonnegative : array of shape (bottom,)
        Which bottom series do not fall below nought.
    """

    hierarchy: Hierarchy
    periods: tuple[str | int, ...]
    rows: npt.NDArray[np.intp]
    covariance: FloatArray
    fixed: FloatArray
    nonnegative: npt.NDArray[np.bool_]

    def cells(self, paths: Paths) -> tuple[npt.NDArray[np.intp], ...]:
        """Return where the family's series and periods stand in the array of some paths."""
        rows = [paths.series.index(name) for name in self.hierarchy.series]
        # Years and months may be labelled alike: the family's are those that it has values in.
        dated = np.any(np.isfinite(paths.values[rows, :, 0]), axis=0).tolist()
        column = {label: i for i, label in enumerate(paths.periods) if dated[i]}
        columns = [column[label] for label in self.periods]
        return np.ix_(rows, columns)

    def reconciled(self, base: FloatArray) -> FloatArray:
        """Return forecasts that add up, or paths, as ``reconciliation.reconcile`` makes them.

        Raises
        ------
        ValueError
            If what is confirmed contradicts itself.
        """
        return reconcile(
            base,
            self.hierarchy,
            self.covariance,
            fixed=self.fixed,
            nonnegative=self.nonnegative,
        )


def find_families(
    hierarchy: Hierarchy,
    panel: Sequence[Weighted],
    *,
    table: pd.DataFrame,
    distribution: Mixture,
    errors: pd.DataFrame,
) -> tuple[list[Family], dict[str, str]]:
    """Return the families of a panel, and for each series how it is made to add up, or why not.

    A total cannot be made of its parts if one of them failed: what is left of the hierarchy adds up
    without the two, and falls apart into families that share no series. A family adds up in the
    periods for which each of its bottom series has a forecast or a history. The covariance of its
    errors is that of the one-step errors of the past, in units of each series.

    Parameters
    ----------
    hierarchy : Hierarchy
        Of series of the panel.
    panel : sequence of Weighted
        In the order of the table.
    table, distribution, errors
        Of the panel's forecast by series, as in ``forecasting.forecasts.Forecast``.
    """
    members = _members(hierarchy, panel, distribution)
    labels = table["period"].to_list()
    failed = sorted(name for name in hierarchy.bottom if members[name].failed)
    lack = f"does not add up: there is no forecast of {', '.join(failed)}"
    reasons = dict.fromkeys(hierarchy.series, lack)
    families = []
    for part in _split(hierarchy, failed):
        own = [members[name] for name in part.series]
        ahead = {period for one in own for period in one.rows}
        told = [{*members[name].rows, *members[name].known} for name in part.bottom]
        periods = sorted(ahead.intersection(*told))
        if not periods:
            alone = "does not add up: its parts have no period in common"
            reasons |= dict.fromkeys(part.series, alone)
            continue
        rows = np.array([[one.rows.get(period, -1) for period in periods] for one in own])
        residuals = _residuals(part, members, errors)
        # A total forecast by other periods than its parts says nothing of theirs.
        heard = part.is_bottom | (np.array([one.own for one in own]) & (rows >= 0).any(axis=1))
        choice = choose_method(part, residuals, forecast=heard)
        family = Family(
            part,
            periods=tuple(labels[row] for row in rows.max(axis=0)),
            rows=rows,
            covariance=error_covariance(part, residuals, method=choice.method),
            fixed=np.array([[one.known.get(p, np.nan) for p in periods] for one in own]),
            nonnegative=np.array([members[name].floored for name in part.bottom]),
        )
        families.append(family)
        reasons |= _reasons(family, choice, left=[p.label for p in ahead.difference(periods)])
    return families, reasons


def _reasons(family: Family, choice: Choice, *, left: Sequence[str]) -> dict[str, str]:
    """Return how each series is made to add up, except in the periods that are left as they are."""
    said = f"made to add up by {choice.method}: {choice.reason}"
    if left:
        said += f"; but not in {', '.join(sorted(left))}, for which a part has no value"
    alone = "does not add up: it has no period in common with its parts"
    common = np.any(family.rows >= 0, axis=1).tolist()
    told = zip(family.hierarchy.series, common, strict=True)
    return {name: said if here else alone for name, here in told}


@dataclass(frozen=True)
class _Member:
    """What a hierarchy asks of one of its series.

    Parameters
    ----------
    rows : mapping of Period to int
        Of the forecast's table.
    known : mapping of Period to float
        Its history, and what is confirmed.
    own : bool
        Whether it has a forecast of its own.
    floored : bool
        Whether it does not fall below nought.
    spread : float
        The standard error of its first forecast, in its units; NaN if it has none.
    """

    rows: Mapping[Period, int]
    known: Mapping[Period, float]
    own: bool
    floored: bool
    spread: float

    @property
    def failed(self) -> bool:
        """Whether it has neither a forecast nor an announcement for each of its periods."""
        return not self.rows or (not self.own and any(p not in self.known for p in self.rows))


def _members(
    hierarchy: Hierarchy, panel: Sequence[Weighted], distribution: Mixture
) -> dict[str, _Member]:
    """Return the series of a hierarchy by name; the table has their rows in order of the panel."""
    members, first = {}, 0
    for one in panel:
        series = one.fitted.series
        if series.name in hierarchy.series:
            rows = {period: first + step for step, period in enumerate(series.periods)}
            past = zip(series.past, series.values * series.past_exposure, strict=True)
            firm = {
                period: known.value
                for period, known in zip(series.periods, series.known, strict=True)
                if known is not None and known.status is Status.CONFIRMED
            }
            known = {period: value for period, value in past if np.isfinite(value)} | firm
            doubtful = [row for period, row in rows.items() if period not in firm]
            members[series.name] = _Member(
                rows=rows,
                known=known,
                own=bool(one.weights),
                floored=series.floor == 0.0,
                spread=_spread(distribution.take(doubtful[:1])) if one.weights else np.nan,
            )
        first += max(len(series.periods), 1)
    return members


def _spread(cell: Mixture) -> float:
    r"""Return the width of the 95% interval over that of a standard normal.

    Wide enough for a tail of Student's t, and above nought where a count is mostly nought.
    """
    return float((cell.quantile(0.975) - cell.quantile(0.025))[0] / (2.0 * ndtri(0.975)))


def _split(hierarchy: Hierarchy, failed: Collection[str]) -> list[Hierarchy]:
    """Return apart what shares no series, without failed parts and the totals that contain them."""
    lost = np.isin(hierarchy.bottom, list(failed))
    rows = np.flatnonzero(~hierarchy.summing[:, lost].any(axis=1))
    summing = hierarchy.summing[rows]
    count, family = connected_components(summing @ summing.T, directed=False)
    parts = [rows[family == k] for k in range(count)]
    return [_part(hierarchy, part) for part in parts if len(part) > 1]


def _part(hierarchy: Hierarchy, rows: npt.NDArray[np.intp]) -> Hierarchy:
    columns = np.flatnonzero(hierarchy.summing[rows].any(axis=0))
    return Hierarchy(
        tuple(hierarchy.series[row] for row in rows),
        tuple(hierarchy.bottom[column] for column in columns),
        hierarchy.summing[np.ix_(rows, columns)],
    )


def _residuals(
    hierarchy: Hierarchy, members: Mapping[str, _Member], errors: pd.DataFrame
) -> FloatArray:
    """Return the one-step errors of the past in units of each series, shape (periods, series)."""
    names = list(hierarchy.series)
    past = errors[errors["series"].isin(names)]
    standard = past.pivot(index="period", columns="series", values="value").reindex(columns=names)
    spread = np.array([members[name].spread for name in names])
    return np.asarray(standard.to_numpy(dtype=float) * spread)
