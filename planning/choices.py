"""What members may choose between: plans nearly as good, and what outcomes cost."""

from dataclasses import dataclass

import pandas as pd

from optimisation.alternatives import Alternative, alternatives
from optimisation.frontier import frontier
from optimisation.whole import in_whole_units
from planning.case import Case
from planning.papers.view import View
from planning.plan import Plan
from planning.problem import problem_of
from planning.summary import millions

THE_PLAN = "the plan"

TOLD = 3
"""Providers that are named where spending moves, the largest sums first."""

WHOLE_POUND = 0.5
"""£ below which a figure is nil to the pound."""

PENNY = 0.005
"""£ below which a figure is nil to the penny."""


@dataclass(frozen=True)
class Choices:
    """A plan and the others that members may choose between.

    Parameters
    ----------
    case : Case
        For names.
    within : float
        The share of the plan's cost by which others may be worse.
    found : tuple of Alternative
        The plan first.
    """

    case: Case
    within: float
    found: tuple[Alternative, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What each is called: the plan, alternative 1 and so on."""
        return (THE_PLAN, *(f"alternative {n}" for n in range(1, len(self.found))))

    def table(self) -> View:
        """Return a row for each: its cost, what is unmet and what moves."""
        most = max(one.moved for one in self.found)
        title = f"{len(self.found) - 1} other plans within {self.within:.0%} of the cost"
        return View(
            f"{title}: up to {millions(most)} can go to other providers" if most > 0.0 else title,
            choice_table(self.found),
            "Every one meets the law and closes the gap as the plan does, and is certified. Cost "
            "is of all years (present value); moved is what another provider would be paid than in "
            "the plan.",
            pounds=("other_demand", "moved"),
        )

    def differ(self, first: str | None = None, second: str | None = None) -> View:
        """Return what differs between two of them, the largest sums first.

        Parameters
        ----------
        first, second : str, optional
            As in `names`; the plan and the alternative that moves most unless given.

        Raises
        ------
        ValueError
            If there is none of that name.
        """
        furthest = max(zip(self.names, self.found, strict=True), key=lambda pair: pair[1].moved)
        first, second = first or THE_PLAN, second or furthest[0]
        one, other = self._named(first), self._named(second)
        if one is other:
            empty = pd.DataFrame(columns=["what", first, "more"])
            return View(f"There is nothing to set beside {first} but itself", empty)
        spent = pd.DataFrame({first: one.spent, second: other.spent}).reset_index(names="what")
        providers = self.case.providers.set_index("provider")["name"]
        names = {"cost": "Cost of units (present value)", "other_demand": "Other demand unmet"}
        whole = pd.DataFrame(
            [(name, one.goal(goal), other.goal(goal)) for goal, name in names.items()],
            columns=["what", first, second],
        )
        spent = spent.assign(what=spent["what"].map(providers))
        more = spent[second] - spent[first]
        spent = spent.iloc[(-more.abs()).argsort(kind="stable")]
        table = pd.concat([whole, spent], ignore_index=True)
        table = table.assign(more=table[second] - table[first])
        table = table[table["more"].abs() > PENNY].reset_index(drop=True)
        moved = float((other.spent - one.spent).abs().sum()) / 2.0
        return View(
            f"From {first} to {second}: {millions(moved)} goes to other providers",
            table,
            f"£ over all years, by provider. {self._targets(one, other, second)}",
            pounds=(first, second, "more"),
        )

    def _named(self, name: str) -> Alternative:
        if name not in self.names:
            raise ValueError(f"{name!r} is none of them: write one of {', '.join(self.names)}")
        return self.found[self.names.index(name)]

    def _targets(self, one: Alternative, other: Alternative, second: str) -> str:
        """Say which targets one meets and the other does not."""
        missed = [
            set(part.loc[part["shortfall"] > 0.0, ["outcome", "year"]].itertuples(index=False))
            for part in (one.tables["targets"], other.tables["targets"])
        ]
        outcomes = self.case.outcomes.set_index("outcome")["name"]
        told = [
            f"{second} {verb} "
            + ", ".join(f"{outcomes[outcome]} ({year})" for outcome, year in sorted(which))
            for verb, which in (
                ("also misses", missed[1] - missed[0]),
                ("also meets", missed[0] - missed[1]),
            )
            if which
        ]
        said = "; ".join(told) or "both miss the same targets"
        return f"Targets: {said}."

    def _repr_html_(self) -> str:
        """Return the table of all of them."""
        return self.table()._repr_html_()


def choose(plan: Plan, *, within: float = 0.01) -> Choices:
    """Return up to five other plans beside this one, the law and the gap as they are in it.

    Parameters
    ----------
    plan : Plan
        The one that is best.
    within : float
        The share of its cost by which cost, and other demand unmet, may each be worse.
    """
    return Choices(plan.case, within, alternatives(problem_of(plan.outlook), within=within))


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


def frontier_view(plan: Plan, outcome: str | None = None) -> View:
    """Return what it costs to ask more, or less, of one outcome in every year.

    Parameters
    ----------
    plan : Plan
        The one that is best.
    outcome : str, optional
        One with targets; the one whose targets cost most at the margin unless given.

    Raises
    ------
    KeyError
        If the outcome has no target, or there are none.
    """
    outcome = _dearest(plan) if outcome is None else outcome
    table = frontier(problem_of(plan.outlook), outcome)
    names = plan.case.outcomes.set_index("outcome")["name"]
    here = table.loc[table["level"] == 1.0, "cost"].iloc[0]
    # To the penny, and no nil below nil.
    more = table.assign(more=(table["cost"] - here).round(2) + 0.0)
    columns = ["level", "cost", "more", "funding_gap", "other_demand"]
    columns += ["statutory_targets", "other_targets"]
    return View(
        f"{names[outcome]}: what each share of its targets would cost",
        more[columns],
        "The plan made again at each level, 1 being the targets as they are; £ over all years. "
        "Where misses on targets rise, no money reaches that level.",
        pounds=("more", "other_demand"),
    )


def _dearest(plan: Plan) -> str:
    """Return the outcome whose targets would cost most, each unit at its marginal cost."""
    table = plan.allocation.targets
    if table.empty:
        raise KeyError("the case has no target")
    worth = (table["marginal_cost"] * table["target"].abs()).fillna(0.0)
    return str(worth.groupby(table["outcome"]).sum().idxmax())


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
