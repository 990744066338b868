"""Awards of a case explained: by the command, as a table, and as a view of a plan."""

import csv

import pytest

from planning.case import Case
from tests.planning.runs import NORTHAMPTONSHIRE, virement

ASKED = ["dc_olympus", "res_specialist"]


def test_awards_are_explained_in_sentences_and_as_a_table(tmp_path):
    """The sentences are the table's own, and an offer's price and provider are the case's."""
    out = tmp_path / "awards.csv"
    named = [word for offer in reversed(ASKED) for word in ("--offer", offer)]
    run = virement("awards", NORTHAMPTONSHIRE, *named, "--out", out)
    assert run.returncode == 0, run.stderr
    with (NORTHAMPTONSHIRE / "offers.csv").open(encoding="utf-8", newline="") as file:
        terms = {row["offer"]: row for row in csv.DictReader(file)}
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    *sentences, last = run.stdout.splitlines()
    assert sentences == [row["sentence"] for row in rows]
    assert last.startswith("Illustrative: some or all of")
    assert sorted({row["offer"] for row in rows}) == ASKED
    for row in rows:
        own = terms[row["offer"]]
        assert float(row["unit_cost"]) == float(own["unit_cost"])
        assert row["provider"] == own["provider"]
        assert row["reason"]
        assert row["provenance"] == last


def test_an_offer_that_there_is_not_is_refused(tmp_path):
    out = tmp_path / "awards.csv"
    run = virement("awards", NORTHAMPTONSHIRE, "--offer", "nobody", "--out", out)
    assert run.returncode == 2
    assert "offers.csv has no offer nobody" in run.stderr
    assert not out.exists()


def test_a_plan_explains_the_offers_named_by_what_it_buys_of_them():
    """What an offer's rows use together is what the plan uses of it."""
    plan = Case.read(NORTHAMPTONSHIRE).plan()
    table = plan.awards(*ASKED).table
    bought = plan.allocation.allocation.groupby("offer")["used"].sum()
    for offer, used in table.groupby("offer")["used"].sum().items():
        assert used == pytest.approx(bought.get(offer, 0.0), rel=1e-6)
