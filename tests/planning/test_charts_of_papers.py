"""The charts of a budget paper: their figures in words, the same bytes twice, labels apart."""

import io
import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib import image
from matplotlib.text import Text

from planning.papers.charts_bridge import bridge, bridge_figure
from planning.papers.charts_panels import reserves, reserves_figure, spending, spending_figure
from planning.papers.charts_targets import targets, targets_figure
from planning.papers.charts_tornado import tornado, tornado_figure
from planning.papers.scale import MILLIONS, POUNDS, THOUSANDS, scale_of
from planning.schedules.bodies import budget_by_organisation
from planning.schedules.mtfs import REQUIREMENT, mtfs
from planning.schedules.reserves import reserve_schedule
from planning.schedules.targets import target_schedule
from tests.planning.plans import northamptonshire, small

NAN = float("nan")
PLANS = {"northamptonshire": northamptonshire, "small": small}
LONG = r"A body with a name $\like$ this, that goes on and on, for Smith & Sons <b>Ltd</b>"
"""What stands between dollars is a formula to matplotlib, and this one is at fault."""


@pytest.fixture(scope="module", params=list(PLANS))
def plan(request):
    """Return each of two plans."""
    return PLANS[request.param]()


def lines_of(plan):
    rows = mtfs(plan.case, plan.tables).rows
    return rows[rows["section"] == REQUIREMENT].drop(columns="section")


def bodies_of(plan):
    return budget_by_organisation(plan.case, plan.tables).rows.iloc[:-1]


def reserves_of(plan):
    return reserve_schedule(plan.case, plan.tables).rows


def targets_of(plan):
    return target_schedule(plan.case, plan.tables).rows


FIGURES = {
    "bridge": lambda plan: bridge_figure(lines_of(plan), plan.case.years),
    "spending": lambda plan: spending_figure(bodies_of(plan), plan.case.years),
    "reserves": lambda plan: reserves_figure(reserves_of(plan), plan.case.years),
    "targets": lambda plan: targets_figure(targets_of(plan)),
    "tornado": lambda plan: tornado_figure(plan.tables["sensitivities"]),
}


def look_over(figure):
    """Say which labels leave the figure, and which two cover each other."""
    figure.canvas.draw()
    edge = figure.bbox
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip()
    ]
    wrong = [
        f"{words!r} leaves the figure"
        for words, box in boxes
        if box.x0 < edge.x0 - 1 or box.y0 < edge.y0 - 1 or box.x1 > edge.x1 + 1 or box.y1 > edge.y1
    ]
    for (one, first), (other, second) in combinations(boxes, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        deep = min(first.y1, second.y1) - max(first.y0, second.y0)
        if wide > 1.0 and deep > 2.0:
            wrong.append(f"{one!r} covers {other!r}")
    return wrong


@pytest.mark.parametrize("chart", FIGURES)
def test_no_label_covers_another_or_leaves_the_figure(plan, chart):
    assert look_over(FIGURES[chart](plan)) == []


def numbers(text):
    """Return the figures of a text, a minus sign before those below nil, years left out."""
    bare = re.sub(r"\b\d{4}-\d{2}\b", " ", text).replace("−", "-").replace(",", "")
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", bare)]


def test_the_words_of_the_reserves_have_every_balance_of_the_table(plan):
    held, last = reserves_of(plan), plan.case.years[-1]
    scale = scale_of([*held["balance"], *held["opening"]])
    said = reserves(held, plan.case.years).alt
    for row in plan.tables["reserves"].itertuples():
        stated = round(row.balance / scale.size, scale.places)
        assert f"{row.year} {stated:,.{scale.places}f}" in said
    assert last in said


def test_the_words_of_the_bridge_add_up_from_year_to_year(plan):
    """Each year's steps, to a rounding a step, are the difference of its levels."""
    lines, years = lines_of(plan), plan.case.years
    told = bridge(lines, years).alt.split("In £", 1)[1].split(". Other changes are")[0]
    size, rounding = (1e6, 0.05) if told.startswith("m") else (1e3, 0.5)
    budget = plan.tables["budget"].set_index("year")
    for year, part in zip(years, re.split(r"; (?=\d{4}-\d{2}: from)", told), strict=True):
        before, after, *steps = numbers(part.split(": from", 1)[1])
        assert after - before == pytest.approx(sum(steps), abs=rounding * (len(steps) + 2))
        needed = budget.at[year, "cost"] + budget.at[year, "fixed_cost"]
        assert after == pytest.approx(needed / size, abs=rounding * 1.01)


def test_the_words_of_the_spending_add_up_to_the_budget(plan):
    years = plan.case.years
    told = spending(bodies_of(plan), years).alt.split("In £", 1)[1]
    size, rounding = (1e6, 0.05) if told.startswith("m") else (1e3, 0.5)
    budget = plan.tables["budget"].set_index("year")
    for year in years:
        said = [numbers(f"{found}")[0] for found in re.findall(rf"{year} (−?[\d,.]*\d)", told)]
        needed = (budget.at[year, "cost"] + budget.at[year, "fixed_cost"]) / size
        assert sum(said) == pytest.approx(needed, abs=rounding * (len(said) + 1))


def test_the_words_of_the_targets_have_every_target_with_met_or_missed(plan):
    said = targets(targets_of(plan)).alt
    table = plan.tables["targets"]
    assert said.count(", met") == (table["shortfall"] == 0.0).sum()
    assert said.count(", missed") == (table["shortfall"] > 0.0).sum()
    for row in table.itertuples():
        whole = f"{row.target:,.0f}" if abs(row.target) >= 1000 else f"{row.target:,.4g}"
        assert f" {whole}, " in said


def test_the_words_of_the_tornado_have_every_change_of_the_table(plan):
    table = plan.tables["sensitivities"]
    said = tornado(table).alt
    column = "managed_gap_change" if table["managed_gap_change"].any() else "structural_gap_change"
    scale = scale_of(table[column])
    for row in table.itertuples():
        amount = getattr(row, column) / scale.size
        stated = f"{abs(amount):,.{scale.places}f}"
        sign = "" if not float(stated.replace(",", "")) else ("+" if amount > 0 else "−")
        assert f"{row.change} {sign}{stated}" in said


def test_the_same_tables_make_the_same_bytes():
    plan = small()
    once, again = (
        (
            bridge(lines_of(plan), plan.case.years).png,
            spending(bodies_of(plan), plan.case.years).png,
            reserves(reserves_of(plan), plan.case.years).png,
            targets(targets_of(plan)).png,
            tornado(plan.tables["sensitivities"]).png,
        )
        for _ in range(2)
    )
    assert once == again


def odd_bodies(levels):
    return pd.DataFrame(
        [{"organisation": f"{LONG} {i}"} | dict(row) for i, row in enumerate(levels)]
    )


ONE, TWO, TEN = ("2015-16",), ("2015-16", "2016-17"), tuple(f"20{y}-{y + 1}" for y in range(15, 25))


@pytest.mark.parametrize(
    ("years", "levels"),
    [
        (ONE, [{"2015-16": 4.2e6}]),
        (ONE, [{"2015-16": 0.0}]),
        (TWO, [{"2015-16": -3e6, "2016-17": 2e6}, {"2015-16": 1e6, "2016-17": NAN}]),
        (TEN, [dict.fromkeys(TEN, 1234e6 / (i + 1)) for i in range(9)]),
    ],
    ids=["one year", "nil", "negative and missing", "ten years of nine bodies"],
)
def test_odd_spending_is_drawn_all_the_same(years, levels):
    table = odd_bodies(levels)
    assert look_over(spending_figure(table, years)) == []
    chart = spending(table, years)
    assert chart.png.startswith(b"\x89PNG")
    assert ("not known" in chart.alt) == any(NAN in row.values() for row in levels)


def odd_lines(years, steps, first=100e6):
    levels = first + np.cumsum(np.sum(steps, axis=0))
    before = [first, *levels[:-1]]
    rows = [("Requirement brought forward", before)]
    rows += [(f"{LONG[:40]} {i}", step) for i, step in enumerate(steps)]
    rows += [("Requirement", levels)]
    return pd.DataFrame([{"line": name} | dict(zip(years, row, strict=True)) for name, row in rows])


@pytest.mark.parametrize(
    ("years", "steps"),
    [
        (ONE, [[5e6], [-3e6]]),
        (TWO, [[0.0, 0.0]]),
        (TWO, [[-250e6, 3e6], [1e6, -9e6], [2e6, 2e6], [1e6, 1e6], [3e5, -3e5], [0.0, 1.0]]),
        (TEN, [[5e6 * (-1) ** i for i in range(10)], [1e6] * 10]),
    ],
    ids=["one year", "nothing moves", "below nil, with six steps", "ten years"],
)
def test_an_odd_bridge_is_drawn_all_the_same(years, steps):
    assert look_over(bridge_figure(odd_lines(years, steps), years)) == []
    assert bridge(odd_lines(years, steps), years).alt.startswith("Bridge chart.")


def test_the_smallest_steps_are_put_together_and_named():
    """Of steps of 9, 8, 7, 2 and 1 in £m the last two are one: 3."""
    lines = odd_lines(ONE, [[9e6], [8e6], [7e6], [2e6], [1e6]])
    said = bridge(lines, ONE).alt
    assert "other changes +3.0" in said
    assert r"$\like$" in said
    assert re.search(r"Other changes are .* 3; .* 4\.$", said)


@pytest.mark.parametrize(
    "rows",
    [
        [("x", "At least", "2015-16", 10.0, 12.0, 0.0, "Met")],
        [("x", "At most", "2015-16", 0.0, 3.0, 3.0, "Missed")],
        [("x", "At least", "2015-16", 0.8, NAN, 0.0, "Met")],
        [(f"{LONG} {i}", "At least", y, 10.0, 4.0, 6.0, "Missed") for i in range(20) for y in TEN],
        [("x", "At least", "2015-16", 1.0, 9e9, 0.0, "Met")],
    ],
    ids=["one", "nil", "nothing to measure", "twenty outcomes over ten years", "far beyond"],
)
def test_odd_targets_are_drawn_all_the_same(rows):
    columns = ["outcome", "direction", "year", "target", "achieved", "shortfall", "met"]
    table = pd.DataFrame(rows, columns=columns)
    assert look_over(targets_figure(table)) == []
    assert rows[0][-1].lower() in targets(table).alt


def test_without_a_target_there_is_no_chart_of_targets():
    with pytest.raises(ValueError, match="no target to draw"):
        targets(targets_of(small()).iloc[:0])


@pytest.mark.parametrize(
    "moved",
    [
        [("Demand", "5% more", NAN), ("Demand", "5% less", 0.0)],
        [("Demand", "5% more", 0.0), ("Demand", "5% less", 0.0)],
        [(f"Factor {i // 2}", f"{LONG[:30]} {i}", (-1) ** i * 1e7 / (i + 1)) for i in range(30)],
        [("Demand", "5% more", -3.0), ("Demand", "5% less", -2.0)],
    ],
    ids=["no plan", "nothing moves", "fifteen factors", "both below nil"],
)
def test_an_odd_tornado_is_drawn_all_the_same(moved):
    table = pd.DataFrame(moved, columns=["factor", "change", "managed_gap_change"])
    table = table.assign(structural_gap_change=0.0, cost_change=0.0)
    assert look_over(tornado_figure(table)) == []
    assert moved[0][1] in tornado(table).alt


def test_reserves_below_their_floor_and_of_many_kinds_are_drawn_and_said():
    rows = [
        {"reserve": f"{LONG} {i}", "year": year, "opening": 9e6, "balance": -1e6, "minimum": 2e6}
        for i in range(6)
        for year in TWO
    ]
    held = pd.DataFrame(rows)
    assert look_over(reserves_figure(held, TWO)) == []
    said = reserves(held, TWO).alt
    assert "£18.0m below their floor" in said
    assert "The other 3 together" in said


def test_a_chart_is_read_without_colour():
    """Bars up and bars down differ in lightness by more than half of it."""
    pixels = image.imread(io.BytesIO(tornado(small().tables["sensitivities"]).png))[:, :, :3]
    assert np.abs(pixels - pixels.mean(axis=2, keepdims=True)).max() < 0.05


@pytest.mark.parametrize(
    ("amounts", "scale", "told"),
    [
        ([459_174_000.4], MILLIONS, "£459.2m"),
        ([1_952_361.0], THOUSANDS, "£1,952,000"),
        ([9_000.0], POUNDS, "£9,000"),
        ([-12_009_000.0], MILLIONS, "−£12.0m"),
        ([-0.0], POUNDS, "£0"),
        ([NAN], POUNDS, "not known"),
    ],
)
def test_money_is_rounded_by_the_largest_figure_beside_it(amounts, scale, told):
    assert scale_of(amounts) == scale
    assert scale.words(amounts[0]) == told
