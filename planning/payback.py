"""Which organisation pays back, and when: two plans of the same council, body by body."""

import pandas as pd

from planning.case import Case
from planning.counted import counted_proposals
from planning.papers.view import View
from planning.plan import Plan
from planning.scenarios import Run

PENNY = 0.005
"""£ below which a figure is nil to the penny."""

STAY = "stay_as_we_are"
"""The scenario, by its name, in which no organisation is new: what others pay back against."""

KEYS = ["organisation", "year"]
MONEY = ["set_up", "bought", "other", "trading", "served", "benefit"]


def payback_table(before: Plan, after: Plan) -> pd.DataFrame:
    """Return by how much each organisation is better off after a change than before it, in £.

    organisation, year, bought (what its services' units cost less), set_up (one-off cost), other
    (recurring cost, and proposals as far as they are delivered and the body exists), trading (what
    it brings back), served (more demand met, at the dearest offer's price, as the goals value it),
    benefit (the sum), cumulative, and pays_back: the first year from which on the benefits so far
    are no less than nil; blank if there is none. Bodies that the change leaves alone are left out.

    Parameters
    ----------
    before, after : Plan
        Of the same years, such as staying as we are and having the organisations.
    """
    dearest = _dearest(before.case, after.case)
    parts = [-_costs(before, dearest), _costs(after, dearest)]
    # To the penny, and no nil below nil.
    table = 0.0 - pd.concat(parts).groupby(level=KEYS).sum().round(2)
    moved = (table.abs() > PENNY).any(axis=1).groupby(level="organisation").transform("any")
    table = table[moved].assign(benefit=table.sum(axis=1))
    table["cumulative"] = table.groupby(level="organisation")["benefit"].cumsum()
    table = table.reset_index()
    short = table[table["cumulative"] < -PENNY].groupby("organisation")["year"].max()
    last_short = table["organisation"].map(short).astype("str").fillna("")
    even = table[table["year"] > last_short].groupby("organisation")["year"].min()
    return table.assign(pays_back=table["organisation"].map(even).astype("str").fillna(""))


def payback_of(runs: tuple[Run, ...]) -> View:
    """Return who pays back against staying as we are, over every other scenario with a plan."""
    plans = {run.scenario: run.plan for run in runs if run.plan is not None}
    if (stay := plans.pop(STAY, None)) is None or not plans:
        note = f"Name one {STAY} in scenarios.csv: the case as if no organisation were new."
        return View("No plan of staying as we are to pay back against", pd.DataFrame(), note)
    return payback_view(stay, *plans.values())


def payback_view(before: Plan, *after: Plan) -> View:
    """Return who pays back, when, and whether the gap closes: one table over one or more changes.

    A row for each organisation, over all years, and one for the whole of each plan with its gap.
    """
    rows = [_whole(before)]
    words = []
    for plan in after:
        table = payback_table(before, plan)
        sums = table.groupby("organisation", as_index=False)[MONEY].sum()
        when = table.drop_duplicates("organisation").set_index("organisation")["pays_back"]
        rows += [
            sums.assign(scenario=_scenario(plan), pays_back=sums["organisation"].map(when)),
            _whole(plan).assign(benefit=sums["benefit"].sum()),
        ]
        paid = [f"{body} from {year}" for body, year in when.items() if year]
        words.append(f"{_scenario(plan)}: {', '.join(paid) or 'none'}")
    told = pd.concat(rows, ignore_index=True)
    gaps = ["managed_gap", "structural_gap"]
    parts = [name for name in MONEY if name != "benefit"]
    # The answer first: what it is made of may need scrolling to.
    columns = ["scenario", "organisation", "pays_back", "benefit", *gaps, *parts]
    return View(
        f"Against {_scenario(before).lower()}, these pay back. {'. '.join(words)}",
        told.reindex(columns=columns).fillna({"pays_back": ""}),
        "£ better over all years, or worse where below nil. Set-up is one-off cost; other is "
        "recurring cost and what proposals deliver; served is demand met more, at the dearest "
        "offer's price; targets are not valued. The managed gap is over all years, the structural "
        "gap of the last.",
        pounds=(*MONEY, *gaps),
    )


def _whole(plan: Plan) -> pd.DataFrame:
    """Return a row for a whole plan: its gap, over all years and in structure."""
    budget = plan.allocation.budget
    return pd.DataFrame(
        {
            "scenario": [_scenario(plan)],
            "organisation": ["the whole council"],
            "managed_gap": [budget["managed_gap"].sum()],
            "structural_gap": [budget["structural_gap"].iloc[-1]],
        }
    )


def _scenario(plan: Plan) -> str:
    """Return the scenario of a plan, as words."""
    named = dict.fromkeys(edit.scenario for edit in plan.case.edits)
    return ", ".join(named).replace("_", " ").capitalize() or "The case as it is"


def _costs(plan: Plan, dearest: pd.Series) -> pd.DataFrame:
    """Return what each organisation costs by year; income that it brings is below nil."""
    case, made = plan.case, plan.allocation
    body = case.services.set_index("service")["organisation"]
    bought = made.allocation.assign(organisation=made.allocation["service"].map(body))
    unmet = made.demand.merge(dearest.reset_index(), on=["service", "year"], how="left")
    unmet = unmet.assign(
        organisation=unmet["service"].map(body), amount=unmet["unmet"] * unmet["dearest"].fillna(1)
    )
    once, other = case.costs[case.costs["one_off"]], case.costs[~case.costs["one_off"]]
    table = pd.DataFrame(
        {
            "bought": bought.groupby(KEYS)["cost"].sum(),
            "set_up": once.groupby(KEYS)["amount"].sum(),
            "other": pd.concat([other, counted_proposals(case)]).groupby(KEYS)["amount"].sum(),
            "trading": -made.organisations.groupby(KEYS)["returned"].sum(),
            "served": unmet.groupby(KEYS)["amount"].sum(),
        }
    )
    table.index.names = KEYS
    return table.fillna(0.0)


def _dearest(*cases: Case) -> pd.Series:
    """Return £ a unit of the dearest offer of either case, by service and year."""
    rows = []
    for case in cases:
        for step, year in enumerate(case.years):
            offers = case.offers[
                (case.offers["first_year"] <= year)
                & ((case.offers["last_year"] == "") | (case.offers["last_year"] >= year))
            ]
            price = offers["unit_cost"] * (1.0 + offers["indexation"]) ** step
            rows.append(
                pd.DataFrame({"service": offers["service"], "year": year, "dearest": price})
            )
    return pd.concat(rows).groupby(["service", "year"])["dearest"].max()
