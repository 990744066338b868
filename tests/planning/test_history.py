"""History as the forecaster reads it: years made of quarters and months, nothing half known."""

import pandas as pd
import pytest

from planning.history import roll_up


def test_quarters_add_up_to_years_and_a_part_year_is_left_out():
    """1 + 2 + 3 + 4 = 10; of 2015-16 only two quarters are known, which is no year."""
    labels = pd.Series([f"2014-15 Q{q}" for q in (1, 2, 3, 4)] + ["2015-16 Q1", "2015-16 Q2"])
    values = pd.Series([1.0, 2.0, 3.0, 4.0, 50.0, 60.0])
    assert roll_up(labels, values, how="sum") == {"2014-15": 10.0}


def test_a_mean_of_months_is_a_year_that_runs_from_april():
    """April 2003 to March 2004 are 1 to 12: their mean is 78 / 12 = 6.5. March 2003 stands alone.

    ``2003-04`` alone would be a financial year; among months it is April 2003.
    """
    labels = (
        ["2003-03"] + [f"2003-{m:02d}" for m in range(4, 13)] + ["2004-01", "2004-02", "2004-03"]
    )
    values = pd.Series([99.0, *map(float, range(1, 13))])
    assert roll_up(pd.Series(labels), values, how="mean") == {"2003-04": pytest.approx(6.5)}
