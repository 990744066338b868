"""How far a case can be relied on: assumptions by risk, and what nobody owns, agreed or signed."""

from collections.abc import Iterator

import pandas as pd

from planning.case import Case
from planning.papers.view import View

TOLD = 3
"""How many of the riskiest assumptions are named in a line."""


def weights(case: Case) -> pd.Series:
    """Return each assumption's risk, ``(6 - quality) * impact``, from 1 to 25.

    A guess on which the whole plan hangs is 25.
    """
    return (6.0 - case.assumptions["quality"]) * case.assumptions["impact"]


def late(review_by: pd.Series, dated: str) -> pd.Series:
    """Tell of review dates whether they were due before a day; blank is none, in both."""
    return (review_by != "") & (review_by < dated)


def unsigned(case: Case) -> pd.Series:
    """Tell of each sign-off whether it is still to be signed."""
    return (case.sign_offs["name"] == "") | (case.sign_offs["date"] == "")


def overdue(case: Case, *, dated: str) -> tuple[str, ...]:
    """Return a warning for the assumptions whose review was due before the day a paper bears.

    Parameters
    ----------
    dated : str
        The day, ``2015-02-19``; blank if the paper bears none, and then nothing is overdue.
    """
    due = case.assumptions[late(case.assumptions["review_by"], dated)]
    if due.empty:
        return ()
    names = ", ".join(f"{one.assumption} ({one.review_by})" for one in due.itertuples())
    return (f"Warning: past their review date on {dated}: the assumptions {names}.",)


def unagreed(case: Case) -> tuple[str, ...]:
    """Return a line for the assumptions that nobody has agreed."""
    return _lacking(case, "agreed_by", "Nobody has agreed")


def unowned(case: Case) -> tuple[str, ...]:
    """Return a line for the assumptions that nobody answers for."""
    return _lacking(case, "owner", "Nobody answers for")


def _lacking(case: Case, column: str, nobody: str) -> tuple[str, ...]:
    """Name the assumptions in which a column is blank, unless it is all of many."""
    names = case.assumptions.loc[case.assumptions[column] == "", "assumption"]
    if names.empty:
        return ()
    if len(names) == len(case.assumptions) > 1:
        return (f"{nobody} any of the {len(names)} assumptions yet",)
    return (f"{nobody} these assumptions yet: {', '.join(names)}",)


def audit_lines(case: Case, dated: str) -> list[str]:
    """Return how far a case can be relied on, in lines for a terminal or a cover.

    Parameters
    ----------
    case : Case
        The case.
    dated : str
        The day against which review dates are held, ``2015-02-19``; blank if there is none.
    """
    lines = [_riskiest(case), *unowned(case), *unagreed(case), *overdue(case, dated=dated)]
    if not dated and (case.assumptions["review_by"] != "").any():
        lines.append("Review dates: not held against a day, for none is given")
    return [*lines, _signed(case)]


def _riskiest(case: Case) -> str:
    """Say how many assumptions there are, and which are the weakest for what hangs on them."""
    risk = weights(case)
    if risk.empty:
        return "Assumptions: the case names none, which does not mean that it makes none"
    ranked = case.assumptions.assign(risk=-risk).sort_values(["risk", "assumption"])
    named = [f"{one.assumption} {-one.risk:.0f}" for one in ranked.head(TOLD).itertuples()]
    return (
        f"Assumptions: {len(ranked)}; the riskiest by (6 − quality) × impact, at most 25: "
        f"{', '.join(named)}"
    )


def _signed(case: Case) -> str:
    """Say what is still to be signed, and by whom."""
    if case.sign_offs.empty:
        return "Sign-offs: the case names none"
    left = case.sign_offs[unsigned(case)]
    if left.empty:
        return f"Sign-offs: all signed, {len(case.sign_offs)}"
    named = "; ".join(f"{one.sign_off} ({one.role})" for one in left.itertuples())
    return f"Sign-offs: {len(left)} of {len(case.sign_offs)} not signed: {named}"


def audit_view(case: Case, dated: str) -> View:
    """Return every assumption by risk, and what is still to be signed, each with what it lacks."""
    rows = [*_of_assumptions(case, dated), *_of_sign_offs(case)]
    columns = ["kind", "reference", "statement", "risk", "who answers", "standing"]
    day = f"on {dated}" if dated else "held against no day, so that none is overdue"
    return View(
        f"{case.name}: how far the case can be relied on",
        pd.DataFrame(rows, columns=columns),
        f"Risk is (6 − quality) × impact, at most 25. Review dates {day}.",
    )


def _of_assumptions(case: Case, dated: str) -> Iterator[tuple[object, ...]]:
    """Yield a row for each assumption, the riskiest first."""
    overdue_now = late(case.assumptions["review_by"], dated)
    held = case.assumptions.assign(risk=weights(case), late=overdue_now)
    for one in held.sort_values(["risk", "assumption"], ascending=[False, True]).itertuples():
        lacks = {
            "nobody answers for it": one.owner == "",
            "not agreed": one.agreed_by == "",
            f"overdue since {one.review_by}": one.late,
            "no review date": one.review_by == "",
        }
        standing = "; ".join(lack for lack, true in lacks.items() if true) or "in order"
        yield "assumption", one.assumption, one.statement, one.risk, one.owner, standing


def _of_sign_offs(case: Case) -> Iterator[tuple[object, ...]]:
    """Yield a row for each sign-off, what is not signed first."""
    signs = case.sign_offs.assign(open=unsigned(case))
    for one in signs.sort_values(["open", "sign_off"], ascending=[False, True]).itertuples():
        standing = "not signed" if one.open else f"signed by {one.name}, {one.date}"
        yield "sign-off", one.sign_off, one.statement, float("nan"), one.role, standing
