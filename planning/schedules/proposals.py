"""The proposal schedule: every saving, income, pressure and investment, year by year."""

import pandas as pd

from planning.case import Case
from planning.counted import counted_proposals
from planning.papers.columns import NOT_APPLICABLE, Column, Kind, Table
from planning.schedules.bodies import CORE, body_names
from planning.schedules.schedule import Schedule, Tables, number, rows_of, text
from planning.tables.schema import GIVES

_HEAD = (
    text("reference", "The proposal, by its key in proposals.csv."),
    text("service", "The service whose fixed cost it changes; corporate is none of them."),
    text("organisation", "Who is to deliver it."),
    text("description", "What is proposed."),
    text("kind", "Savings and income take away from cost; pressures and investments add."),
)
_TAIL = (
    text("recurs", "Whether the change recurs.", "One-off or ongoing"),
    number(
        "delivery",
        "The share expected to be delivered; that of a pressure or investment does not apply.",
        "share, 0 to 1",
        words="Expected delivery",
        blank=NOT_APPLICABLE,
    ),
    text("risk", "The risk rating, in words."),
    text("owner", "Who answers for it."),
    text("equality_reference", "The reference of its equality impact assessment."),
)


def proposal_schedule(case: Case, tables: Tables) -> Schedule:
    """Return a row for each proposal, its effect on the budget by year in £000.

    Amounts are as proposed; below nil is a saving or income. The last rows sum them as proposed and
    as expected to be delivered.
    """
    years = tuple(
        Column(
            year,
            Kind.THOUSANDS,
            f"£000 in {year} against the year before the plan.",
            words=year,
            blank=NOT_APPLICABLE,
        )
        for year in case.years
    )
    table = Table(
        "proposal_schedule",
        "Proposals: pressures, investments, savings and new income",
        "What each would change of the budget against the year before the plan, as proposed.",
        (*_HEAD, *years, *_TAIL),
    )
    proposed = case.proposals
    gives = proposed["kind"].isin(GIVES)
    effect = proposed["amount"].where(~gives, -proposed["amount"])
    wide = (
        effect.groupby([proposed["proposal"], proposed["year"]])
        .sum()
        .unstack()
        .reindex(columns=list(case.years))
    )
    said = proposed.sort_values("year").drop_duplicates("proposal", keep="last")
    rows = [
        _row(case, one) | {year: wide.at[one["proposal"], year] / 1e3 for year in case.years}
        for one in said.sort_values("proposal").to_dict("records")
    ]
    if rows:
        counted = counted_proposals(case).assign(whole=effect)
        for column, words in (
            ("whole", "All proposals, as proposed"),
            ("amount", "All proposals, as expected to be delivered"),
        ):
            sums = counted.groupby("year")[column].sum()
            rows.append(_sum(words) | {y: float(sums.get(y, 0.0)) / 1e3 for y in case.years})
    return Schedule(
        table,
        rows_of(table, rows),
        (
            "Amounts are in thousands of pounds and shown to the nearest thousand; the cells hold "
            "them unrounded. Below nil is a saving or income.",
            "Each is the change against the year before the plan, not against the year before it: "
            "an ongoing change of £1m stands as 1,000 in every year. [z] is a year that the "
            "proposal does not reach.",
            "As expected to be delivered: savings and income times their expected delivery, those "
            "of an organisation from its transfer year.",
        ),
    )


def _row(case: Case, one: dict[str, object]) -> dict[str, object]:
    services = dict(zip(case.services["service"], case.services["name"], strict=True))
    gives = one["kind"] in GIVES
    known = not pd.isna(one["delivery"])
    return {
        "reference": one["proposal"],
        "service": services.get(str(one["service"]), "Corporate"),
        "organisation": body_names(case).get(str(one["organisation"]), CORE),
        "description": one["name"],
        "kind": str(one["kind"]).capitalize(),
        "recurs": "One-off" if one["one_off"] else "Ongoing",
        "delivery": (one["delivery"] if known else 1.0) if gives else float("nan"),
        "risk": str(one["risk"]).capitalize(),
        "owner": one["owner"],
        "equality_reference": one["equality_reference"],
    }


def _sum(words: str) -> dict[str, object]:
    """Return a row of sums, of which nothing else is asked."""
    others = {column.name: NOT_APPLICABLE for column in (*_HEAD, *_TAIL)}
    return others | {"description": words, "delivery": float("nan")}
