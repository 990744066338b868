"""The room's one verb: a panel's history in, its forecast with the evidence for it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.coherence import NOTHING_ADDS_UP, SUMMED, Coherence, add_up, with_totals
from forecasting.distributions import Mixture, stack
from forecasting.fitting import Say, fit_panel
from forecasting.hierarchy import Hierarchy, build_hierarchy
from forecasting.panel import Status, read_panel
from forecasting.paths import Paths, draw_paths
from forecasting.periods import Period
from forecasting.scoring import score_panel
from forecasting.trials import trial_table
from forecasting.weighting import Weighted, weigh_panel

QUANTILES = {"median": 0.5, "lo80": 0.1, "hi80": 0.9, "lo95": 0.025, "hi95": 0.975}
"""The columns of a forecast that are quantiles."""
WEIGHT_COLUMNS = ("series", "model", "weight", "reason")


@dataclass(frozen=True)
class Forecast:
    """A panel's forecast, and how it came about. Its tables are read only.

    Parameters
    ----------
    table : DataFrame
        series, period, mean, median, lo80, hi80, lo95, hi95, status, models: a row for each series
        and future period, in the units of the series. A `failed` row has no numbers.
    backtest : DataFrame
        series, model, origins, mase, rmsse, coverage80, coverage95: a row for each candidate and
        for the combination, on periods that they had not seen.
    weights : DataFrame
        series, model, weight, reason: a row for each candidate, with its weight in the forecast or
        the reason why it has none.
    errors : DataFrame
        series, period, value: the combination's one-step errors within the history, in units of
        their standard error.
    trials : DataFrame
        series, origin, period, median, lo80, hi80, actual: what the combination would have said at
        earlier points of the history, see ``forecasting.trials``.
    distribution : Mixture
        What is believed of each row of `table` by itself, before it is made to add up.
    coherence : Coherence
        What makes totals and their parts add up; empty where there are none.
    """

    table: pd.DataFrame
    backtest: pd.DataFrame
    weights: pd.DataFrame
    errors: pd.DataFrame
    trials: pd.DataFrame
    distribution: Mixture
    coherence: Coherence = NOTHING_ADDS_UP

    def quantile(self, q: float) -> pd.DataFrame:
        """Return series, period, value: the `q` quantile of every row of the table.

        Raises
        ------
        ValueError
            If `q` is not between 0 and 1.
        """
        value = self.coherence.quantile(self.distribution.quantile(q), q)
        return self.table[["series", "period"]].assign(value=value)

    def paths(self, count: int, *, seed: int) -> Paths:
        """Draw joint futures of every row of the table, see ``forecasting.paths.draw_paths``.

        On each path totals are the sums of their parts. The quantiles of such series are then those
        of the table to within the Monte Carlo error of both, see ``forecasting.coherence``; those
        of the others much nearer.

        Raises
        ------
        ValueError
            If `count` is not positive.
        """
        rng = np.random.default_rng(seed)
        own = draw_paths(self.table, self.distribution, self.errors, count=count, rng=rng)
        return self.coherence.paths(own)


def forecast(  # noqa: PLR0913 - all but two may be left out
    history: pd.DataFrame,
    *,
    horizon: int | Mapping[str, int],
    known: pd.DataFrame | None = None,
    drivers: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    parts: pd.DataFrame | None = None,
    season: int | None = None,
    jobs: int | None = None,
    say: Say = lambda _: None,
) -> Forecast:
    """Forecast every series of a panel, with prediction intervals and the evidence for them.

    Each series is forecast by several statsmodels models, weighted by their errors at rolling
    origins over the whole panel. A faulty series stops no other: its rows have status `failed`, and
    `weights` says why.

    Parameters
    ----------
    history : DataFrame
        series, period, value: one row a period, in any order. Periods are labels as in
        ``forecasting.periods``, or integers. A value that is NaN, or a period between others that
        has no row, is missing.
    horizon : int or mapping of str to int
        Periods to forecast after the last of each series; a mapping also picks the series.
    known : DataFrame, optional
        series, period, value, status: future values that are announced. What is `confirmed` has no
        spread, and is history to the models where it follows on the history. What is `indicative`
        or `assumed` is the median, with the spread of the forecast round it. Announcements after
        the horizon are not used. A series without history begins with its first announcement.
    drivers : DataFrame, optional
        series, period, value: what the series is proportional to, such as a population. The series
        is forecast per unit of it, and multiplied by its future. A driver that is not above nought
        throughout history and horizon is not used, and `weights` says so.
    events : DataFrame, optional
        series, period, kind: known breaks. What is `missing`, or a `pulse`, is not used; before a
        `step` the history is moved to the level after it.
    parts : DataFrame, optional
        total, part: a row for each part of each total, of any depth, see
        ``forecasting.hierarchy.build_hierarchy``. These series are made to add up, each moved as
        little as its errors allow, and `weights` says by which method; the other series are left as
        they are. What is confirmed stands; what is indicative or assumed moves with the rest. A
        total without a history is the sum of its parts. `backtest` and `trials` are of each series
        by itself.
    season : int, optional
        Periods in a season, where periods are plain integers.
    jobs : int, optional
        Processes to share the series among; what comes out does not depend on it.
    say : callable, optional
        Told, in a few words, how many series are done.

    Returns
    -------
    Forecast
        Rows in order of series and period.

    Raises
    ------
    ValueError
        If a table lacks a column, its values are not numbers, a status is not known or a horizon is
        not a positive whole number, or parts cannot be parts: faults of the caller, not of a
        series.

    Examples
    --------
    >>> visits = [5.0, 8.0, 7.0, 9.0, 8.0, 10.0]
    >>> past = pd.DataFrame({"series": "visits", "period": range(1, 7), "value": visits})
    >>> ahead = forecast(past, horizon=2).table
    >>> ahead["period"].to_list(), bool((ahead["lo80"] < ahead["median"]).all())
    ([7, 8], True)
    """
    read = read_panel(
        history, horizon=horizon, known=known, drivers=drivers, events=events, season=season
    )
    hierarchy = (
        None if parts is None else build_hierarchy(parts, forecast=[one.name for one in read])
    )
    panel = weigh_panel(fit_panel(read, jobs=jobs, say=say))
    if hierarchy is not None:
        panel = with_totals(panel, hierarchy)
    distribution = stack([one.distribution() for one in panel])
    integers = all(
        pd.api.types.is_integer_dtype(table["period"])
        for table in (history, known)
        if table is not None and len(table)
    )
    made = Forecast(
        table=_table(panel, distribution, integers=integers),
        backtest=score_panel(panel),
        weights=pd.DataFrame(
            [(one.fitted.series.name, *row) for one in panel for row in one.reasons()],
            columns=list(WEIGHT_COLUMNS),
        ),
        errors=_errors(panel),
        trials=trial_table(panel),
        distribution=distribution,
    )
    return made if hierarchy is None else _coherent(made, panel, hierarchy)


def _coherent(made: Forecast, panel: Sequence[Weighted], hierarchy: Hierarchy) -> Forecast:
    """Return a forecast with totals and parts that add up."""
    coherence, reasons = add_up(
        hierarchy,
        panel,
        table=made.table,
        distribution=made.distribution,
        errors=made.errors,
    )
    own = {name: made.table[name].to_numpy() for name in ("mean", *QUANTILES)}
    numbers = {name: coherence.quantile(own[name], q) for name, q in QUANTILES.items()}
    moved = np.isin(np.arange(len(made.table)), coherence.rows)
    summed = moved & (made.table["status"] == Status.FAILED).to_numpy()
    said = pd.DataFrame(
        [(name, "hierarchy", 0.0, reason) for name, reason in reasons.items()],
        columns=list(WEIGHT_COLUMNS),
    )
    weights = pd.concat([made.weights, said]).sort_values("series", kind="stable")
    return replace(
        made,
        table=made.table.assign(
            mean=coherence.mean(own["mean"]),
            **numbers,
            status=made.table["status"].mask(summed, str(Status.FORECAST)),
            models=made.table["models"].mask(summed, SUMMED),
        ),
        weights=weights.reset_index(drop=True),
        coherence=coherence,
    )


def _errors(panel: Sequence[Weighted]) -> pd.DataFrame:
    """Return the errors of every series, by the label of their period."""
    rows = [
        (one.fitted.series.name, period.label, error)
        for one in panel
        for period, error in zip(one.fitted.series.past, one.errors(), strict=True)
        if np.isfinite(error)
    ]
    table = pd.DataFrame(rows, columns=["series", "period", "value"])
    return table.astype({"series": "str", "period": "str", "value": float})


def _table(panel: Sequence[Weighted], distribution: Mixture, *, integers: bool) -> pd.DataFrame:
    """Return a row for each series and future period; without numbers where it failed."""
    rows = [
        (one.fitted.series.name, period, status, _models(one, status))
        for one in panel
        for period, status in _statuses(one)
    ]
    names, periods, statuses, models = zip(*rows, strict=True) if rows else ((), (), (), ())
    labels = [period if period is None else period.label for period in periods]
    whole = integers and None not in labels
    quantiles = {name: distribution.quantile(q) for name, q in QUANTILES.items()}
    return pd.DataFrame(
        {
            "series": pd.Series(names, dtype="str"),
            "period": [int(str(label)) for label in labels]
            if whole
            else pd.Series(labels, dtype="str"),
            "mean": distribution.mean(),
            **quantiles,
            "status": pd.Series([str(status) for status in statuses], dtype="str"),
            "models": pd.Series(models, dtype="str"),
        }
    )


def _statuses(one: Weighted) -> list[tuple[Period | None, Status]]:
    """Return every period with its status; one that cannot be told if there is none."""
    given = zip(one.fitted.series.periods, one.fitted.series.known, strict=True)
    return [
        (period, Status.FORECAST if known is None else known.status)
        if one.weights or (known is not None and known.status is Status.CONFIRMED)
        else (period, Status.FAILED)
        for period, known in given
    ] or [(None, Status.FAILED)]


def _models(one: Weighted, status: Status) -> str:
    """Return which models made a value, in words."""
    if status is Status.FAILED:
        return ""
    if status is Status.CONFIRMED:
        return "announced"
    heaviest = sorted(one.weights, key=lambda name: -one.weights[name])
    mixed = " + ".join(f"{name} {one.weights[name]:.2f}" for name in heaviest)
    return mixed if status is Status.FORECAST else f"announced, with the spread of {mixed}"
