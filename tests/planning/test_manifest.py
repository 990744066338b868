"""The manifest: what went in, what came out, and the one block that holds times."""

import json

import pytest

from planning.papers.manifest import (
    MANIFEST,
    digest,
    is_plan,
    manifest_bytes,
    other_versions,
    read_manifest,
    versions_here,
)


def test_a_digest_is_the_sha256_of_the_standard():
    """FIPS 180-2, appendix B.1: the one-block message "abc"."""
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_every_output_is_named_with_its_digest_and_every_library_with_its_version():
    manifest = json.loads(manifest_bytes({"seed": 2015}, outputs={"a.csv": b"abc"}))
    assert manifest["outputs"] == {"a.csv": digest(b"abc")}
    assert manifest["seed"] == 2015
    assert {"python", "pyomo", "highspy", "statsmodels", "pandas", "numpy", "scipy"} <= set(
        manifest["versions"]
    )


def test_other_versions_are_told_and_the_same_are_not():
    here = versions_here()
    manifest = {"versions": here | {"pyomo": "1.0", "gurobi": "9"}}
    assert other_versions(manifest) == [
        "For information: made with gurobi 9, checked with none",
        f"For information: made with pyomo 1.0, checked with {here['pyomo']}",
    ]
    assert other_versions({"versions": here}) == other_versions({}) == []


def test_the_order_in_which_things_are_given_changes_no_byte():
    one = manifest_bytes({"b": 1, "a": 2}, outputs={"y": b"1", "x": b"2"})
    other = manifest_bytes({"a": 2, "b": 1}, outputs={"x": b"2", "y": b"1"})
    assert one == other


def test_a_figure_that_is_not_a_number_is_refused():
    """JSON has none, and what other programs make of NaN is their own affair."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        manifest_bytes({"value": float("nan")}, outputs={})


@pytest.mark.parametrize("content", [None, "", "{", "[1]", '"virement"'])
def test_a_manifest_that_is_absent_torn_or_no_manifest_is_no_plan(tmp_path, content):
    if content is not None:
        (tmp_path / MANIFEST).write_text(content, encoding="utf-8")
    assert not is_plan(tmp_path)
    with pytest.raises(FileNotFoundError, match="holds no plan"):
        read_manifest(tmp_path)


def test_another_programs_manifest_is_no_plan(tmp_path):
    (tmp_path / MANIFEST).write_text('{"name": "app", "icons": []}', encoding="utf-8")
    assert not is_plan(tmp_path)
