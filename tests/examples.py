"""How many examples a test draws: what the gate affords, and more before a release."""

import pytest


def examples(gate: int, *, release: int) -> pytest.MarkDecorator:
    """Ask a test for `gate` examples; and for `release` of them under ``-m exhaustive``."""
    more = pytest.param(release, marks=pytest.mark.exhaustive)
    return pytest.mark.parametrize("examples", [gate, more])
