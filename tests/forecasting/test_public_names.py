"""The room's public names: few, sorted, documented, and loaded only when used."""

import subprocess
import sys

import pytest

import forecasting


def test_names_are_few_sorted_documented_and_hide_no_module():
    assert forecasting.__all__ == sorted(forecasting.__all__)
    assert dir(forecasting) == forecasting.__all__
    for name in forecasting.__all__:
        assert getattr(forecasting, name).__doc__
        assert f"forecasting.{name}" not in sys.modules


def test_an_unknown_name_is_no_attribute():
    with pytest.raises(AttributeError, match="no attribute 'prophecy'"):
        _ = forecasting.prophecy


def test_importing_the_room_loads_nothing_heavy():
    code = (
        "import sys, forecasting\n"
        "print([m for m in ('numpy', 'pandas', 'statsmodels') if m in sys.modules])\n"
        "forecasting.forecast\n"
        "print('statsmodels' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["[]", "True"]
