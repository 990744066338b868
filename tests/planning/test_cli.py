"""The verbs as a planner meets them: what they say, what they write, how they leave."""

import json
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from planning.papers.contract import TABLES
from planning.papers.manifest import MANIFEST, changed_files, read_manifest
from tests.examples import examples
from tests.planning.runs import SMALL, virement

FILES = sorted(
    [*(f"{name}.csv" for name in TABLES), "paper.docx", "plan.ods", "plan.xlsx", MANIFEST]
)


def contents(folder):
    """Return every file's bytes, but for the one block of the manifest that holds times."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    manifest = json.loads(found.pop(MANIFEST))
    assert set(manifest.pop("times")) == {"started", "seconds"}
    return found | {MANIFEST: json.dumps(manifest)}


def test_a_plan_is_written_whole_with_its_exit_code(written_small):
    folder, run = written_small
    assert run.returncode in (0, 3), run.stderr
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert changed_files(folder, read_manifest(folder)) == []


def test_piped_the_plan_says_twelve_lines_and_nothing_of_its_progress(written_small):
    _, run = written_small
    assert len(run.stdout.splitlines()) == 12
    assert run.stderr == ""


@pytest.mark.parametrize(
    ("case", "stream", "status"), [(SMALL, "stdout", 0), (SMALL / "absent", "stderr", 2)]
)
def test_who_stops_reading_changes_neither_the_status_nor_what_is_said(case, stream, status):
    other = "stderr" if stream == "stdout" else "stdout"
    with subprocess.Popen(
        [sys.executable, "-m", "planning.cli", "check", case],
        **{stream: subprocess.PIPE, other: subprocess.PIPE},
    ) as run:
        getattr(run, stream).close()
        assert getattr(run, other).read() == b""
    assert run.returncode == status


def test_the_manifest_names_every_table_and_every_file_that_was_read(written_small):
    folder, _ = written_small
    files = {path.name for path in SMALL.iterdir() if path.suffix in (".csv", ".toml")}
    manifest = read_manifest(folder)
    assert set(manifest["files"]) == files
    assert set(manifest["inputs"]) == {name.partition(".")[0] for name in files}


@pytest.mark.slow
def test_northamptonshire_is_planned_and_says_what_one_off_money_hides(written_northamptonshire):
    folder, run = written_northamptonshire
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == 14
    assert "Gap: none; before reserves and one-off money £" in run.stdout
    assert "Illustrative: " in run.stdout
    assert read_manifest(folder)["illustrative"]


@pytest.mark.slow
def test_the_same_case_gives_the_same_bytes(written_small, tmp_path):
    folder, run = written_small
    again = virement("plan", SMALL, "--out", tmp_path / "again")
    assert again.returncode == run.returncode
    assert contents(tmp_path / "again") == contents(folder)


@pytest.mark.slow
def test_the_order_of_rows_in_the_case_changes_no_byte_of_the_plan(written_small, tmp_path):
    shuffled = shutil.copytree(SMALL, tmp_path / "case")
    shuffle = random.Random(7)
    for path in shuffled.glob("*.csv"):
        head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
        shuffle.shuffle(rows)
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    virement("plan", shuffled, "--out", tmp_path / "plan")
    first, second = contents(written_small[0]), contents(tmp_path / "plan")
    del first[MANIFEST], second[MANIFEST]  # The files' digests do differ.
    assert first == second
    inputs = [read_manifest(plan)["inputs"] for plan in (written_small[0], tmp_path / "plan")]
    assert inputs[0] == inputs[1]


def test_json_says_the_same_for_a_scheduler(tmp_path):
    run = virement("check", SMALL, "--json")
    answer = json.loads(run.stdout)
    assert (run.returncode, answer["exit_code"], answer["status"]) == (0, 0, "done")


def test_a_faulty_case_is_refused_with_every_fault_and_nothing_is_written(tmp_path):
    faulty = SMALL.parent / "thirty_faults"
    for verb in (["check", faulty], ["plan", faulty, "--out", tmp_path / "plan"]):
        run = virement(*verb, "--json")
        assert run.returncode == 2
        assert len(json.loads(run.stdout)["faults"]) == 30
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_plan_is_refused_before_any_work(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    run = virement("plan", SMALL, "--out", tmp_path)
    assert run.returncode == 2
    assert "holds no earlier plan" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_rules_that_conflict_are_named_and_nothing_is_written(tmp_path):
    case = shutil.copytree(SMALL, tmp_path / "case")
    rules = case / "rules.csv"
    head = rules.read_text(encoding="utf-8").splitlines()[0].split(",")
    conflicting = [
        {"rule": "least", "kind": "min_spend", "limit": "2000000"},
        {"rule": "most", "kind": "max_spend", "limit": "1000000"},
    ]
    rows = [",".join(row.get(name, "") for name in head) for row in conflicting]
    rules.write_text("\n".join([",".join(head), *rows]) + "\n", encoding="utf-8")
    run = virement("plan", case, "--out", tmp_path / "plan")
    assert run.returncode == 2, run.stderr
    assert "rules.csv, least: min_spend of £2,000,000" in run.stderr
    assert "rules.csv, most: max_spend of £1,000,000" in run.stderr
    assert not (tmp_path / "plan").exists()


def test_any_file_of_series_can_be_forecast(tmp_path):
    history = tmp_path / "visits.csv"
    rows = [f"visits,{2008 + t}-{(9 + t) % 100:02d},{100 + 5 * t + (-1) ** t}" for t in range(8)]
    history.write_text("series,period,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    run = virement("forecast", history, "--horizon", "3", "--out", tmp_path / "out.csv")
    assert run.returncode == 0, run.stderr
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0].startswith("series,period,mean,median,lo80,hi80,lo95,hi95")
    assert [line.split(",")[1] for line in lines[1:]] == ["2016-17", "2017-18", "2018-19"]


def test_levels_paths_and_season_are_given_in_one_line(tmp_path):
    """``--level 50 90`` takes both numbers, and not the file's name that follows."""
    history = tmp_path / "h.csv"
    rows = [f"a,{t},{10 + 5 * (t % 4)}.{t % 3}" for t in range(1, 25)]
    history.write_text("unique_id,ds,y\n" + "\n".join(rows) + "\n")
    out = tmp_path / "o.csv"
    options = ["--horizon", 4, "--season", 4, "--paths", 5, "--seed", 3, "--jobs", 1]
    run = virement("forecast", *options, "--level", 50, 90, history, "--out", out)
    assert run.returncode == 0, run.stderr
    assert run.stdout == f"1 series forecast, written to {out}\n"
    head, *lines = out.read_text().splitlines()
    assert head == "unique_id,ds,mean,median,lo50,hi50,lo90,hi90,status,models"
    assert [line.split(",")[1] for line in lines] == ["25", "26", "27", "28"]
    assert len((tmp_path / "o.paths.csv").read_text().splitlines()) == 1 + 4 * 5


def test_text_among_the_figures_is_refused_with_every_fault_and_nothing_is_written(tmp_path):
    (tmp_path / "h.csv").write_text("series,period,value\na,1,5\na,2,many\na,3,\n,4,7\n")
    run = virement("forecast", tmp_path / "h.csv", "--horizon", 1, "--out", tmp_path / "o.csv")
    assert run.returncode == 2
    assert run.stderr.splitlines()[1:] == [
        '  h.csv, line 3, value "many": not a number. Write it as 12.5 or 1,234.',
        "  h.csv, line 5, series: blank. Fill it in.",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["h.csv"]


def test_a_forecast_as_json_has_its_dates_as_text(tmp_path):
    months = "".join(f"a,2014-{month:02d}-01,{20 + month % 5}\n" for month in range(1, 13))
    (tmp_path / "h.csv").write_text(f"unique_id,ds,y\n{months}")
    run = virement("forecast", tmp_path / "h.csv", "--horizon", 1, "--json")
    assert run.returncode == 0, run.stderr
    (row,) = json.loads(run.stdout)["forecast"]
    assert (row["unique_id"], row["ds"]) == ("a", "2015-01-01")


def test_a_file_of_series_without_a_horizon_is_refused_with_the_remedy(tmp_path):
    (tmp_path / "h.csv").write_text("series,period,value\na,1,1\n")
    run = virement("forecast", tmp_path / "h.csv")
    assert run.returncode == 2
    assert "Give --horizon." in run.stderr


def test_a_series_that_cannot_be_forecast_is_named_and_stops_no_other(tmp_path):
    """No period is called soon."""
    good = "".join(f"a,{t},{10 + t % 3}\n" for t in range(1, 9))
    (tmp_path / "h.csv").write_text(f"series,period,value\n{good}b,1,5\nb,2,6\nb,soon,7\n")
    run = virement("forecast", tmp_path / "h.csv", "--horizon", 2, "--out", tmp_path / "o.csv")
    assert run.returncode == 2
    first, second = run.stderr.splitlines()
    assert first.startswith("Not forecast: b: 'soon' is not a period")
    assert second == f"1 series forecast, written to {tmp_path / 'o.csv'}"
    rows = [line.split(",") for line in (tmp_path / "o.csv").read_text().splitlines()]
    assert [row[:2] for row in rows[1:]] == [["a", "9"], ["a", "10"], ["b", ""]]
    assert rows[-1][2:9] == ["", "", "", "", "", "", "failed"]


def test_a_forecast_never_overwrites_what_it_is_made_from(tmp_path):
    history = tmp_path / "h.csv"
    history.write_text("series,period,value\na,1,1\na,2,2\na,3,3\n")
    for out, word in ((history, "belongs to what is read"), (tmp_path, "is a folder")):
        run = virement("forecast", history, "--horizon", "2", "--out", out)
        assert run.returncode == 2
        assert word in run.stderr
    assert history.read_text().startswith("series,period,value\na,1,1")


@pytest.mark.skipif(os.name != "posix", reason="a terminal of POSIX")
def test_on_a_terminal_the_run_says_what_it_is_doing(tmp_path):
    terminal, child = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "planning.cli", "plan", str(SMALL), "--out", str(tmp_path / "p")],
        stdout=subprocess.DEVNULL,
        stderr=child,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(child)
    said = b""
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        said += chunk
    run.wait()
    os.close(terminal)
    assert b"Reading the case" in said
    assert b"Goal 3 of 7: least funding gap" in said


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
@examples(4, release=20)
def test_a_run_killed_at_any_moment_leaves_the_earlier_plan_untouched(
    examples, written_small, tmp_path
):
    """The moments span a whole run; those at its end fall where the folder is being written."""
    began = time.perf_counter()
    virement("plan", SMALL, "--out", tmp_path / "timed")
    whole = time.perf_counter() - began
    folder = shutil.copytree(written_small[0], tmp_path / "plan")
    before, moments = contents(folder), random.Random(22)
    for attempt in range(examples):
        target = folder if attempt % 2 else tmp_path / f"fresh{attempt}"
        run = subprocess.Popen(
            [sys.executable, "-m", "planning.cli", "plan", str(SMALL), "--out", str(target)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(whole * moments.uniform(0.0 if attempt < 0.4 * examples else 0.9, 1.0))
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert contents(folder) == before
        if target.exists():
            assert contents(target) == before
