"""Work spread over processes here, or over a Dask cluster; what is finished is kept on disk.

What comes out is in the order of the tasks and does not depend on how many work on them.
"""

import json
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

from planning.papers.folder import write_file
from planning.papers.manifest import LIBRARIES, digest

DEATHS = 3
"""How often processes here may be killed before the work is given up; a cluster counts its own."""

IN_HAND = 512
"""Parts that a cluster holds at a time: its scheduler keeps their arguments in memory."""

CONNECT, JOIN = 10.0, 60.0
"""Seconds in which a scheduler must answer, and a first worker must have joined it."""


@dataclass(frozen=True)
class Workers:
    """Who does the work.

    Parameters
    ----------
    jobs : int
        Processes of this machine.
    scheduler : str
        The address of a Dask scheduler, such as ``tcp://127.0.0.1:8786``, whose workers are used
        instead; blank for none.
    """

    jobs: int = 1
    scheduler: str = ""


HERE = Workers()
"""This process alone."""


@dataclass(frozen=True)
class Task:
    """One part of the work.

    Parameters
    ----------
    key : str
        What its result depends on: digests of its inputs, and which part of them it is.
    arguments : tuple
        What the function is given.
    """

    key: str
    arguments: tuple[Any, ...]


def spread(
    function: Callable[..., Any],
    tasks: Sequence[Task],
    *,
    workers: Workers = HERE,
    keep: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Any]:
    """Return what a function makes of each task, in their order.

    Parameters
    ----------
    function : callable
        Of a module, so that a process can find it.
    tasks : sequence of Task
        The parts of the work.
    workers : Workers
        Who does it.
    keep : Path, optional
        A folder in which each result is kept, as JSON, once it is there. A later call with the same
        tasks takes it from there; what is torn, or of another version, is done again.
    say : callable
        Told how many parts are done.

    Raises
    ------
    ConnectionError
        If the cluster cannot be reached, or is lost.
    ChildProcessError
        If processes or workers are killed again and again.
    """
    names = [_name(function, task) for task in tasks]
    done = {} if keep is None else _found(keep, names)
    if done:
        say(f"{len(done)} of {len(tasks)} parts were done before")
    left = {place: task.arguments for place, task in enumerate(tasks) if place not in done}
    work = _on_cluster if workers.scheduler else _here
    for place, result in work(function, left, workers):
        done[place] = result if keep is None else _kept(keep / names[place], result)
        say(f"{len(done)} of {len(tasks)} parts done")
    return [done[place] for place in range(len(tasks))]


def work_folder(target: Path) -> Path:
    """Return where the parts of what is written to a place are kept until it is."""
    target = target.resolve()
    return target.parent / f".{target.name}.parts"


def forget(folder: Path) -> None:
    """Remove what was kept: the whole has been written."""
    shutil.rmtree(folder, ignore_errors=True)


def _here(
    function: Callable[..., Any], left: Mapping[int, tuple[Any, ...]], workers: Workers
) -> Iterator[tuple[int, Any]]:
    """Yield the place and the result of every task, as each is finished by a process here."""
    todo, deaths = dict(left), 0
    while todo:
        try:
            # One thread each for linear algebra: sums over several may differ in the last digit.
            with parallel_config(backend="loky", inner_max_num_threads=1):
                parts = Parallel(
                    n_jobs=workers.jobs, batch_size=1, return_as="generator_unordered"
                )(delayed(_placed)(function, *item) for item in list(todo.items()))
            for place, result in parts:
                del todo[place]
                yield place, result
        except TerminatedWorkerError as error:
            deaths += 1
            if deaths == DEATHS:
                raise ChildProcessError(
                    f"processes were killed {deaths} times, perhaps for want of memory. What is "
                    "done is kept: run the same again with fewer --jobs"
                ) from error


def _placed(
    function: Callable[..., Any], place: int, arguments: tuple[Any, ...]
) -> tuple[int, Any]:
    return place, function(*arguments)


def _on_cluster(
    function: Callable[..., Any], left: Mapping[int, tuple[Any, ...]], workers: Workers
) -> Iterator[tuple[int, Any]]:
    """Yield the place and the result of every task, as each is finished by a cluster's worker.

    Not through joblib's own backend for Dask: it leaves large arguments on one worker alone, and
    when that dies they cannot be had again. Here every task takes its arguments with it, so that
    the scheduler can give it to another worker.
    """
    if not left:
        return
    distributed = _distributed()
    with _connected(workers.scheduler) as client:
        waiting, place_of = iter(left.items()), {}
        running = distributed.as_completed(loop=client.loop)

        def ask(count: int) -> None:
            for place, arguments in islice(waiting, count):
                future = client.submit(function, *arguments, pure=False)
                place_of[future] = place
                running.add(future)

        ask(IN_HAND)
        try:
            for future in running:
                result, place = future.result(), place_of.pop(future)
                ask(1)
                yield place, result
        except distributed.KilledWorker as error:
            raise ChildProcessError(
                f"the workers at {workers.scheduler} die at the same part again and again, perhaps "
                "for want of memory. What is done is kept: run the same again once they have more"
            ) from error


def _distributed() -> Any:  # noqa: ANN401 - a library that ships no types
    """Import the extra that only a cluster needs.

    Raises
    ------
    ConnectionError
        If it is not installed.
    """
    try:
        return import_module("distributed")
    except ModuleNotFoundError as error:
        raise ConnectionError(
            "--scheduler needs the library distributed. Install it with virement[cluster]"
        ) from error


@contextmanager
def _connected(scheduler: str) -> Iterator[Any]:
    """Give a client of a scheduler whose workers have this version of this program.

    Raises
    ------
    ConnectionError
        If there is none, or the connection is lost.
    """
    distributed = _distributed()
    try:
        client = distributed.Client(scheduler, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConnectionError(
            f"no Dask scheduler answers at {scheduler}. Start one with `dask scheduler`, or leave "
            "out --scheduler"
        ) from error
    # It is said in words below; the library's own log would show how it is written instead.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    with client:
        _check_workers(client, scheduler)
        try:
            yield client
        except distributed.client.FutureCancelledError as error:
            raise ConnectionError(
                f"the Dask scheduler at {scheduler} was lost. What is done is kept: run the same "
                "again once it is back"
            ) from error


def _check_workers(client: Any, scheduler: str) -> None:  # noqa: ANN401
    """Stop unless a worker is there, and every one has this version of this program.

    Raises
    ------
    ConnectionError
        If not.
    """
    try:
        client.wait_for_workers(1, timeout=JOIN)
        found = set(client.run(version, "virement").values())
    except TimeoutError as error:
        raise ConnectionError(f"no worker has joined the scheduler at {scheduler}") from error
    except PackageNotFoundError:
        found = {"none"}
    if wrong := sorted(found - {version("virement")}):
        raise ConnectionError(
            f"workers at {scheduler} have Virement {', '.join(wrong)}, and this is "
            f"{version('virement')}: install the same there"
        )


def _name(function: Callable[..., Any], task: Task) -> str:
    """Return the name of the file that a result is kept in."""
    made_by = {name: version(name) for name in LIBRARIES}
    told = [made_by, function.__module__, function.__qualname__, task.key]
    return digest(json.dumps(told).encode())


def _kept(path: Path, result: Any) -> Any:  # noqa: ANN401 - whatever the function returns
    """Write a result beside its digest, all or nothing; return it as it will be read again."""
    body = json.dumps(result).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, digest(body).encode() + b"\n" + body)
    return json.loads(body)


def _found(folder: Path, names: Sequence[str]) -> dict[int, Any]:
    """Return the results that were kept, by place; what is not whole is left out."""
    found = {}
    for place, name in enumerate(names):
        path = folder / name
        head, _, body = path.read_bytes().partition(b"\n") if path.is_file() else (b"", b"", b"")
        if head == digest(body).encode():
            found[place] = json.loads(body)
    return found
