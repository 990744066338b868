"""What members may choose between: plans nearly as good, and what outcomes cost."""

import pandas as pd

from optimisation.alternatives import Alternative, alternatives
from optimisation.frontier import frontier
from optimisation.whole import in_whole_units
from planning.papers.view import View
from planning.plan import Plan, problem_of
from planning.summary import millions

TOLD = 3
"""Providers that are named where spending moves, the largest sums first."""

WHOLE_POUND = 0.5
"""£ below which a figure is nil to the pound."""

PENNY = 0.005
"""£ below which a figure is nil to the penny."""


def alternatives_view(plan: Plan, *, within: float = 0.01) -> View:
    """Return up to five other plans beside this one, the law and the gap as they are in it.

    Parameters
    ----------
    plan : Plan
        The one that is best.
    within : float
        The share of its cost by which cost, and other demand unmet, may each be worse.
    """
    found = alternatives(problem_of(plan.outlook), within=within)
    most = max(one.moved for one in found)
    title = f"{len(found) - 1} other plans within {within:.0%} of the cost"
    return View(
        f"{title}: up to {millions(most)} can go to other providers" if most > 0.0 else title,
        choice_table(found),
        "Every one meets the law and closes the gap as the plan does, and is certified. Cost is of "
        "all years (present value); moved is what another provider would be paid than in the plan.",
        pounds=("other_demand", "moved"),
    )


def choice_table(found: tuple[Alternative, ...]) -> pd.DataFrame:
    """Return a row for each plan, the best first: its cost, what is unmet and what moves."""
    names = ["the plan", *(f"alternative {n}" for n in range(1, len(found)))]
    rows = [
        {
            "plan": name,
            "cost": one.goal("cost"),
            "other_demand": one.goal("other_demand"),
            "targets_missed": int((one.tables["targets"]["shortfall"] > 0.0).sum()),
            "moved": one.moved,
            "more_to": _largest(one.spent - found[0].spent),
            "less_to": _largest(found[0].spent - one.spent),
        }
        for name, one in zip(names, found, strict=True)
    ]
    return pd.DataFrame(rows)


def spending_table(found: tuple[Alternative, ...]) -> pd.DataFrame:
    """Return £ by provider, over all years, with a column for each plan."""
    names = ["plan", *(f"alternative_{n}" for n in range(1, len(found)))]
    table = pd.DataFrame({n: one.spent for n, one in zip(names, found, strict=True)})
    return table.rename_axis("provider").reset_index()


def frontier_view(plan: Plan, outcome: str) -> View:
    """Return what it costs to ask more, or less, of one outcome in every year.

    Raises
    ------
    KeyError
        If the outcome has no target.
    """
    table = frontier(problem_of(plan.outlook), outcome)
    names = plan.case.outcomes.set_index("outcome")["name"]
    here = table.loc[table["level"] == 1.0, "cost"].iloc[0]
    more = table.assign(more=table["cost"] - here)
    columns = ["level", "cost", "more", "funding_gap", "other_demand"]
    columns += ["statutory_targets", "other_targets"]
    return View(
        f"{names[outcome]}: what each share of its targets would cost",
        more[columns],
        "The plan made again at each level, 1 being the targets as they are; £ over all years. "
        "Where misses on targets rise, no money reaches that level.",
        pounds=("more", "other_demand"),
    )


def whole_view(plan: Plan) -> View:
    """Return who is paid for how many whole units, and what rounding costs."""
    whole = in_whole_units(problem_of(plan.outlook))
    goals = whole.goals.set_index("goal")
    more = {
        what: goals.at[goal, "value"] - goals.at[goal, "decimal"]
        for goal, what in (
            ("statutory_demand", "statutory demand unmet"),
            ("funding_gap", "funding gap"),
            ("other_demand", "other demand unmet"),
            ("cost", "cost"),
        )
    }
    told = [
        f"{'£' if amount > 0.0 else '−£'}{abs(amount):,.0f} of {what}"
        for what, amount in more.items()
        if abs(amount) >= WHOLE_POUND
    ]
    return View(
        "The plan in whole units",
        whole.tables["allocation"],
        "Certified again. Beside the plan in decimals: "
        + (", ".join(told) or "no other cost")
        + ".",
    )


def _largest(more: "pd.Series[float]") -> str:
    """Return who gains most, with the sums."""
    top = more[more > PENNY].sort_values(ascending=False, kind="stable").head(TOLD)
    return "; ".join(f"{provider} {millions(amount)}" for provider, amount in top.items())
