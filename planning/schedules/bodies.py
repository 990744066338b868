"""Who answers for the money: the budget by organisation and year."""

import pandas as pd

from planning.case import Case
from planning.counted import counted_proposals
from planning.papers.columns import Table
from planning.schedules.schedule import Schedule, Tables, money, named, rows_of, text

CORE = "Retained core of the council"
"""Who answers where no organisation is named, or the council itself is."""


def budget_by_organisation(case: Case, tables: Tables) -> Schedule:
    """Return £ by organisation and year; the sum over all is that of ``budget.csv``.

    What is bought stands under the organisation that answers for the service, whoever delivers it;
    fixed cost and proposals, so far as they are delivered, under the organisation they name.
    """
    answers = dict(zip(case.services["service"], case.services["organisation"], strict=True))
    bought = tables["allocation"]
    parts = [
        pd.DataFrame(
            {
                "organisation": bought["service"].map(answers),
                "year": bought["year"],
                "amount": bought["cost"],
            }
        ),
        case.costs[["organisation", "year", "amount"]],
        counted_proposals(case)[["organisation", "year", "amount"]],
    ]
    table = pd.concat(parts, ignore_index=True)
    bodies = table["organisation"].map(body_names(case))
    wide = table.groupby([bodies, table["year"]])["amount"].sum().unstack(fill_value=0.0)
    wide = wide.reindex(columns=list(case.years), fill_value=0.0).sort_index()
    # The core last of the bodies, as papers have it, and then the sum.
    wide = pd.concat([wide.drop(index=CORE, errors="ignore"), wide.loc[wide.index == CORE]])
    wide.loc["All organisations"] = wide.sum()
    rows = wide.rename_axis("organisation").reset_index()
    columns = tuple(money(year, f"£ in the financial year {year}.", year) for year in case.years)
    sheet = Table(
        "budget_by_organisation",
        "Budget by organisation",
        "What each organisation answers for, in cash terms.",
        (text("organisation", "Who answers for the money."), *columns),
    )
    return Schedule(
        sheet,
        rows_of(sheet, rows),
        (
            "What is bought stands under the organisation that answers for the service, whoever "
            "delivers it.",
            "Fixed cost and proposals stand under the organisation that they name; savings and new "
            "income as far as they are expected to be delivered.",
        ),
    )


def body_names(case: Case) -> dict[str, str]:
    """Return what a reader calls every organisation that the case names."""
    known = named(case.organisations, "organisation")
    keys = {
        *case.services["organisation"],
        *case.costs["organisation"],
        *case.proposals["organisation"],
    }
    core = {"": CORE, "council": CORE}
    return {key: core.get(key) or known.get(key, _words(key)) for key in sorted(keys)}


def _words(key: str) -> str:
    """Return a key as words, for a body that the case has no name of."""
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]
