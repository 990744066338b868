"""Commands of many plans: the same bytes whoever does the work, and whatever interrupts it."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from planning.papers.manifest import changed_files, read_manifest
from tests.planning.runs import NORTHAMPTONSHIRE, SMALL, virement

FUTURES = ["chances.csv", "futures.csv", "manifest.json", "ranges.csv"]


def tables(folder):
    """Return the bytes of every CSV file of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


def parts(out):
    """Return the parts that are kept of what is on its way to a folder."""
    return [p for p in (out.parent / f".{out.name}.parts").glob("*") if len(p.name) == 64]


def begin(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "planning.cli", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for_parts(run, out, count):
    """Wait until some parts are kept, and the run is still at it."""
    while len(parts(out)) < count:
        assert run.poll() is None, "the run ended too soon"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """Return the futures of the small case, made by one process, and what the run said."""
    folder = tmp_path_factory.mktemp("alone") / "futures"
    return folder, virement("futures", SMALL, "--paths", 30, "--out", folder, "--json")


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.exhaustive
def test_futures_are_written_whole_with_the_chances_told(alone):
    folder, run = alone
    assert run.returncode == 0, run.stderr
    assert sorted(path.name for path in folder.iterdir()) == FUTURES
    assert changed_files(folder, read_manifest(folder)) == []
    assert len(rows(folder / "futures.csv")) == 30 * 3
    answer = json.loads(run.stdout)
    told = [float(row["value"]) for row in rows(folder / "chances.csv")]
    assert [one["value"] for one in answer["chances"]] == pytest.approx(told)
    assert [path.name for path in folder.parent.iterdir()] == ["futures"]


@pytest.mark.exhaustive
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_run_that_is_killed_goes_on_where_it_stopped(alone, tmp_path):
    """Then in two processes, with what was done found again and one part of it torn."""
    out = tmp_path / "futures"
    run = begin("futures", SMALL, "--paths", 30, "--out", out)
    wait_for_parts(run, out, 1)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert not out.exists()
    torn = parts(out)[0]
    torn.write_bytes(torn.read_bytes()[:-9])
    again = virement("futures", SMALL, "--paths", 30, "--out", out, "--jobs", 2)
    assert again.returncode == 0, again.stderr
    assert tables(out) == tables(alone[0])
    assert [path.name for path in tmp_path.iterdir()] == ["futures"]


def test_futures_never_take_the_place_of_a_plan(written_small):
    before = tables(written_small[0])
    run = virement("futures", SMALL, "--paths", 1, "--out", written_small[0])
    assert run.returncode == 2
    assert "holds no earlier futures" in run.stderr
    assert tables(written_small[0]) == before


@pytest.mark.exhaustive
def test_one_bad_council_stops_no_other(alone, written_small, tmp_path):
    """One is Smallshire, one has thirty faults, and in one at least £2m and at most £1m is spent.

    Smallshire comes to what ``plan`` and ``futures`` say of it alone.
    """
    folder, out = tmp_path / "cases", tmp_path / "out"
    shutil.copytree(SMALL, folder / "small")
    shutil.copytree(SMALL.parent / "thirty_faults", folder / "faulty")
    torn = shutil.copytree(SMALL, folder / "torn") / "rules.csv"
    head = torn.read_text(encoding="utf-8").splitlines()[0].split(",")
    rules = [
        {"rule": "least", "kind": "min_spend", "limit": "2000000"},
        {"rule": "most", "kind": "max_spend", "limit": "1000000"},
    ]
    lines = [",".join(head), *(",".join(rule.get(name, "") for name in head) for rule in rules)]
    torn.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "no_case").mkdir()
    run = virement("national", folder, "--paths", 30, "--out", out, "--jobs", 2)
    assert run.returncode == 3, run.stderr
    assert "1 councils planned, 2 left out" in run.stdout
    left = {row["council"]: row["why"] for row in rows(out / "left_out.csv")}
    assert sorted(left) == ["faulty", "torn"]
    assert "(and 29 more)" in left["faulty"]
    assert "rules.csv, least: min_spend of £2,000,000" in left["torn"]
    found = rows(out / "national.csv")
    assert {row["council"] for row in found} == {"small"}
    budget = rows(written_small[0] / "budget.csv")
    chances = {(r["year"], r["measure"]): r for r in rows(alone[0] / "chances.csv")}
    for row, own in zip(found, budget, strict=True):
        assert row["year"] == own["year"]
        assert row["managed_gap"] == own["managed_gap"]
        assert float(row["reserves_balance"]) == pytest.approx(float(own["reserves_balance"]))
        for measure in ("gap", "reserves_run_out", "statutory_unmet", "no_plan"):
            chance = chances[row["year"], measure]
            told = (row[f"chance_{measure}"], row[f"se_{measure}"])
            assert told == (chance["value"], chance["se"])
        missed = chances[row["year"], "targets_missed"]["value"]
        assert row["expected_targets_missed"] == missed


def test_a_folder_without_cases_is_refused(tmp_path):
    run = virement("national", tmp_path, "--out", tmp_path / "out")
    assert run.returncode == 2
    assert "holds neither a folder with a case.toml" in run.stderr


@pytest.mark.exhaustive
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_cluster_with_a_worker_killed_half_way_gives_the_same_bytes(tmp_path):
    """Two workers on this machine, one of them killed once half of the futures are kept."""
    cluster = subprocess.Popen(
        [sys.executable, "-c", CLUSTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        address, *pids = cluster.stdout.readline().split()
        options = ["futures", NORTHAMPTONSHIRE, "--paths", 80]
        out = tmp_path / "cluster"
        run = begin(*options, "--out", out, "--scheduler", address)
        wait_for_parts(run, out, 4)
        os.kill(int(pids[0]), signal.SIGKILL)
        assert run.wait() == 0
    finally:
        cluster.communicate("")
    one = virement(*options, "--out", tmp_path / "one")
    assert one.returncode == 0, one.stderr
    assert tables(out) == tables(tmp_path / "one")


CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        pids = [nanny.pid for nanny in cluster.workers.values()]
        print(cluster.scheduler_address, *pids, flush=True)
        sys.stdin.read()
"""


def test_stress_writes_a_row_for_every_scenario_and_each_says_on_what_it_rests(tmp_path):
    out = tmp_path / "stress.csv"
    run = virement("stress", SMALL, "--out", out)
    assert run.returncode == 0, run.stderr
    *lines, last = run.stdout.splitlines()
    assert last.startswith("Illustrative: some or all of")
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["scenario"] == "as it is"
    assert [line.split("  ")[0] for line in lines] == [row["scenario"] for row in rows]
    assert {row["provenance"] for row in rows} == {last}
