"""History to calibrated forecast and backtest.

``forecast`` takes a long table of series and gives a ``Forecast``. Its names are loaded when they
are first used, because statsmodels takes seconds and ``forecasting.periods`` needs none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecasting.forecasts import Forecast, forecast
    from forecasting.frames import read_frame, write_frame
    from forecasting.paths import Paths
    from forecasting.periods import Frequency, Period

__all__ = [
    "Forecast",
    "Frequency",
    "Paths",
    "Period",
    "forecast",
    "read_frame",
    "write_frame",
]

_HOMES = {
    "Forecast": "forecasting.forecasts",
    "Frequency": "forecasting.periods",
    "Paths": "forecasting.paths",
    "Period": "forecasting.periods",
    "forecast": "forecasting.forecasts",
    "read_frame": "forecasting.frames",
    "write_frame": "forecasting.frames",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
