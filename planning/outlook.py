"""From a case's history to its outlook: demand and income over the plan's years, with intervals."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from forecasting import Forecast, forecast
from forecasting.paths import Paths
from forecasting.periods import parse_period
from forecasting.quality import grade
from planning.case import Case
from planning.explained import (
    accuracy_view,
    key_of,
    naive_view,
    part_year_note,
    part_year_reasons,
    quality_view,
    track_of,
    why_view,
)
from planning.history import (
    History,
    demand_history,
    driver_history,
    event_history,
    income_history,
    known_income,
)
from planning.papers.charts import Chart, jaws, jaws_title
from planning.papers.charts_forecast import track
from planning.papers.view import View, html_table
from planning.planned_for import planned_demand, planned_income
from planning.pressure import banded, changes, cost_of_demand, income_by_year, unit_prices
from planning.tables.edits import OUTLOOK
from planning.tables.faults import Fault, InputError
from planning.tables.schema import SETTINGS_FILE

PATHS = 2_000
"""Futures drawn: enough for an 80% interval to a hundredth of its width."""


FORECAST_FROM = {"demand", "drivers", "events", "income", "services", "streams", SETTINGS_FILE}
"""What an edit of makes another forecast."""

PLANNED_AT = {
    (SETTINGS_FILE, "plan.demand_quantile"),
    (SETTINGS_FILE, "plan.income_quantile"),
    ("services", "demand_quantile"),
}
"""But for these, which say where in the same forecast a plan stands."""


@dataclass(frozen=True)
class Outlook:
    """What is forecast for a case, and at which quantile it is planned for.

    Parameters
    ----------
    case : Case
        The case.
    forecast : DataFrame
        ``forecast.csv``: series, kind, period, mean, median, lo80, hi80, lo95, hi95, status,
        models.
    backtest : DataFrame
        ``backtest.csv``: series, model, origins, mase, rmsse, coverage80, coverage95.
    reasons : DataFrame
        series, model, weight, reason: how each series came to its forecast, rung by rung. The model
        ``history`` is a year that is known in part.
    grades : DataFrame
        series, grade, periods, missing, breaks, last, mase, naive_mase, coverage80, why: see
        ``forecasting.quality``.
    history : DataFrame
        series, period, value: financial years before the plan, series named as in `paths`.
    trials : DataFrame
        series, origin, period, median, lo80, hi80, actual: forecasts of the past, see
        ``forecasting.trials``; series named as in `paths`.
    demand : DataFrame
        service, locality, year, units: what is planned for.
    income : DataFrame
        stream, year, amount (£): what is planned for.
    paths : Paths
        Futures of demand and income together, series named ``demand:`` and ``income:``.
    made : Forecast
        What all this is read from: every quantile of it is there without another fit.
    """

    case: Case
    forecast: pd.DataFrame
    backtest: pd.DataFrame
    reasons: pd.DataFrame
    grades: pd.DataFrame
    history: pd.DataFrame
    trials: pd.DataFrame
    demand: pd.DataFrame
    income: pd.DataFrame
    paths: Paths
    made: Forecast

    def of(self, case: Case) -> "Outlook":
        """Return the same forecast for an edit of the case that leaves its history alone.

        Raises
        ------
        ValueError
            If the edit is of what is forecast from, so that it must be forecast anew.
        """
        if told := forecast_anew(case):
            raise ValueError(f"an edit of {', '.join(told)} must be forecast anew")
        demand, income = _planned(self.made, demand_history(case), income_history(case), case)
        return replace(self, case=case, demand=demand, income=income)

    def cost(self) -> pd.DataFrame:
        """Return the cost of demand at today's mix, see ``planning.pressure.cost_of_demand``."""
        return banded(self.case, cost_of_demand(self.case, self.paths))

    def available(self) -> pd.DataFrame:
        """Return income by year, see ``planning.pressure.income_by_year``."""
        return banded(self.case, income_by_year(self.case, self.paths))

    def jaws(self) -> Chart:
        """Return the chart of what demand costs against what there is to pay for it."""
        cost, income = self.cost(), self.available()
        return jaws(cost, income, title=jaws_title(cost, income))

    def series(self) -> View:
        """Return the forecast, series by series."""
        title = "Forecast with 80% and 95% prediction intervals"
        return View(title, self.forecast, part_year_note(self.reasons))

    def changes(self) -> View:
        """Return how far cost and each stream of income move from before the plan to its end."""
        return View(
            f"From the year before the plan to {self.case.years[-1]}, £",
            changes(self.case, self.paths),
            "Cost is that of forecast demand at today's mix of offers, before savings; the bounds "
            "are of the change, as 80% prediction intervals.",
        )

    def accuracy(self) -> View:
        """Return how the forecast did on years it had not seen."""
        return accuracy_view(self.backtest)

    def against_naive(self) -> View:
        """Return where the forecast is no better than carrying the last value forward."""
        return naive_view(self.backtest)

    def quality(self) -> View:
        """Return a grade for each series, see ``forecasting.quality``."""
        return quality_view(self.grades, note=part_year_note(self.reasons))

    def why(self, series: str) -> View:
        """Return how a series came to its forecast, model by model.

        Raises
        ------
        ValueError
            If the outlook has no such series.
        """
        key = key_of(series, self.paths.series)
        return why_view(key.partition(":")[2], self.reasons, self.backtest)

    def track(self, *series: str) -> Chart:
        """Return the chart of outturn, last forecast and new forecast of one to four series.

        Raises
        ------
        ValueError
            If the outlook has no such series, or there are none, or too many to read.
        """
        tracks = [
            track_of(
                self.case,
                key_of(one, self.paths.series),
                history=self.history,
                trials=self.trials,
                ahead=self.forecast,
            )
            for one in series
        ]
        source = f"Source: demand.csv and income.csv of the case of {self.case.name}."
        return track(tracks, source=source)

    def costliest(self, count: int) -> list[str]:
        """Return the series of demand that cost most in the plan's last year, the most first."""
        year = self.case.years[-1]
        last = self.demand[self.demand["year"] == year]
        cost = last["units"] * last["service"].map(unit_prices(self.case, year)).fillna(0.0)
        table = last.assign(cost=cost).nlargest(count, "cost")
        return [
            "/".join(filter(None, key))
            for key in zip(table["service"], table["locality"], strict=True)
        ]

    def _repr_html_(self) -> str:
        """Return the chart, and the cost and income behind it."""
        table = self.cost().merge(self.available(), on="year", suffixes=("_cost", "_income"))
        return self.jaws().html + html_table("Cost of demand at today's mix and income, £", table)


def forecast_anew(case: Case) -> list[str]:
    """Return the tables of which an edit of the case makes another forecast, in order of name."""
    told = {edit.table for edit in case.edits if (edit.table, edit.column) not in PLANNED_AT}
    return sorted(told & FORECAST_FROM)


def look_ahead(case: Case, *, say: Callable[[str], None] = lambda _: None) -> Outlook:
    """Forecast every series of a case over the years of its plan.

    Parameters
    ----------
    case : Case
        A case without faults.
    say : callable
        Told, in a few words, what is being done.

    Raises
    ------
    InputError
        If a series cannot be forecast: a plan cannot be made without it.
    """
    demand, income = demand_history(case), income_history(case)
    history = pd.concat([demand.history, income.history], ignore_index=True)
    horizon = demand.horizon | income.horizon
    events = event_history(case)
    say(f"Forecasting {len(horizon)} series of demand and income")
    made = forecast(
        history,
        horizon=horizon,
        known=known_income(case),
        drivers=driver_history(case, demand),
        events=events,
        parts=demand.part_table(),
        say=say,
    )
    names = {series: series.partition(":")[2] for series in [*demand.keys, *income.keys]}
    _refuse_failures(made, names)
    grades = grade(
        _of(history, names),
        table=_of(made.table, names),
        backtest=_of(made.backtest, names),
        events=_of(events, names),
        until=(parse_period(case.years[0]) + -1).label,
    )
    planned = _planned(made, demand, income, case)
    return Outlook(
        case=case,
        forecast=_forecast_table(made.table, names),
        backtest=_named(made.backtest, names),
        reasons=_named(pd.concat([made.weights, part_year_reasons(case)]), names),
        grades=_named(grades, names),
        history=_of(history, names),
        trials=_of(made.trials, names),
        demand=planned[0],
        income=planned[1],
        paths=made.paths(PATHS, seed=case.settings.seed).of(names),
        made=made,
    )


_KEY = {
    name: f"Write {'/'.join(key)}, where * stands for anything."
    for name, (key, _) in OUTLOOK.items()
}


def after_edits(table: pd.DataFrame, name: str, case: Case) -> pd.DataFrame:
    """Return what is planned for after the edits that the case's scenario makes of it."""
    key, column = OUTLOOK[name]
    values = table[column].to_numpy(dtype=float).copy()
    rows = table[list(key)].to_numpy().tolist()
    for edit in (edit for edit in case.edits if edit.table == name):
        places = [place for place, parts in enumerate(rows) if edit.matches(parts)]
        if not places:
            raise InputError([edit.fault("key", "nothing is forecast of this key", _KEY[name])])
        for place in places:
            values[place] = edit.figure(values[place])
    return table.assign(**{column: values})


def _refuse_failures(made: Forecast, names: dict[str, str]) -> None:
    """Raise every series that no forecast could be made for, with the reason.

    Raises
    ------
    InputError
        If there is one: a plan cannot be made without it.
    """
    failed = _of(made.table[made.table["status"] == "failed"], names)["series"].drop_duplicates()
    reasons = made.weights.groupby("series")["reason"].agg(
        lambda texts: "; ".join(dict.fromkeys(text for text in texts if text))
    )
    if len(failed):
        raise InputError(
            Fault(
                table=series.partition(":")[0],
                line=None,
                column="",
                value=names[series],
                wrong=f"the series cannot be forecast: {reasons.get(series, 'no reason given')}",
                remedy="Give a longer history, or announce every year of the plan.",
            )
            for series in failed
        )


def _of(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return the rows of the series that are planned for, without the totals of localities."""
    return table[table["series"].isin(names)].reset_index(drop=True)


def _named(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return the rows that are planned for, with the names of their series as the case has them."""
    own = _of(table, names)
    return own.assign(series=own["series"].map(names))


def _forecast_table(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return ``forecast.csv``: the forecaster's table with the kind of each series."""
    named = _named(table, names)
    kind = _of(table, names)["series"].str.partition(":")[0]
    named.insert(1, "kind", kind)
    return named.sort_values(["kind", "series", "period"], ignore_index=True)


def _planned(
    made: Forecast, demand: History, income: History, case: Case
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the demand and the income planned for, after what the case's edits make of them."""
    return (
        after_edits(planned_demand(made, demand, case), "outlook.demand", case),
        after_edits(planned_income(made, income, case), "outlook.income", case),
    )
