"""Whether a plan of the past would have said what came: sentences, each with its figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

from planning.depletion import POUND, Depletion, share_needed
from planning.outlook import Outlook
from planning.outturn import INSIDE, SAME, beside_forecast, reserves_left
from planning.summary import illustrative_line

EVENS, RISK = 0.5, 0.1
"""Chances from which reserves run out rather than not, and from which that is told as a risk: the
lower end of the 80% interval is then about at the minimum, or below."""

YES = "yes"
"""What says that they do."""

ERRORS = 2.0
"""Standard errors within which a chance is no different from evens."""

FUTURES_OF_TEN = 0.1
"""The share of futures in which reserves may run out, to be nine tenths sure."""


@dataclass(frozen=True)
class Verdict:
    """The answer in a sentence, and the sentences behind it.

    Parameters
    ----------
    answer : str
        What there is to say.
    lines : tuple of str
        Why, each with figures.
    """

    answer: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        """Return the answer and its reasons, a line each."""
        return "\n".join([self.answer, *self.lines])

    def _repr_html_(self) -> str:
        """Return the answer and its reasons."""
        items = "".join(f"<li>{escape(line)}</li>" for line in self.lines)
        page = f"<p><strong>{escape(self.answer)}</strong></p><ul>{items}</ul>"
        # A browser may break a line after the sign, but not at a word joiner.
        return page.replace("−£", "−&#8288;£")


def verdict_of(
    outlook: Outlook,
    outturn: pd.DataFrame,
    *,
    depletions: tuple[Depletion, ...],
    budgets: Mapping[str, pd.DataFrame],
    year_out: str,
) -> Verdict:
    """Return whether reserves were said to run out, as they did.

    Parameters
    ----------
    outlook : Outlook
        The forecast from before the plan.
    outturn : DataFrame
        What came, see ``planning.outturn``.
    depletions : tuple of Depletion
        Reserves with nothing planned anew; the first without a haircut.
    budgets : mapping of str to DataFrame
        ``budget.csv`` of the plan made for each of them, by name.
    year_out : str
        When reserves fell below their minimum; blank if they did not.
    """
    left = reserves_left(outturn)
    when = year_out or str(left["year"].iloc[-1])
    plans = [_plan_line(one, budgets[one.delivery.name], left, when) for one in depletions]
    return Verdict(
        _answer(depletions, when=when, ran_out=bool(year_out)),
        (
            *(_chance_line(one, when) for one in depletions),
            _needed_line(outlook, when),
            _came_line(left, when, minimum=depletions[0].minimum, events=_events(outturn)),
            _middle_line(depletions, left, when),
            *plans,
            _forecast_line(beside_forecast(outlook, outturn)),
            illustrative_line(outlook.case, "every chance here"),
        ),
    )


def word(one: Depletion, year: str) -> str:
    """Return whether it says that reserves run out by a year: in four words or fewer."""
    row = one.chances().set_index("year").loc[year]
    if abs(row["run_out"] - EVENS) <= ERRORS * row["se"]:
        return "as likely as not"
    if row["run_out"] > EVENS:
        return YES
    return "as a risk only" if row["run_out"] >= RISK else "no"


def _answer(depletions: tuple[Depletion, ...], *, when: str, ran_out: bool) -> str:
    """Say whether the tool said what came."""
    words = {one.delivery.name: word(one, when) for one in depletions}
    what = f"that reserves run out by March {_ends(when)}"
    if not ran_out:
        what += ", which they did not"
    said = list(words.values())
    told = "; ".join(f"{name[:1].lower()}{name[1:]}: {one}" for name, one in words.items())
    if said[0] == YES:
        return f"The tool says {what}, even without a haircut on savings and trade ({told})."
    if YES in said:
        middle = depletions[said.index(YES)].year_by(EVENS)
        return (
            f"The tool says {what}, but only with a haircut on savings and trade ({told}). With it "
            f"they are likelier gone than not by March {_ends(middle)}."
        )
    return f"The tool does not say {what}, with or without a haircut ({told})."


def _chance_line(one: Depletion, when: str) -> str:
    """Say how likely reserves are to run out under one delivery, and when they do."""
    row = one.chances().set_index("year").loc[when]
    band = one.bands().set_index("year").loc[when]
    middle = one.year_by(EVENS)
    year = f"likelier than not by March {_ends(middle)}" if middle else "never likelier than not"
    return (
        f"{one.delivery.name}: {word(one, when)}. Run out by March {_ends(when)} in "
        f"{row['run_out']:.0%} of futures, {year}; {_m(band['median'])} then left in the middle, "
        f"{_m(band['lo80'])} to {_m(band['hi80'])} in four futures of five"
    )


def _needed_line(outlook: Outlook, when: str) -> str:
    """Say what share of the savings had to come."""
    told = []
    for chance, words in ((FUTURES_OF_TEN, "nine futures of ten"), (EVENS, "half the futures")):
        least = share_needed(outlook, year=when, chance=chance)
        told.append(f"{words}: " + ("not even all" if least is None else f"{least:.0%}"))
    return (
        f"Share of the proposed savings that had to come, on time, for reserves to last to March "
        f"{_ends(when)} in {', in '.join(told)}. What share would come is assumed, not forecast"
    )


def _events(outturn: pd.DataFrame) -> str:
    """Return what events came, and when."""
    rows = outturn[outturn["kind"] == "event"].itertuples(index=False)
    return "".join(f"{row.name or row.series} on {row.note or row.period}; " for row in rows)


def _came_line(left: pd.DataFrame, when: str, *, minimum: float, events: str) -> str:
    """Say what came, with and without one-off money."""
    table = left.set_index("year")
    once = table.loc[:when, "one_off"].sum()
    came = (
        f"What came: {events}reserves of {_m(table.at[when, 'balance'])} at the end of March "
        f"{_ends(when)}, against a minimum of {_m(minimum)}"
    )
    if once == 0.0:
        return came
    came += (
        f". Without the {_m(once)} of one-off money used by then they would have been "
        f"{_m(table.at[when, 'without'])}"
    )
    below = table.index[table["without"] < minimum]
    if len(below) and below[0] < when:
        came += f", and {_m(table.at[below[0], 'without'])} already in March {_ends(below[0])}"
    return f"{came}, all else the same"


def _middle_line(depletions: tuple[Depletion, ...], left: pd.DataFrame, when: str) -> str:
    """Lay the middle of each projection beside what was left, year by year."""
    table = left.set_index("year")
    years = [year for year in depletions[0].case.years if year in table.index and year <= when]
    paths = {one.delivery.name: one.bands().set_index("year")["median"] for one in depletions}
    paths["What came"] = table["balance"]
    if table["one_off"].any():
        paths["What came without one-off money"] = table["without"]
    told = [f"{name} {', '.join(map(_m, path.loc[years]))}" for name, path in paths.items()]
    return f"Reserves at the end of {', '.join(years)}, in the middle: {'; '.join(told)}"


def _plan_line(one: Depletion, budget: pd.DataFrame, left: pd.DataFrame, when: str) -> str:
    """Say what the plan itself held in reserve, and from when on something is uncovered."""
    came = float(left.set_index("year").at[when, "balance"])
    held = float(budget.set_index("year").at[when, "reserves_balance"])
    spent = budget[budget["reserves_balance"] < one.minimum + POUND]
    gap = budget[budget["managed_gap"] > POUND]
    parts = [f"{_m(held)} in hand in March {_ends(when)}, where {_m(came)} was left"]
    if len(spent):
        parts.append(f"reserves at their minimum by March {_ends(spent['year'].iloc[0])}")
    if len(gap):
        parts.append(f"{_m(gap['managed_gap'].sum())} uncovered from {gap['year'].iloc[0]} on")
    name = one.delivery.name
    return f"The plan made for {name[:1].lower()}{name[1:]}: {'; '.join(parts)}"


def _forecast_line(beside: pd.DataFrame) -> str:
    """Say how many outturns fell inside, and to which side of the middle they came."""
    like = beside[beside["basis"] == SAME]
    above = like["outturn"] > like["median"]
    sides = [
        f"{kind} came above the middle in {above[own].sum()} of {own.sum()}"
        for kind, own in ((kind, like["kind"] == kind) for kind in ("demand", "income"))
        if own.any()
    ]
    return (
        f"Forecasts: {(like['in80'] == INSIDE).sum()} of {len(like)} outturns inside the 80% "
        f"interval, {(like['in95'] == INSIDE).sum()} inside the 95%; {', '.join(sides)}"
    )


def _m(pounds: float) -> str:
    """Return pounds in millions to one place."""
    text = f"£{abs(pounds) / 1e6:,.1f}m"
    return text if pounds >= 0.0 or text == "£0.0m" else f"−{text}"


def _ends(year: str) -> int:
    """Return the calendar year in which a financial year ends."""
    return int(year[:4]) + 1
