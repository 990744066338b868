"""The what-if panel: what it offers, and that no figure is shown as if it were of a new setting."""

import shutil

import pytest

from planning import Case
from planning.panel import WORKING, Panel, what_if
from planning.what_if import WhatIf
from tests.planning import plans
from tests.planning.runs import SMALL


@pytest.fixture
def panel():
    return what_if(plans.small().case, plans.small().outlook)


def test_every_control_is_described_and_answers_when_it_is_let_go(panel):
    assert list(panel.controls) == [
        "grant",
        "council_tax",
        "demand_quantile",
        "failing",
        "outcome",
        "target",
        "trading",
    ]
    for control in panel.controls.values():
        assert control.description
        assert not getattr(control, "continuous_update", False)
    assert panel.save.description == "Save as a scenario"


def test_while_figures_are_worked_out_none_are_shown(panel):
    """What the browser is told, in this order: at work, hidden, other figures, shown, of what."""
    told = []
    panel.status.observe(lambda c: told.append("at work" if WORKING in c.new else c.new), "value")
    panel.result.observe(lambda _: told.append("figures"), "value")
    panel.result.layout.observe(lambda c: told.append(c.new), "visibility")
    panel.controls["grant"].value = -0.05
    *first, last = told
    assert first == ["at work", "hidden", "figures", "visible"]
    assert "Shown: grants 5% less." in last
    assert "What if: grants 5% less</caption>" in panel.result.value


def test_figures_are_text_too_and_pictures_have_their_words(panel):
    panel.controls["trading"].value = 0.5
    page = panel.result.value
    assert page.count("<img ") == page.count(' alt="') == 2
    assert "Year by year" in page
    assert "Illustrative: some or all of" in page
    bundle = panel._repr_mimebundle_()
    assert bundle["text/html"] == page
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_a_conflict_is_told_in_place_of_figures(panel):
    panel.controls["failing"].value = "care_mutual"
    assert "No plan keeps every rule" in panel.result.value
    assert "<table" not in panel.result.value
    panel.controls["failing"].value = ""
    assert "Shown: nothing changed." in panel.status.value
    assert "<table" in panel.result.value


def test_a_scenario_is_saved_once_by_its_name(tmp_path):
    folder = shutil.copytree(SMALL, tmp_path / "case")
    panel = Panel(WhatIf.of(Case.read(folder), plans.small().outlook))
    panel.name.value = "less_grant"
    panel.save.click()
    assert "nothing is changed" in panel.told.value
    panel.controls["grant"].value = -0.05
    panel.save.click()
    assert "Saved as the scenario less_grant: grants 5% less." in panel.told.value
    panel.save.click()
    assert "the case has a scenario of this name" in panel.told.value
    panel.controls["council_tax"].value = 0.01
    assert panel.told.value == ""
    assert "Shown: grants 5% less; council tax 1% more." in panel.status.value
    assert [e.value for e in Case.read(folder).scenario("less_grant").edits] == ["x0.95"]


def test_names_of_the_case_cannot_become_markup(tmp_path):
    folder = shutil.copytree(SMALL, tmp_path / "case")
    file = folder / "providers.csv"
    text = file.read_text().replace("Bright Homes Ltd", "<script>alert(1)</script>")
    file.write_text(text)
    panel = Panel(WhatIf.of(Case.read(folder), plans.small().outlook))
    panel.controls["failing"].value = "bright_homes"
    assert "<script" not in panel.result.value + panel.status.value
    assert "&lt;script&gt;" in panel.status.value
