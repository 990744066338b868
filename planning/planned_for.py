"""What a plan is made for: the forecast at the quantiles that the council chose to plan at."""

import pandas as pd

from forecasting import Forecast
from planning.case import Case
from planning.history import History


def planned_demand(made: Forecast, history: History, case: Case) -> pd.DataFrame:
    """Return service, locality, year, units: the demand planned for, each service at its risk."""
    own = case.services.set_index("service")["demand_quantile"]
    risk = own.fillna(case.settings.demand_quantile)
    parts = []
    for quantile in sorted(risk.unique()):
        every = _at_quantile(made, history, quantile=float(quantile), case=case)
        at_it = [risk[history.keys[series][0]] == quantile for series in every["series"]]
        parts.append(every[at_it])
    table = pd.concat(parts).sort_values(["series", "period"], ignore_index=True)
    return pd.DataFrame(
        {
            "service": [history.keys[s][0] for s in table["series"]],
            "locality": [history.keys[s][1] for s in table["series"]],
            "year": table["period"],
            "units": table["value"],
        }
    )


def planned_income(made: Forecast, history: History, case: Case) -> pd.DataFrame:
    """Return stream, year, amount in £: the income planned for."""
    table = _at_quantile(made, history, quantile=case.settings.income_quantile, case=case)
    return pd.DataFrame(
        {
            "stream": [history.keys[s][0] for s in table["series"]],
            "year": table["period"],
            "amount": table["value"],
        }
    )


def _at_quantile(made: Forecast, history: History, *, quantile: float, case: Case) -> pd.DataFrame:
    """Return series, period, value over the plan's years, at the quantile planned for."""
    table = made.quantile(quantile)
    wanted = table["series"].isin(history.keys) & table["period"].isin(case.years)
    return table[wanted].sort_values(["series", "period"], ignore_index=True)
