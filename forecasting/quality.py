"""How far the forecast of each series can be relied on: a grade from A to D, by written rules.

In the spirit of the Government's AQuA Book (HM Treasury, 2015; revised 2025), which asks that what
is uncertain be said with the figure. The limits in the rules are this project's judgement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np
import pandas as pd

from forecasting.against_naive import ALIKE, WORSE, scores_of, verdict_of
from forecasting.breaks import Event, split_events
from forecasting.calendar import EventKind
from forecasting.panel import Status
from forecasting.periods import Frequency, Period, parse_period, parse_periods

COLUMNS = (
    *("series", "grade", "periods", "missing", "breaks", "last"),
    *("mase", "naive_mase", "coverage80", "why"),
)


@dataclass(frozen=True)
class Evidence:
    """What can be said of one series.

    Parameters
    ----------
    failed : bool
        Whether it cannot be forecast; then nothing else is known.
    announced : str
        ``"confirmed"`` where every period ahead is; ``"announced"`` where all are given, in some
        way; else empty.
    periods, missing, breaks : int
        Values that are used, confirmed ones that follow on among them; periods between the first
        and the last without one; known pulses and steps.
    since_step : float
        Values from the last step on; infinity where there is none.
    constant : bool
        Whether all values are the same.
    last : Period, optional
        Of the last value.
    behind : int
        Periods from there to the last that could be known.
    origins : int
        Points of its past that it was tried from.
    mase, naive_mase, coverage80 : float
        Of the combination, and of the better naive forecast; NaN where not tried.
    """

    failed: bool = False
    announced: str = ""
    periods: int = 0
    missing: int = 0
    breaks: int = 0
    since_step: float = np.inf
    constant: bool = False
    last: Period | None = None
    behind: int = 0
    origins: int = 0
    mase: float = np.nan
    naive_mase: float = np.nan
    coverage80: float = np.nan

    @property
    def per_year(self) -> int:
        """Periods in a year; plain integers count as years."""
        return 1 if self.last is None else self.last.per_year

    @property
    def lacking(self) -> float:
        """The share of periods that are missing."""
        return self.missing / max(1, self.missing + self.periods)


@dataclass(frozen=True)
class Rule:
    """A reason why a series can be graded no better than `grade`.

    Parameters
    ----------
    grade : str
        B, C or D.
    when : str
        When it holds, in words.
    holds : callable
        Whether it does.
    finding : str
        What was found, with the figures of the evidence in braces.
    """

    grade: str
    when: str
    holds: Callable[[Evidence], bool]
    finding: str


_GAPS = "{missing} of its {span} periods are missing"
_AGE = "its last value is of {last}, {age} behind"

RULES: tuple[Rule, ...] = (
    Rule("D", "it cannot be forecast", lambda e: e.failed, "it cannot be forecast"),
    Rule(
        "D",
        "it is too short for a forecast to be tried on its own past",
        lambda e: not e.failed and e.origins == 0,
        "with {values} no forecast can be tried on its own past",
    ),
    Rule(
        "C",
        "it has fewer than 8 values, or under 3 years of them",
        lambda e: e.periods < 8 or e.periods < 3 * e.per_year,
        "{values} are too few to tell a trend from chance",
    ),
    Rule("C", "over a quarter of it is missing", lambda e: e.lacking > 0.25, _GAPS),
    Rule(
        "C",
        "its last value is 2 years behind, or more",
        lambda e: e.behind >= 2 * e.per_year,
        _AGE,
    ),
    Rule(
        "C",
        "fewer than 4 values follow a known step",
        lambda e: e.since_step < 4,
        "only {since_step} of its values follow a known step",
    ),
    Rule(
        "C",
        "it has never changed",
        lambda e: e.constant,
        "it has never changed, so nothing tells how far it could",
    ),
    Rule(
        "C",
        "tried on its past, it erred by over twice the usual step of its history",
        lambda e: e.mase > 2.0,
        "tried on its past, it erred by {mase:.1f} times the usual step of its history",
    ),
    Rule(
        "C",
        "tried on its past, its 80% intervals held under half of what came",
        lambda e: e.coverage80 < 0.5,
        "its 80% intervals held {coverage80:.0%} of what came",
    ),
    Rule(
        "B",
        "it has fewer than 12 values, or under 5 years of them",
        lambda e: e.periods < 12 or e.periods < 5 * e.per_year,
        "{values} show a trend, but hardly where it turns",
    ),
    Rule("B", "over a tenth of it is missing", lambda e: e.lacking > 0.1, _GAPS),
    Rule("B", "its last value is a year behind", lambda e: e.behind >= e.per_year, _AGE),
    Rule("B", "it has a known break", lambda e: e.breaks > 0, "known breaks: {breaks}"),
    Rule(
        "B",
        "tried on its past, it was no better than naive",
        lambda e: verdict_of(e.mase, e.naive_mase) in (ALIKE, WORSE),
        "tried on its past, it was no better than naive",
    ),
)
"""A series has the worst grade of the rules that hold, and A where none does."""


def grade(
    history: pd.DataFrame,
    *,
    table: pd.DataFrame,
    backtest: pd.DataFrame,
    events: pd.DataFrame | None = None,
    until: str | int | None = None,
) -> pd.DataFrame:
    """Return series, grade, periods, missing, breaks, last, mase, naive_mase, coverage80, why.

    Parameters
    ----------
    history, events : DataFrame
        As given to ``forecasting.forecasts.forecast``.
    table, backtest : DataFrame
        As it gave back; there is a row here for each series of `table`.
    until : str or int, optional
        The last period that could be known. Where it is not given, the latest value of any series
        of the same frequency.
    """
    past = {str(name): rows for name, rows in history.groupby("series")}
    marks, scores = split_events(events), scores_of(backtest)
    found = {
        str(name): _evidence(past.get(str(name)), ahead, marks.get(str(name), ()))
        for name, ahead in table.groupby("series")
    }
    lasts = [evidence.last for evidence in found.values() if evidence.last is not None]
    rows = []
    for name, alone in found.items():
        score = scores.loc[name].to_dict() if name in scores.index else {}
        evidence = replace(alone, behind=_behind(alone.last, lasts, until), **score)
        shown = {column: getattr(evidence, column) for column in COLUMNS[2:-1]}
        letter, why = _judge(evidence)
        last = "" if evidence.last is None else evidence.last.label
        rows.append({"series": name, "grade": letter, **shown, "last": last, "why": why})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _judge(evidence: Evidence) -> tuple[str, str]:
    """Return the grade, and why in a sentence."""
    if evidence.announced == Status.CONFIRMED:
        return "A", "Every period ahead is confirmed."
    facts = vars(evidence) | {
        "values": _counted(evidence.periods, "value"),
        "span": evidence.missing + evidence.periods,
        "age": _counted(evidence.behind, _unit(evidence.last)),
    }
    held = [rule for rule in RULES if rule.holds(evidence)]
    letter = max((rule.grade for rule in held), default="A")
    found = [rule.finding.format(**facts) for rule in held if rule.grade == letter]
    why = "; ".join(found) or f"{facts['values']}, and no rule holds against it"
    if evidence.announced:
        why += "; the figures ahead are announced, so the grade is that of their spread"
    return letter, f"{why[0].upper()}{why[1:]}."


def _evidence(past: pd.DataFrame | None, ahead: pd.DataFrame, events: Sequence[Event]) -> Evidence:
    """Return what the history of a series says, before it is compared with others or tried."""
    statuses = [Status(status) for status in ahead["status"]]
    if Status.FAILED in statuses:
        return Evidence(failed=True)
    firm = len(list(takewhile(lambda status: status is Status.CONFIRMED, statuses)))
    rows = [] if past is None else list(zip(past["period"], past["value"], strict=True))
    rows += list(zip(ahead["period"][:firm], ahead["median"][:firm], strict=True))
    dates = parse_periods([*(label for label, _ in rows), *(event.label for event in events)])
    kinds = dict(zip(dates[len(rows) :], (event.kind for event in events), strict=True))
    known = {
        date: value
        for date, (_, value) in zip(dates, rows, strict=False)
        if np.isfinite(value) and kinds.get(date) is not EventKind.MISSING
    }
    used = [date for date in known if kinds.get(date) is not EventKind.PULSE]
    steps = [date for date, kind in kinds.items() if kind is EventKind.STEP]
    given = Status.FORECAST not in statuses
    return Evidence(
        announced=(Status.CONFIRMED if firm == len(statuses) else "announced") if given else "",
        periods=len(used),
        missing=max(known) - min(known) + 1 - len(known) if known else 0,
        breaks=sum(kind is not EventKind.MISSING for kind in kinds.values()),
        since_step=sum(date >= max(steps) for date in used) if steps else np.inf,
        constant=len({known[date] for date in used}) == 1 and len(used) > 1,
        last=max(used, default=None),
    )


def _behind(last: Period | None, lasts: Sequence[Period], until: str | int | None) -> int:
    """Return how many periods a last value lies behind the last that could be known."""
    if last is None:
        return 0
    if until is not None:
        return max(0, parse_period(until, frequency=last.frequency) - last)
    return max(one for one in lasts if one.frequency is last.frequency) - last


def _unit(period: Period | None) -> str:
    """Return what a period is called."""
    if period is None or period.frequency is Frequency.INTEGER:
        return "period"
    return str(period.frequency)


def _counted(number: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
