"""Commitments of a case: over the futures that it is tried in, written whole, told in words."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from optimisation.risk import Risk
from planning.case import Case
from planning.commitments import plan_commitments
from planning.futures import draw
from planning.outlook import look_ahead
from tests.planning.runs import SMALL, virement

RISK = Risk(tail=0.8, weight=0.5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the small case without its smallest viable volume and its tier: whole decisions."""
    folder = shutil.copytree(SMALL, tmp_path_factory.mktemp("case") / "small")
    for name, whole, divisible in (
        ("offers.csv", ",17000,5000,", ",17000,,"),
        ("tiers.csv", "hc_bright_south,25000,15.80,illustrative\n", ""),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert whole in text
        (folder / name).write_text(text.replace(whole, divisible), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def outlook(folder):
    return look_ahead(Case.read(folder))


@pytest.fixture(scope="module")
def made(outlook):
    return plan_commitments(outlook, 6, risk=RISK)


def test_futures_are_those_that_the_case_is_tried_in(outlook, made):
    drawn = draw(outlook, 6, seed=outlook.case.settings.seed)
    assert made.plan.futures["future"].unique().tolist() == drawn.number.tolist()
    assert made.plan.futures["year"].unique().tolist() == list(outlook.case.years)


def test_only_contracts_are_committed_and_never_less_than_is_owed(outlook, made):
    offers = outlook.case.offers.set_index("offer")
    table = made.plan.commitments
    assert set(table["offer"]) <= set(offers.index[offers["contract_type"] != "spot"])
    assert set(table["offer"]) >= set(offers.index[offers["committed"] > 0.0])
    assert (table["commit"] >= table["least"] - 1e-6).all()
    assert (table["used_most"] <= table["commit"] * (1 + 1e-6) + 1e-6).all()


def test_contracts_cost_the_same_in_every_future_and_what_their_units_do(made):
    table = made.plan.commitments
    paid = (table["commit"] * table["unit_cost"]).groupby(table["year"]).sum()
    for _, future in made.plan.futures.groupby("future"):
        np.testing.assert_allclose(future["contracted"], paid.loc[future["year"]], rtol=1e-9)


def test_the_folder_holds_the_tables_and_what_they_come_to(made, tmp_path):
    written = made.export(tmp_path / "commitments")
    for name in ("commitments", "futures", "values"):
        table = getattr(made.plan, name)
        pd.testing.assert_frame_equal(
            pd.read_csv(written / f"{name}.csv"), table, check_dtype=False, rtol=1e-12
        )
    assert (written / "summary.txt").read_text(encoding="utf-8").splitlines() == made.summary()
    manifest = json.loads((written / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["options"]["tail"] == RISK.tail


def test_a_case_with_whole_decisions_is_refused_in_words(tmp_path):
    run = virement("commit", SMALL, "--paths", 2, "--out", tmp_path / "out")
    assert run.returncode == 2
    assert "cannot take whole decisions" in run.stderr
    assert not (tmp_path / "out").exists()


def test_the_command_writes_what_it_says(folder, tmp_path):
    run = virement("commit", folder, "--paths", 3, "--out", tmp_path / "out", "--json")
    told = json.loads(run.stdout)
    assert run.returncode == told["exit_code"] == 0
    written = pd.read_csv(tmp_path / "out" / "values.csv").set_index("measure")["value"]
    for row in told["values"]:
        assert row["value"] == pytest.approx(written[row["measure"]])
    again = virement("commit", folder, "--paths", 3, "--out", tmp_path / "again")
    assert again.returncode == 0
    for name in ("commitments.csv", "futures.csv", "values.csv", "summary.txt"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
