"""A folder is whole or it is not there, whatever happens to the run that writes it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planning.papers.folder import check_target, replace_folder
from planning.papers.manifest import MANIFEST, changed_files, is_plan, manifest_bytes, read_manifest


def files(version):
    tables = {f"table{i}.csv": f"{version} {i}\n".encode() * 4000 for i in range(8)}
    return tables | {MANIFEST: manifest_bytes({"version": version}, outputs=tables)}


WRITER = """
import sys
from pathlib import Path
from tests.planning.test_folder import files
from planning.papers.folder import replace_folder
print("ready", flush=True)
version = 1
while True:
    replace_folder(Path(sys.argv[1]), files(version))
    if version == 1:
        print("written", flush=True)
    version += 1
"""


def start_writing(target):
    """Start a run that writes the target over and over; it says "ready" as it begins."""
    run = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE, text=True
    )
    assert run.stdout.readline() == "ready\n"
    return run


def stop(run):
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()


def kill_after(target, seconds):
    """Start a run that writes the target over and over, and kill it at a moment of its work."""
    run = start_writing(target)
    time.sleep(seconds)
    stop(run)


def time_of_a_write(target):
    """Seconds that the first write of a run takes, on this machine and as busy as it is now."""
    run = start_writing(target)
    began = time.perf_counter()
    assert run.stdout.readline() == "written\n"
    seconds = time.perf_counter() - began
    stop(run)
    return seconds


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_killed_at_twenty_moments_the_folder_is_whole_or_absent(tmp_path):
    moments = random.Random(2015)
    longest = 2 * time_of_a_write(tmp_path / "timed" / "plan")
    survivors = 0
    for run in range(20):
        target = tmp_path / f"run{run % 10}" / "plan"
        had_a_plan = target.exists()
        kill_after(target, moments.uniform(0.0, longest))
        assert target.exists() or not had_a_plan
        if target.exists():
            survivors += 1
            manifest = read_manifest(target)
            assert changed_files(target, manifest) == []
            assert sorted(p.name for p in target.iterdir()) == sorted(files(1))
    assert survivors > 0


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_what_a_killed_run_leaves_beside_the_folder_is_cleared_by_the_next(tmp_path):
    target = tmp_path / "plan"
    for _ in range(5):
        kill_after(target, 0.01)
    replace_folder(target, files(99))
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]
    assert read_manifest(target)["version"] == 99


def test_an_earlier_plan_is_replaced_whole_and_nothing_of_it_stays(tmp_path):
    target = tmp_path / "plan"
    replace_folder(target, files(1) | {"extra.csv": b"old"})
    replace_folder(target, files(2))
    assert not (target / "extra.csv").exists()
    assert read_manifest(target)["version"] == 2
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]


def test_a_folder_that_is_no_plan_is_refused_and_left_alone(tmp_path):
    (tmp_path / "letters.docx").write_text("mine")
    with pytest.raises(FileExistsError, match="holds no earlier plan"):
        replace_folder(tmp_path, files(1))
    assert [p.name for p in tmp_path.iterdir()] == ["letters.docx"]


def test_a_place_where_a_disk_is_mounted_is_refused(tmp_path):
    with pytest.raises(FileExistsError, match="where a disk is mounted"):
        check_target(Path(tmp_path.anchor))


@pytest.mark.parametrize("earlier", [True, False], ids=["earlier plan", "empty folder"])
def test_through_a_link_the_folder_it_leads_to_is_replaced_and_the_link_stays(tmp_path, earlier):
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    if earlier:
        replace_folder(real, files(1))
    link.symlink_to(real, target_is_directory=True)
    replace_folder(link, files(2))
    assert link.is_symlink()
    assert read_manifest(real)["version"] == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "real"]


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "plan").write_text("mine")
    with pytest.raises(FileExistsError, match="not a folder"):
        check_target(tmp_path / "plan")


def test_an_empty_folder_and_an_absent_one_are_taken(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "not/yet/there"):
        replace_folder(tmp_path / name, files(1))
        assert is_plan(tmp_path / name)


def test_when_writing_fails_the_earlier_plan_is_untouched(tmp_path):
    """A file name with a nought byte cannot be written."""
    target = tmp_path / "plan"
    replace_folder(target, files(1))
    with pytest.raises(ValueError, match="null byte"):
        replace_folder(target, files(2) | {"bad\0name": b""})
    assert read_manifest(target)["version"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]


def test_a_changed_and_a_missing_file_are_named(tmp_path):
    replace_folder(tmp_path / "plan", files(1))
    (tmp_path / "plan" / "table3.csv").write_text("forged")
    (tmp_path / "plan" / "table5.csv").unlink()
    manifest = json.loads((tmp_path / "plan" / MANIFEST).read_text())
    assert changed_files(tmp_path / "plan", manifest) == ["table3.csv", "table5.csv"]
