"""Evidence for the robustness of estimates and the adequacy of reserves; never the statement."""

from collections.abc import Iterator

import pandas as pd

from forecasting.scoring import COMBINATION
from planning.budget_paper import words
from planning.budget_paper.brief import Brief
from planning.budget_paper.exhibits import exhibit
from planning.counted import promised
from planning.papers.blocks import Block, Field, Head, Heading, Paragraph
from planning.papers.scale import Scale, scale_of

Finding = tuple[str, str, str]
"""What is asked, what the plan shows, and where that is."""


def evidence(brief: Brief) -> Iterator[Block]:
    """Yield findings in a table, and the blank for the officer's own report."""
    yield Heading(1, "Robustness of estimates and adequacy of reserves: evidence")
    yield Paragraph(words.SECTION_25)
    rows = pd.DataFrame(list(findings(brief)), columns=["asked", "found", "where"])
    yield exhibit(
        "Evidence for the report of the chief finance officer",
        {"asked": Head("What is asked", 2.0), "found": Head("What the plan shows", 4.0)}
        | {"where": Head("Where", 1.3)},
        rows,
        note="Money is rounded to £0.1m where it is in £m, else to £1,000 or £1.",
    )
    yield Field(words.SECTION_25_BLANK)


def findings(brief: Brief) -> Iterator[Finding]:
    """Yield what the plan's tables say of estimates and reserves."""
    yield from _forecasts(brief)
    yield _savings(brief)
    yield from _reserves(brief)
    yield _worst(brief)
    yield _assumptions(brief)
    yield (
        "Is the arithmetic right?",
        "Every rule and total was recomputed from the case's tables by a second program before "
        "the plan was written.",
        "manifest.json",
    )


def _forecasts(brief: Brief) -> Iterator[Finding]:
    own = brief.tables["backtest"]
    own = own[own["model"] == COMBINATION]
    tried = own[own["origins"] > 0]
    asked = "How well did the forecasts do on past years that they had not seen?"
    if tried.empty:
        yield asked, f"None of {len(own)} series is long enough to be tried.", "backtest.csv"
        return
    error, within = tried["mase"].median(), tried["coverage80"].mean()
    error_told = "could not be scaled" if pd.isna(error) else f"was {error:.2f} of the usual step"
    within_told = "is not known" if pd.isna(within) else f"was {within:.0%}"
    yield (
        asked,
        f"{len(tried)} of {len(own)} series are long enough to be tried. Their middle error "
        f"{error_told} from year to year; the share of outturns inside the 80% range "
        f"{within_told} on average.",
        "backtest.csv",
    )


def _savings(brief: Brief) -> Finding:
    last = brief.years[-1]
    due = promised(brief.case, last)
    asked = "What does the plan rely on that has still to be delivered?"
    if due.empty:
        return asked, "No saving or new income.", "proposals.csv"
    told = scale_of(due["amount"]).words
    red = due.loc[due["risk"] == "red", "amount"].sum()
    return (
        asked,
        f"Savings and new income of {told(float(due['counted'].sum()))} in {last}, out of "
        f"{told(due['amount'].sum())} proposed; {told(red)} of what is proposed is rated red.",
        "proposals.csv",
    )


def _reserves(brief: Brief) -> Iterator[Finding]:
    held = brief.tables["reserves"]
    by_year = held.groupby("year")[["drawn", "balance", "minimum"]].sum()
    by_year = by_year.loc[list(brief.years)]
    scale = scale_of(by_year.to_numpy(dtype=float).ravel())
    told = scale.words
    opening = float(by_year["balance"].iloc[0] + by_year["drawn"].iloc[0])
    above = by_year["balance"] - by_year["minimum"]
    least = str(above.idxmin())
    how_near = f"{told(above[least])} above it" if _some(scale, above[least]) else "and then at it"
    yield (
        "Do reserves stay above their floor?",
        f"They open at {told(opening)} and end at {told(by_year['balance'].iloc[-1])}; nearest to "
        f"the floor in {least}, {how_near}.",
        "reserves.csv",
    )
    gap = brief.tables["budget"].set_index("year")["structural_gap"]
    left, needed = float(above.iloc[-1]), float(gap[brief.years[-1]])
    yield "How long would reserves last after the plan?", _lasts(brief, left, needed), "budget.csv"


def _lasts(brief: Brief, left: float, needed: float) -> str:
    """Say what stands above the floor at the end, and for how long that would close the gap."""
    scale, last = scale_of([left, needed]), brief.years[-1]
    kept = f"{scale.words(left)} is" if _some(scale, left) else "Nothing is"
    if not _some(scale, needed):
        lasts = "recurring income pays for recurring cost"
    elif _some(scale, left):
        lasts = (
            f"a structural gap of {scale.words(needed)} a year would take that in "
            f"{left / needed:.1f} years"
        )
    else:
        lasts = f"a structural gap of {scale.words(needed)} a year has nothing to draw on"
    return f"{kept} above the floor at the end of {last}; {lasts}."


def _some(scale: Scale, pounds: float) -> bool:
    """Tell whether £ are more than nil as they are shown."""
    return bool(scale.figure(pounds).strip("−0.,"))


def _worst(brief: Brief) -> Finding:
    table = brief.tables["sensitivities"]
    asked = "What single change hurts most?"
    if table.empty:
        return asked, "Nothing in the case could be tried.", "sensitivities.csv"
    if (none := table[table["managed_gap_change"].isna()]).size:
        row = none.iloc[0]
        return asked, f"{row['factor']}: {row['change']}.", "sensitivities.csv"
    column, words_ = "managed_gap_change", "funding gap over all years"
    if not table[column].any():
        column, words_ = "structural_gap_change", "structural gap of the last year"
    row = table.loc[table[column].idxmax()]
    amount = scale_of(table[column]).words(float(row[column]))
    return (
        asked,
        f"{row['factor']}, {row['change']}: {amount} more {words_}.",
        "sensitivities.csv",
    )


def _assumptions(brief: Brief) -> Finding:
    held = brief.case.assumptions
    asked = "How good is what is assumed?"
    if held.empty:
        return asked, "The case names no assumption.", "assumptions.csv"
    weak = held[(held["quality"] <= 2.0) & (held["impact"] >= 4.0)]
    return (
        asked,
        f"{len(weak)} of {len(held)} assumptions are weak (quality 1 or 2) and weigh much (impact "
        "4 or 5).",
        "assumptions.csv",
    )
