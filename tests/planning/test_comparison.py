"""Two plans side by side: inputs, demand, cost and totals, and why they differ."""

import shutil
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from optimisation.sketch import sketch
from planning import Case
from planning.comparison.beside import beside, moved
from planning.comparison.comparison import compare_sides
from planning.comparison.files import long_table
from planning.comparison.measures import TOLD
from planning.comparison.sides import NotComparable, Side
from planning.comparison.terminal import lines_of
from planning.comparison.variance import FIXED, PARTS, cost_variance
from planning.outlook import look_ahead
from planning.problem import problem_of
from planning.tables.edits import Edit
from tests.planning.runs import SMALL

NAN = float("nan")


@pytest.fixture(scope="module")
def small():
    return Case.read(SMALL)


@pytest.fixture(scope="module")
def outlook(small):
    return small.forecast()


def side(name, outlook):
    """Return a plan of an outlook as a side, without what explains it."""
    tables = sketch(problem_of(outlook)) | {"forecast": outlook.forecast}
    return Side(name, MappingProxyType(tables), outlook, outlook.case.digests)


@pytest.fixture(scope="module")
def base(outlook):
    return side("the base", outlook)


@pytest.fixture(scope="module")
def plan(small, outlook):
    return small.plan(outlook)


EDITS = [
    Edit("other", "case.toml", "", "plan.demand_quantile", "0.7"),
    Edit("other", "outlook.demand", "short_breaks//*", "units", "x1.5"),
    Edit("other", "outlook.income", "council_tax/*", "amount", "-10%"),
    Edit("other", "demand", "home_care/north/2014-15", "units", "+4%"),
    Edit("other", "offers", "hc_*", "unit_cost", "+5%"),
    Edit("other", "targets", "carers_rested/*", "target", "x0.5"),
    Edit("other", "case.toml", "", "reserves.opening", "300000"),
]


@pytest.fixture(scope="module")
def other(small):
    return side("the other", look_ahead(small.edit(*EDITS)))


@pytest.fixture(scope="module")
def made(base, other):
    return compare_sides(base, other)


def total(made):
    """Return the row of all steps together."""
    return made.tables["steps"].iloc[-1]


def test_a_plan_beside_itself_is_nothing(plan):
    made = plan.compare(plan)
    assert made.same
    assert made.causes == ()
    assert len(made.lines) == 1
    assert made.lines[0].startswith("Nothing differs")
    changes = made.tables["totals"]["change"]
    assert (changes == 0.0).all()
    assert "Nothing differs" in made._repr_html_()


def test_the_plan_compared_is_the_new_one_and_the_other_the_old(small, outlook, plan):
    """A fifth less council tax is the plan's that is asked; other demand gives way to the gap."""
    poorer = small.edit(council_tax="-20%")
    new = poorer.plan(outlook.of(poorer))
    made = new.compare(plan)
    assert made.lines[0].startswith(f"From {small.name} to {small.name}, scenario council_tax -20%")
    totals = made.tables["totals"].set_index("figure")
    assert totals.at["Income", "to"] < totals.at["Income", "from"]
    assert totals.at["Other demand unmet", "change"] > 0.0
    assert any(line.startswith("Other demand unmet rises by") for line in made.lines)
    assert [step.title for step in made.causes] == ["Income"]
    cut = made.tables["income"].set_index(["stream", "year"]).loc["council_tax"]
    assert (cut["amount_to"] / cut["amount_from"]).to_numpy() == pytest.approx(0.8)


def test_back_again_every_total_changes_by_the_same_the_other_way(base, other, made):
    back = compare_sides(other, base)
    for name in TOLD:
        assert total(back)[name] == -total(made)[name]
    there, here = (m.tables["totals"].set_index("figure") for m in (made, back))
    assert (there["change"] + here["change"] == 0.0).all()
    assert there["from"].equals(here["to"])
    assert len(back.tables["inputs"]) == len(made.tables["inputs"])


def test_steps_come_in_order_and_add_up_to_the_penny(made):
    titles = [step.title for step in made.causes]
    assert titles == [
        "Demand",
        "Income",
        "Prices and terms",
        "Outcomes, targets and effects",
        "Reserves",
        "Risk planned for",
    ]
    steps = made.tables["steps"]
    totals = made.tables["totals"].set_index("figure")
    for name in TOLD:
        assert round(steps[name].iloc[:-1].sum(), 2) == steps[name].iloc[-1]
    assert total(made)["managed_gap"] == totals.at["Managed gap", "change"]
    cost = totals.at["Cost of units", "change"] + totals.at["Fixed cost", "change"]
    assert total(made)["whole_cost"] == pytest.approx(cost, abs=0.011)


def test_totals_are_over_the_years_or_of_the_last(base, other, made):
    totals = made.tables["totals"].set_index("figure")
    for end, one in (("from", base), ("to", other)):
        budget = one.tables["budget"]
        for figure, value in (
            ("Structural gap of the last year", budget["structural_gap"].iloc[-1]),
            ("Reserves at the end", budget["reserves_balance"].iloc[-1]),
            ("Income", budget["income"].sum()),
        ):
            assert totals.at[figure, end] == pytest.approx(value, abs=0.006)


def test_a_quantile_of_one_service_is_a_choice_and_not_its_history(small, base):
    edited = small.edit(Edit("cautious", "services", "home_care", "demand_quantile", "0.8"))
    made = compare_sides(base, side("cautious", look_ahead(edited)))
    assert [step.title for step in made.causes] == ["Risk planned for"]
    table = made.tables["demand"]
    own = table[table["demand_change"] != 0.0]
    assert set(own["service"]) == {"home_care"}
    assert set(own["why"]) == {"planned for at the 80% quantile, not the 50%"}


@settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # To shrink takes minutes of solving.
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    income=st.integers(-20, 10),
    price=st.integers(-10, 20),
    saving=st.integers(0, 60_000),
    margin=st.sampled_from(["0", "0.1"]),
    limit=st.sampled_from(["0.5", "0.8"]),
)
def test_steps_add_up_whatever_changes(outlook, base, income, price, saving, margin, limit):
    edits = [
        Edit("any", "outlook.income", "*/*", "amount", f"{income:+}%"),
        Edit("any", "offers", "hc_*", "unit_cost", f"{price:+}%"),
        Edit("any", "proposals", "one_site/*", "amount", str(saving)),
        Edit("any", "organisations", "care_mutual", "margin", margin),
        Edit("any", "rules", "steady_hands", "limit", limit),
    ]
    new = side("any", outlook.of(outlook.case.edit(*edits)))
    made = compare_sides(base, new)
    steps = made.tables["steps"]
    for name in TOLD:
        assert round(steps[name].iloc[:-1].sum(), 2) == steps[name].iloc[-1]
    changes = made.tables["totals"].set_index("figure")["change"]
    assert steps["managed_gap"].iloc[-1] == changes["Managed gap"]
    line = changes["Cost of units"] + changes["Fixed cost"]
    line -= changes["Income"] + changes["Trading"] + changes["Reserves drawn, net"]
    assert line == pytest.approx(changes["Managed gap"], abs=0.05)


def test_demand_moves_by_its_forecast_its_risk_and_its_edit(base, other, made):
    """Short breaks are at half as much again, so that the edit adds a third of what is planned."""
    table = made.tables["demand"].set_index(["service", "locality", "year"])
    parts = table[["forecast", "risk", "edit"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(table["demand_change"].to_numpy())
    breaks = table.loc["short_breaks"]
    assert breaks["edit"].to_numpy() == pytest.approx(breaks["demand_to"].to_numpy() / 3.0)
    assert (breaks["forecast"].abs() < 0.02 * breaks["demand_from"]).all()
    home = table.loc["home_care"]
    assert (home["edit"] == 0.0).all()
    assert (home["risk"] > 0.0).all()
    north = table.loc[("home_care", "north"), "why"].iloc[0]
    assert north == "its history (1 change); planned for at the 70% quantile, not the 50%"
    assert "a scenario's edit, from as forecast to x1.5" in breaks["why"].iloc[0]
    medians = [
        one.tables["forecast"].set_index(["kind", "series", "period"])["median"]
        for one in (base, other)
    ]
    moved_by = (medians[1] - medians[0])["demand", "home_care/north", "2017-18"]
    assert table.at[("home_care", "north", "2017-18"), "forecast"] == pytest.approx(moved_by)


def test_inputs_are_told_by_key_with_old_and_new_value(made):
    rows = made.tables["inputs"].to_dict(orient="records")
    told = {(r["table"], r["key"], r["column"]): (r["from"], r["to"]) for r in rows}
    assert told["case.toml", "", "reserves.opening"] == ("400000", "300000")
    assert told["demand", "home_care/north/2014-15", "units"] == ("46300", "48152")
    assert told["offers", "hc_bright_south", "unit_cost"] == ("15.2", "15.96")
    assert told["outlook.income", "council_tax/*", "amount"] == ("as forecast", "-10%")
    assert len(told) == 11


def test_rows_added_and_removed_and_cells_filled_are_told(tmp_path, small, base):
    folder = tmp_path / "case"
    shutil.copytree(SMALL, folder)
    offers = (folder / "offers.csv").read_text(encoding="utf-8").splitlines()
    offers = [line for line in offers if not line.startswith("sb_bright")]
    offers = [line.replace(",85,0.02,,,", ",85,0.02,9000,,") for line in offers]
    offers.append("sb_new,bright_homes,short_breaks,,spot,2015-16,,99,0,,,,,made up")
    (folder / "offers.csv").write_text("\n".join(offers) + "\n", encoding="utf-8")
    new = side("new", look_ahead(Case.read(folder)))
    rows = compare_sides(base, new).tables["inputs"].to_dict(orient="records")
    assert [(r["key"], r["column"], r["change"], r["from"]) for r in rows[:1]] == [
        (
            "sb_bright",
            "",
            "row removed",
            "provider bright_homes; service short_breaks; contract_type spot; first_year 2014-15; "
            "unit_cost 110; indexation 0.025; capacity 2000; current 1600; source illustrative",
        )
    ]
    assert rows[1] == {
        "table": "offers",
        "key": "sb_mutual",
        "column": "capacity",
        "change": "changed",
        "from": "",
        "to": "9000",
    }
    assert rows[2]["change"] == "row added"
    assert "unit_cost 99" in rows[2]["to"]
    assert len(rows) == 3


def bought(rows, fixed=0.0):
    """Return a plan that only has what is bought, in one year."""
    table = pd.DataFrame(rows, columns=["service", "offer", "paid", "cost"]).assign(year="2015-16")
    budget = pd.DataFrame({"year": ["2015-16"], "fixed_cost": [fixed]})
    return Side("x", {"allocation": table, "budget": budget})


def test_cost_is_split_into_volume_mix_and_price_by_hand():
    """10 at £6 and 10 at £8 become 5 at £6, 15 at £9 and 4 of a new offer at £7.

    The old average is £7 and there are 4 more: volume £28. Price is 15 × £1 = £15. At old prices
    the new mix costs 30 + 120 + 28 = £178, and at the old average 24 × £7 = £168: mix £10. From
    £140 to £193 they are £53 in all.
    """
    old = bought([("care", "a", 10, 60), ("care", "b", 10, 80)], fixed=5.0)
    new = bought([("care", "a", 5, 30), ("care", "b", 15, 135), ("care", "c", 4, 28)], fixed=7.0)
    table = cost_variance(old, new, years=("2015-16",)).set_index("service")
    care = table.loc["care"]
    assert care[["cost_from", "cost_to", "cost_change"]].tolist() == [140.0, 193.0, 53.0]
    assert care[PARTS].tolist() == pytest.approx([28.0, 10.0, 15.0, 0.0])
    assert table.loc[FIXED, ["cost_change", *PARTS]].tolist() == [2.0, 0.0, 0.0, 0.0, 2.0]


def test_a_service_that_comes_or_goes_is_all_volume():
    old = bought([("old", "a", 10, 60)])
    new = bought([("new", "b", 5, 35)])
    table = cost_variance(old, new, years=("2015-16",)).set_index("service")
    assert table.loc["old", ["cost_change", "volume", "mix", "price"]].tolist() == [-60, -60, 0, 0]
    assert table.loc["new", ["cost_change", "volume", "mix", "price"]].tolist() == [35, 35, 0, 0]


def test_the_parts_of_cost_add_up_to_the_whole_change(base, other, made):
    table = made.tables["cost"]
    assert table[PARTS].sum(axis=1).to_numpy() == pytest.approx(table["cost_change"].to_numpy())
    assert table["cost_change"].sum() == pytest.approx(total(made)["whole_cost"], abs=0.02)
    units = made.tables["totals"].set_index("figure").at["Cost of units", "change"]
    for name in ("services", "organisations", "providers", "offers"):
        assert made.tables[name]["cost_change"].sum() == pytest.approx(units, abs=0.05)


def test_blank_is_not_nil_and_what_comes_or_goes_is_a_change():
    old = pd.DataFrame({"key": ["a", "b"], "x": [1.0, 2.0]})
    new = pd.DataFrame({"key": ["b", "c"], "x": [2.0, 0.0]})
    table = beside(old, new, keys=["key"], figures=["x"])
    assert table["x_from"].tolist()[:2] == [1.0, 2.0]
    assert np.isnan(table["x_from"].iloc[2])
    assert moved(table, {"x": 0.005})["key"].tolist() == ["a", "c"]


def cut_short(tmp_path, first="2015-16", last="2016-17"):
    """Return the small case over other years: rows of years that it then lacks are left out."""
    folder = tmp_path / f"{first} to {last}"
    shutil.copytree(SMALL, folder)
    for name in ("targets", "costs", "proposals"):
        lines = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        kept = [one for one in lines[1:] if first <= one.split(",")[1] <= last]
        text = "\n".join([lines[0], *kept]) + "\n"
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    text = (folder / "case.toml").read_text(encoding="utf-8")
    years = int(last[:4]) - int(first[:4]) + 1
    text = text.replace('"2015-16"', f'"{first}"').replace("years = 3", f"years = {years}")
    (folder / "case.toml").write_text(text, encoding="utf-8")
    if first > "2015-16":
        income = (folder / "income.csv").read_text(encoding="utf-8")
        income = income.replace("confirmed", "outturn")
        (folder / "income.csv").write_text(income, encoding="utf-8")
    return side("cut", look_ahead(Case.read(folder)))


def test_other_years_are_a_step_of_their_own_and_only_common_ones_compared(tmp_path, base):
    short = cut_short(tmp_path)
    made = compare_sides(base, short)
    assert made.years == ("2015-16", "2016-17")
    assert made.causes[0].title == "Years planned"
    assert made.causes[0].cause == "planning 2 years, not 3"
    assert "Only years that both plans have are compared" in made.lines[1]
    assert set(made.tables["budget"]["year"]) == {"2015-16", "2016-17"}
    back = compare_sides(short, base)
    assert back.causes[-1].cause == "planning 3 years, not 2"
    assert total(back)["managed_gap"] == -total(made)["managed_gap"]


def test_plans_that_begin_in_different_years_have_no_steps_and_say_why(tmp_path, base):
    later = cut_short(tmp_path, "2016-17", "2017-18")
    made = compare_sides(base, later)
    assert made.causes == ()
    assert "begin in different years, 2015-16 and 2016-17" in made.untold
    assert made.untold in made.lines
    assert made.years == ("2016-17", "2017-18")
    assert len(made.tables["inputs"]) > 0
    assert "begin in different years" in "\n".join(lines_of(made)).replace("\n  ", " ")


def test_plans_that_share_no_year_cannot_be_compared():
    early, late = (
        Side(year, {"budget": pd.DataFrame({"year": [year]})}) for year in ("2015-16", "2016-17")
    )
    with pytest.raises(NotComparable, match="no year is in both"):
        compare_sides(early, late)


def test_markup_in_names_is_shown_and_not_run(made):
    bad = "<script>alert(1)</script>\x1b[31m"
    inputs = made.tables["inputs"].assign(to=bad)
    forged = replace(
        made,
        old=replace(made.old, name=bad),
        lines=(f"From {bad}", bad),
        tables={**made.tables, "inputs": inputs},
    )
    for view in (forged, forged.inputs(), forged.demand()):
        page = view._repr_html_()
        assert "<script" not in page
        assert "&lt;script&gt;" in page
    text = "\n".join(lines_of(forged))
    assert "\x1b" not in text
    assert "<script>alert(1)</script>" in text


def test_the_long_table_has_every_figure_of_every_table_once(made):
    long = long_table(made)
    assert not long.duplicated(["table", "key", "figure"]).any()
    for name, table in made.tables.items():
        assert (set(long.loc[long["table"] == name, "key"]) == set()) == table.empty
    own = long[(long["table"] == "steps") & (long["figure"] == "managed_gap")]
    assert own["change"].tolist() == made.tables["steps"]["managed_gap"].tolist()
    changes = long[(long["table"] == "services") & (long["figure"] == "cost")]
    services = made.tables["services"]
    assert changes[["from", "to", "change"]].to_numpy().tolist() == (
        services[["cost_from", "cost_to", "cost_change"]].to_numpy().tolist()
    )


@pytest.mark.parametrize("width", [80, 100, 120])
def test_lines_fit_the_terminal_and_the_steps_shown_add_up(made, width):
    lines = lines_of(made, width=width)
    assert max(map(len, lines)) <= width
    start = next(n for n, line in enumerate(lines) if line.startswith("Why, in steps"))
    figures = []
    for line in lines[start:]:
        if line.startswith("No step") or line.startswith("Each figure"):
            break
        cells = line.replace("−", "-").replace(",", "").replace("–", "0").split()
        numbers = []
        while cells and cells[-1].lstrip("+-").isdecimal():
            numbers.insert(0, int(cells.pop()))
        figures += [numbers] if numbers and (line[0].isdigit() or line.startswith("All")) else []
    *steps, whole = figures
    assert len(steps) == len(made.causes)
    assert [sum(column) for column in zip(*steps, strict=True)] == whole
    moved = [name for name in TOLD if any(step.change(name) for step in made.causes)]
    for step, shown in zip(made.causes, steps, strict=True):
        for name, one in zip(moved, shown, strict=True):
            size = 1.0 if name == "targets_missed" else 1000.0
            assert one == pytest.approx(step.change(name) / size, abs=1.0)


def test_lines_tell_what_changed_and_where(made):
    text = "\n".join(lines_of(made))
    for head in (
        "What changes, 2015-16 to 2017-18",
        "What changed in the inputs",
        "Demand in 2017-18, units",
        "Cost by service, £000",
        "Paid to providers, £000",
        "Targets",
    ):
        assert f"\n{head}" in text
    assert "case.toml reserves.opening 400,000 300,000" in " ".join(text.split())


def test_views_show_every_part(made):
    for view in (
        made.totals(),
        made.steps(),
        made.inputs(),
        made.demand(),
        made.income(),
        made.cost(),
        made.budget(),
        made.targets(),
        made.reserves(),
        *(made.allocation(by=by) for by in ("service", "organisation", "provider", "offer")),
    ):
        assert len(view.table)
        assert view.note.startswith("From the base to the other.")
        assert "<table>" in view._repr_html_()
    with pytest.raises(ValueError, match="by must be one of"):
        made.allocation(by="colour")
