"""manifest.json: what went into a plan, what came out, and what vouches for it."""

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"

PLAN = "plan"
"""What a folder holds whose manifest does not say."""

LIBRARIES = (
    "highspy",
    "matplotlib",
    "numpy",
    "odfdo",
    "pandas",
    "pyomo",
    "python-docx",
    "scipy",
    "statsmodels",
    "virement",
    "xlsxwriter",
)
"""Whose versions a figure, or the bytes of a paper, may depend on."""


def manifest_bytes(content: Mapping[str, Any], *, outputs: Mapping[str, bytes]) -> bytes:
    """Return the manifest: what is given, with versions and the digest of every output."""
    whole = {
        "virement": version("virement"),
        **content,
        "outputs": {name: digest(data) for name, data in outputs.items()},
        "versions": versions_here(),
    }
    text = json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def versions_here() -> dict[str, str]:
    """Return the versions of what a figure may depend on, as they are here."""
    return {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()}


def other_versions(manifest: Mapping[str, Any]) -> list[str]:
    """Say what a plan was made with, where that is not what is here: no fault, but worth knowing.

    A plan is checked by what its tables say, whatever made it; a later solver may choose
    differently among plans that are equally good.
    """
    then, here = dict(manifest.get("versions", {})), versions_here()
    return [
        f"For information: made with {name} {then[name]}, checked with {here.get(name, 'none')}"
        for name in sorted(then)
        if then[name] != here.get(name)
    ]


def digest(content: bytes) -> str:
    """Return the sha256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def is_plan(folder: Path) -> bool:
    """Tell whether a folder holds a plan that this program wrote."""
    return what_is_in(folder) == PLAN


def what_is_in(folder: Path) -> str:
    """Return what this program wrote to a folder, by its manifest; blank if nothing."""
    try:
        manifest = read_manifest(folder)
    except FileNotFoundError:
        return ""
    return str(manifest.get("holds", PLAN)) if "virement" in manifest else ""


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a plan's manifest.

    Raises
    ------
    FileNotFoundError
        If the folder has none that can be read.
    """
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise FileNotFoundError(f"{folder} holds no plan: it has no {MANIFEST} that can be read")
    return content


def changed_files(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Return the outputs that are missing, or not as they were written."""
    stated = dict(manifest.get("outputs", {}))
    return sorted(
        name
        for name, sha in stated.items()
        if not (folder / name).is_file() or digest((folder / name).read_bytes()) != sha
    )
