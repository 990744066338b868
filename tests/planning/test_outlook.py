"""The outlook explained: grades, naive, part-years, and the chart of a series."""

import shutil

import pytest

from planning.case import Case
from planning.outlook import look_ahead
from tests.planning.runs import NORTHAMPTONSHIRE, SMALL


@pytest.fixture(scope="module")
def outlook():
    return look_ahead(Case.read(NORTHAMPTONSHIRE))


@pytest.fixture(scope="module")
def in_part(tmp_path_factory):
    """Return the outlook of the small case with three years of quarters, and one quarter more."""
    folder = tmp_path_factory.mktemp("part") / "case"
    shutil.copytree(SMALL, folder)
    path = folder / "demand.csv"
    text = path.read_text(encoding="utf-8")
    quarters = [f"{year}-{year - 1999} Q{q}" for year in (2011, 2012, 2013) for q in (1, 2, 3, 4)]
    rows = [f"short_breaks,,{label},1300,\n" for label in [*quarters, "2014-15 Q1"]]
    path.write_text(text[: text.index("short_breaks")] + "".join(rows), encoding="utf-8")
    return look_ahead(Case.read(folder))


def test_every_series_has_a_grade_and_its_reason(outlook):
    table = outlook.quality().table
    assert set(table["series"]) == set(outlook.forecast["series"])
    assert table["grade"].isin(["A", "B", "C", "D"]).all()
    assert table["why"].str.endswith(".").all()


def test_series_are_graded_by_what_the_case_holds(outlook):
    """Four years of home care cannot be tried; six of nursing can, and are few."""
    table = outlook.grades.set_index("series")
    assert table.loc["home_care", ["grade", "periods", "last"]].to_list() == ["D", 4, "2013-14"]
    assert table.loc["nursing_65", ["grade", "periods", "last"]].to_list() == ["C", 6, "2013-14"]
    assert table.at["settlement", "last"] == "2015-16"


def test_the_title_counts_the_grades_and_the_note_has_the_rules(outlook):
    view = outlook.quality()
    counts = view.table["grade"].value_counts()
    assert f"{counts['C']} C, {counts['D']} D" in view.title
    assert "B: it has fewer than 12 values" in view.note
    assert view.table.columns.to_list()[-1] == "why"


def test_the_comparison_with_naive_has_every_series_and_counts_those_tried(outlook):
    view = outlook.against_naive()
    tried = (view.table["verdict"] != "cannot be told").sum()
    assert len(view.table) == len(outlook.grades)
    assert view.title.endswith(f"of {tried} series tried")
    assert outlook.accuracy().table["series"].to_list() == sorted(
        view.table.loc[view.table["ratio"].notna(), "series"]
    )


def test_a_series_says_how_its_models_were_weighed(outlook):
    table = outlook.why("nursing_65").table.set_index("model")
    assert table["weight"].sum() == pytest.approx(1.0)
    assert table.at["naive", "mase"] > 0.0
    assert (table.loc[table["weight"] == 0.0, "reason"] != "").all()


def test_the_chart_has_the_case_s_name_and_outturns_and_the_forecast_s_figures(outlook):
    alt = outlook.track("nursing_65").alt
    assert "Nursing homes, people aged 65 and over: " in alt
    assert "2008-09 24,055" in alt
    assert "Last forecast, from 2011-12" in alt
    rows = outlook.forecast[outlook.forecast["series"] == "nursing_65"]
    for row in rows.itertuples():
        figures = (row.median, row.lo80, row.hi80, row.lo95, row.hi95)
        median, low, high, lowest, highest = (f"{figure:,.0f}" for figure in figures)
        assert f"{row.period} {median} ({low} to {high}; {lowest} to {highest})" in alt


def test_the_last_forecast_in_the_chart_is_the_earliest_trial(outlook):
    rows = outlook.trials[outlook.trials["series"] == "demand:residential_65"]
    alt = outlook.track("residential_65").alt
    for row in rows[rows["origin"] == "2011-12"].itertuples():
        assert f"{row.period} {row.median:,.0f} ({row.lo80:,.0f} to {row.hi80:,.0f})" in alt
    assert "from 2012-13" not in alt


def test_income_is_drawn_in_millions_and_what_is_confirmed_is_announced(outlook):
    alt = outlook.track("settlement").alt
    assert "2014-15 £189.3m" in alt
    assert "2015-16 £165.0m (announced)" in alt


def test_a_series_that_is_none_is_refused_with_those_there_are(outlook):
    for asked in (outlook.track, outlook.why):
        with pytest.raises(ValueError, match="'nursing' names 0 series: write one of"):
            asked("nursing")


def test_a_series_of_a_locality_bears_its_name():
    small = look_ahead(Case.read(SMALL))
    assert "home_care" in small.case.services["service"].to_list()
    assert ", north: " in small.track("home_care/north").alt


def test_a_year_known_in_part_is_told_wherever_the_series_is(in_part):
    said = "short_breaks 2014-15: 1 of 4 periods known; left out: after the last whole year."
    assert in_part.series().note == said
    assert said in in_part.quality().note
    assert "1 of 4 periods known" in in_part.why("short_breaks").table["reason"].iloc[-1]


def test_the_outlook_shows_itself_with_its_chart(outlook):
    assert outlook.jaws().html in outlook._repr_html_()


def test_localities_are_forecast_with_their_total_which_is_not_planned_for():
    outlook = look_ahead(Case.read(SMALL))
    assert "home_care" not in set(outlook.forecast["series"])
    assert "demand:home_care" not in outlook.paths.series
    assert set(outlook.demand["service"] + "/" + outlook.demand["locality"]) == {
        "home_care/north",
        "home_care/south",
        "short_breaks/",
    }
    told = outlook.reasons[outlook.reasons["model"] == "hierarchy"].set_index("series")["reason"]
    assert set(told.index) == {"home_care/north", "home_care/south"}
    assert told.str.startswith("made to add up by ").all()


def test_a_service_may_be_planned_for_at_a_risk_of_its_own(tmp_path):
    """Short breaks at 90%, the upper end of the 80% interval; home care stays at its median."""
    folder = shutil.copytree(SMALL, tmp_path / "case")
    path = folder / "services.csv"
    head, home, breaks = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},demand_quantile", f"{home},", f"{breaks},90%", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    case = Case.read(folder)
    outlook = look_ahead(case)
    table = outlook.forecast[outlook.forecast["kind"] == "demand"]
    breaks = table[table["series"] == "short_breaks"]
    planned = outlook.demand.set_index("service")["units"]
    assert planned["short_breaks"].to_numpy() == pytest.approx(breaks["hi80"].to_numpy())
    home = table[table["series"] == "home_care/north"]
    north = outlook.demand[outlook.demand["locality"] == "north"]["units"]
    assert north.to_numpy() == pytest.approx(home["median"].to_numpy())
    assert (
        case.plan(outlook)
        .summary()[0]
        .endswith("on the middle forecast of demand and income, but short breaks for carers at 90%")
    )
