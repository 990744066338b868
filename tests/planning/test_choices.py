"""What members may choose between, and what differs between two of them."""

from dataclasses import replace

import pytest

from planning.case import Case
from tests.planning.runs import SMALL


@pytest.fixture(scope="module")
def plan():
    return Case.read(SMALL).plan()


@pytest.fixture(scope="module")
def choices(plan):
    return plan.alternatives(within=0.05)


def test_the_plan_is_the_first_of_them_and_costs_least(plan, choices):
    table = choices.table().table
    assert choices.names[0] == "the plan"
    assert len(table) == len(choices.names) > 1
    goals = plan.allocation.goals.set_index("goal")["value"]
    assert table.at[0, "cost"] == pytest.approx(goals["cost"])
    assert table["cost"].min() == table.at[0, "cost"]
    assert (table["cost"] <= 1.05 * goals["cost"] + 1.0).all()


def test_what_differs_is_what_one_pays_less_the_other(choices):
    """By provider it adds up to the cost of units, but for what is discounted: here 3.5% a year."""
    first, second = choices.found[0], choices.found[1]
    view = choices.differ("the plan", "alternative 1")
    table = view.table.set_index("what")
    names = choices.case.providers.set_index("provider")["name"]
    for provider, name in names.items():
        more = second.spent[provider] - first.spent[provider]
        if abs(more) > 0.005:
            row = table.loc[name]
            assert row["more"] == pytest.approx(more)
            assert row["alternative 1"] - row["the plan"] == pytest.approx(row["more"])
        else:
            assert name not in table.index
    money = table.loc[[name for name in table.index if name in set(names)], "more"]
    assert money.abs().is_monotonic_decreasing
    moved = (second.spent - first.spent).abs().sum() / 2.0
    assert f"{moved:,.0f}" in view.title or f"{moved / 1e6:,.1f}m" in view.title


def test_unless_two_are_named_the_plan_stands_beside_the_one_that_moves_most(choices):
    furthest = max(zip(choices.names, choices.found, strict=True), key=lambda pair: pair[1].moved)
    assert choices.differ().title == choices.differ("the plan", furthest[0]).title


def test_a_plan_differs_in_nothing_from_itself(choices):
    view = choices.differ("the plan", "the plan")
    assert view.table.empty
    assert view.title == "There is nothing to set beside the plan but itself"
    assert "<caption" in view._repr_html_()


def test_targets_that_one_alone_meets_are_told(choices):
    """The first misses the first of its targets, and the other the last, and nothing else."""
    base = choices.found[0].tables["targets"]
    names = choices.case.outcomes.set_index("outcome")["name"]
    made = []
    for place in (0, len(base) - 1):
        missed = base.assign(shortfall=[float(row == place) for row in range(len(base))])
        made.append(
            replace(choices.found[0], tables={**choices.found[0].tables, "targets": missed})
        )
    first, last = base.iloc[0], base.iloc[-1]
    assert (
        replace(choices, found=tuple(made))
        .differ("the plan", "alternative 1")
        .note.endswith(
            f"Targets: alternative 1 also misses {names[last['outcome']]} ({last['year']}); "
            f"alternative 1 also meets {names[first['outcome']]} ({first['year']})."
        )
    )


def test_a_name_that_there_is_not_is_refused_with_those_there_are(choices):
    with pytest.raises(ValueError, match="'alternative 9' is none of them: write one of the plan"):
        choices.differ("alternative 9", "the plan")


def test_unless_an_outcome_is_named_the_frontier_is_of_the_dearest(plan):
    targets = plan.allocation.targets
    worth = (targets["marginal_cost"] * targets["target"].abs()).fillna(0.0)
    dearest = worth.groupby(targets["outcome"]).sum().idxmax()
    assert plan.frontier().title == plan.frontier(dearest).title
    here = plan.frontier().table.set_index("level")
    assert here.at[1.0, "more"] == 0.0
    assert (here["more"] == (here["cost"] - here.at[1.0, "cost"]).round(2)).all()


def test_they_show_themselves(choices):
    assert "other plans within 5% of the cost" in choices._repr_html_()
    assert "<caption" in choices.differ()._repr_html_()
