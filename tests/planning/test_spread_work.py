"""Work that is spread: the same whoever does it, and nothing done is lost."""

import os
import signal
import sys
from pathlib import Path

import pytest

from planning.spread_work import Task, Workers, forget, spread, work_folder

TWO = Workers(2)


def square(number):
    return number * number


def noted(folder, number):
    """Square a number, leaving a note that it was done; refuse 3 until it is allowed."""
    if number == 3 and not (Path(folder) / "allowed").exists():
        raise ValueError("three")
    with (Path(folder) / "notes").open("a") as notes:
        notes.write(f"{number}\n")
    return number / 7.0


def die_once(folder, number):
    """Kill the process that does it, the first time that 2 is asked for."""
    died = Path(folder) / "died"
    if number == 2 and not died.exists():
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die(_):
    os.kill(os.getpid(), signal.SIGKILL)


def tasks(count, *first):
    return [Task(f"{number}", (*first, number)) for number in range(count)]


def notes(folder):
    return sorted(map(int, (folder / "notes").read_text().split()))


def test_results_are_in_the_order_of_the_tasks_however_many_work():
    expected = [number * number for number in range(9)]
    assert spread(square, tasks(9)) == expected
    assert spread(square, tasks(9), workers=TWO) == expected


def test_what_was_done_before_an_interruption_is_not_done_again(tmp_path):
    keep = work_folder(tmp_path / "out")
    with pytest.raises(ValueError, match="three"):
        spread(noted, tasks(6, tmp_path), keep=keep)
    assert notes(tmp_path) == [0, 1, 2]
    (tmp_path / "allowed").touch()
    said = []
    found = spread(noted, tasks(6, tmp_path), keep=keep, say=said.append)
    assert notes(tmp_path) == [0, 1, 2, 3, 4, 5]
    assert found == [number / 7.0 for number in range(6)]
    assert said[0] == "3 of 6 parts were done before"
    forget(keep)
    assert not keep.exists()


@pytest.mark.parametrize("harm", ["torn", "changed", "empty"])
def test_a_part_that_is_not_whole_is_done_again(tmp_path, harm):
    (tmp_path / "allowed").touch()
    keep = tmp_path / "keep"
    expected = spread(noted, tasks(2, tmp_path), keep=keep)
    part = min(keep.iterdir())
    content = part.read_bytes()
    changed = content[:-1] + bytes([content[-1] ^ 1])
    part.write_bytes({"torn": content[:-3], "changed": changed, "empty": b""}[harm])
    assert spread(noted, tasks(2, tmp_path), keep=keep) == expected
    assert len(notes(tmp_path)) == 3
    assert part.read_bytes() == content


def test_a_part_of_other_inputs_is_not_taken_for_ones_own(tmp_path):
    (tmp_path / "allowed").touch()
    spread(noted, [Task("old", (tmp_path, 1))], keep=tmp_path / "keep")
    assert spread(noted, [Task("new", (tmp_path, 2))], keep=tmp_path / "keep") == [2 / 7.0]


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_process_that_is_killed_takes_nothing_with_it(tmp_path):
    assert spread(die_once, tasks(6, tmp_path), workers=TWO) == [0, 1, 2, 3, 4, 5]
    assert (tmp_path / "died").exists()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_processes_that_are_always_killed_are_given_up_in_words():
    with pytest.raises(ChildProcessError, match=r"killed 3 times.*fewer --jobs"):
        spread(die, tasks(2), workers=TWO)


def test_a_scheduler_that_does_not_answer_is_said_so(monkeypatch):
    monkeypatch.setattr("planning.spread_work.CONNECT", 0.5)
    with pytest.raises(ConnectionError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9"):
        spread(square, tasks(2), workers=Workers(scheduler="tcp://127.0.0.1:9"))


def test_without_the_extra_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConnectionError, match=r"Install it with virement\[cluster\]"):
        spread(square, tasks(2), workers=Workers(scheduler="tcp://127.0.0.1:9"))
