"""A written plan of the small case and of Northamptonshire, each made once."""

import pytest

from tests.planning.runs import NORTHAMPTONSHIRE, SMALL, virement


@pytest.fixture(scope="session")
def written_small(tmp_path_factory):
    """Return the small case's plan on disk, and what the run said."""
    folder = tmp_path_factory.mktemp("small") / "plan"
    return folder, virement("plan", SMALL, "--out", folder)


@pytest.fixture(scope="session")
def written_northamptonshire(tmp_path_factory):
    """Return Northamptonshire's plan on disk, and what the run said."""
    folder = tmp_path_factory.mktemp("northamptonshire") / "plan"
    return folder, virement("plan", NORTHAMPTONSHIRE, "--out", folder)
