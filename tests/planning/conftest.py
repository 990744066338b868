"""A written plan of the small case and of Northamptonshire, each made once; a server as well."""

import os

import pytest

from tests.planning.postgres import find_programs, running
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
    return folder, virement("plan", NORTHAMPTONSHIRE, "--out", folder, "--dated", "2015-02-19")


@pytest.fixture(scope="session")
def postgres():
    """Return a PostgreSQL server of our own on loopback, started once."""
    programs = find_programs()
    if programs is None:
        if os.environ.get("VIREMENT_ALL"):
            pytest.fail("VIREMENT_ALL is set, and there is no PostgreSQL server here")
        pytest.skip("there is no PostgreSQL server here")
    with running(programs) as server:
        yield server
