"""A folder written all or nothing: beside its place first, then put there in one step."""

import ctypes
import errno
import os
import re
import shutil
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

from planning.papers.manifest import PLAN, what_is_in

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def check_target(target: Path, *, holds: str = PLAN) -> None:
    """Refuse a place that a plan may not take: anything but nothing, or an earlier plan.

    What else this program writes replaces an earlier one that ``holds`` the same, and no plan.

    Raises
    ------
    FileExistsError
        If it is a file, a folder that holds anything but an earlier plan, or where a disk is
        mounted.
    """
    if target.is_mount():
        raise FileExistsError(
            f"{target} is where a disk is mounted, and cannot be replaced in one step. "
            "Name a folder inside it for --out."
        )
    if target.is_dir():
        if any(target.iterdir()) and what_is_in(target) != holds:
            raise FileExistsError(
                f"{target} is not empty and holds no earlier {holds}. Name another for --out."
            )
    elif target.exists() or target.is_symlink():
        raise FileExistsError(f"{target} is not a folder. Name another for --out.")


def replace_folder(target: Path, files: Mapping[str, bytes], *, holds: str = PLAN) -> None:
    """Write a folder whole, in the place of an earlier plan if there is one.

    Everything is written and synced beside the target, then put in its place by one rename. At any
    moment the target is what it was or what it will be; whatever a killed run leaves beside it is
    cleared by the next.

    Raises
    ------
    FileExistsError
        As ``check_target``.
    """
    check_target(target, holds=holds)
    # What a link leads to is replaced, not the link; and ``..`` has no name to write beside.
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear(target)
    fresh = target.parent / f"{_prefix(target)}{os.getpid()}-{uuid.uuid4().hex[:8]}"
    try:
        fresh.mkdir()
        for name, content in files.items():
            write_file(fresh / name, content)
        _sync(fresh)
        _put(fresh, target)
        _sync(target.parent)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def fill_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder that is empty or not there: all of them, or none.

    A folder that is there is filled where it stands, for somebody may be standing in it.

    Raises
    ------
    FileExistsError
        If there is anything in it, or it is not a folder.
    """
    if not target.exists() and not target.is_symlink():
        replace_folder(target, files)
        return
    if not target.is_dir():
        raise FileExistsError(
            f"{target} is not a folder. Name one that is empty, or not there yet."
        )
    if any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty. Name a folder that is, or is not there yet.")
    try:
        for name, content in files.items():
            write_file(target / name, content)
        _sync(target)
    except BaseException:
        for ours in target.iterdir():
            ours.unlink()
        raise


def check_file(target: Path, *, beside: Path | None) -> None:
    """Refuse a place that a file may not take: a folder, or what it is made from, if a file.

    Raises
    ------
    FileExistsError
        If it is a folder, the input itself or a file of the input's folder.
    FileNotFoundError
        If it stands in no folder.
    """
    place, source = target.resolve(), None if beside is None else beside.resolve()
    if place.is_dir():
        raise FileExistsError(f"{target} is a folder. Name a CSV file for --out.")
    if source is not None and (
        place == source or (source.is_dir() and place.is_relative_to(source))
    ):
        raise FileExistsError(f"{target} belongs to what is read. Name another file for --out.")
    if not place.parent.is_dir():
        raise FileNotFoundError(f"{target.parent} is not there. Make it, or name another place.")


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole: beside its place, synced, then renamed into it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def _put(fresh: Path, target: Path) -> None:
    """Put a folder in its place in one step; what stood there is left where the fresh one was."""
    if not target.exists() or not any(target.iterdir()):
        # A rename onto an empty folder replaces it, on POSIX; elsewhere it must go first.
        if os.name == "nt" and target.exists():
            target.rmdir()
        fresh.rename(target)
        return
    if not _exchange(fresh, target):
        # Without an exchange there is an instant with no plan, but never half of one.
        aside = fresh.with_name(fresh.name + "-old")
        target.rename(aside)
        fresh.rename(target)
        aside.rename(fresh)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders atomically, where the system can (Linux's renameat2)."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done = rename(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), ctypes.c_uint(_RENAME_EXCHANGE)
    )
    if done == 0:
        return True
    if (code := ctypes.get_errno()) in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _prefix(target: Path) -> str:
    return f".{target.name}.virement-"


def _clear(target: Path) -> None:
    """Remove what killed runs left beside the target, and put back a plan that one had moved."""
    ours = re.compile(re.escape(_prefix(target)) + r"(\d+)-[0-9a-f]{8}(-old)?")
    for left in sorted(target.parent.iterdir()):
        found = ours.fullmatch(left.name)
        if found is None or _alive(int(found[1])):
            continue
        if found[2] and not target.exists():
            left.rename(target)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    """Tell whether another run is still at work."""
    if os.name == "nt":
        # There a signal of nought is not a question; what is left stays.
        return True
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sync(folder: Path) -> None:
    """Have a folder's names on disk, where the system lets folders be synced."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
