"""What a command imports: only what it needs; and the public names: few, sorted, documented."""

import importlib
import subprocess
import sys

import pytest

HEAVY = ("pandas", "numpy", "statsmodels", "pyomo", "highspy", "matplotlib", "xlsxwriter", "scipy")


def loaded(code):
    """Return the heavy libraries that a fresh interpreter has loaded after some code."""
    probe = f"{code}\nimport sys; print(*(m for m in {HEAVY!r} if m in sys.modules))"
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("package", ["forecasting", "optimisation", "planning", "planning.cli"])
def test_importing_a_package_loads_no_library(package):
    assert loaded(f"import {package}") == set()


def test_checking_a_case_loads_neither_pandas_nor_a_solver():
    code = (
        "from planning.tables.checks import all_faults\n"
        "from planning.tables.reading import read_folder\n"
        "assert not all_faults(read_folder('tests/planning/files/small_case'))"
    )
    assert loaded(code) == set()


def test_reading_a_case_loads_no_models_and_no_solver():
    assert loaded("from planning import Case") <= {"pandas", "numpy"}


@pytest.mark.parametrize("package", ["forecasting", "optimisation", "planning"])
def test_public_names_are_few_sorted_documented_and_hide_no_module(package):
    module = importlib.import_module(package)
    names = module.__all__
    assert names == sorted(names)
    assert 0 < len(names) <= 12
    for name in names:
        assert getattr(module, name).__doc__
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(f"{package}.{name}")
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = module.nonsense
