"""Charts of reserves, and of what was forecast and came: words, figures, labels, bytes."""

import io

import numpy as np
import pandas as pd
import pytest
from matplotlib import image
from matplotlib.colors import to_rgb

from planning.papers.charts import COST, INCOME
from planning.papers.charts_forecast import POUNDS
from planning.papers.charts_hindsight import Comparison, came_chart
from planning.papers.charts_reserves import Fan, Line, reserves_chart

YEARS = ["2015-16", "2016-17"]


def fan(name="Carried on", *, middle=(40e6, -5e6), width=10e6):
    table = pd.DataFrame({"year": YEARS, "median": middle})
    return Fan(name, table.assign(lo80=table["median"] - width, hi80=table["median"] + width))


def line(name="What came", balance=(30e6, 20e6), years=YEARS):
    return Line(name, pd.DataFrame({"year": years, "balance": balance}))


def chart(fans, lines=()):
    return reserves_chart(
        fans, lines, opening=60e6, minimum=12e6, title="Reserves run out", source="Source: a case."
    )


def compared(*, alike=True, unit="week", value=(110.0, 140.0), scale=1.0):
    past = pd.DataFrame(
        {"period": ["2013-14", "2014-15"], "value": np.array([90.0, 100.0]) * scale}
    )
    ahead = pd.DataFrame({"period": YEARS, "median": np.array([105.0, 108.0]) * scale})
    for name, width in {"lo80": -10, "hi80": 10, "lo95": -20, "hi95": 20}.items():
        ahead[name] = ahead["median"] + width * scale
    came = pd.DataFrame({"period": YEARS, "value": np.array(value) * scale})
    return Comparison("Care", unit, past, ahead, came, alike)


def ink(one, colour):
    """Return where a picture has a colour, array of shape (rows, columns)."""
    pixels = image.imread(io.BytesIO(one.png))[:, :, :3]
    return np.abs(pixels - to_rgb(colour)).max(axis=2) < 0.02


def test_reserves_in_words():
    assert chart([fan()], [line(), line("The plan", (50e6,), YEARS[:1])]).alt == (
        "Line chart. Reserves run out. Reserves before: £60.0m; minimum: £12.0m. "
        "Carried on, with 80% prediction intervals: 2015-16 £40.0m (£30.0m to £50.0m); "
        "2016-17 −£5.0m (−£15.0m to £5.0m). What came: 2015-16 £30.0m; 2016-17 £20.0m. "
        "The plan: 2015-16 £50.0m."
    )


def test_lines_and_labels_are_drawn_beside_the_fans():
    """Each fan's label in its own colour stands to the right of where the axes end."""
    one = chart([fan(), fan("Late", middle=(30e6, -8e6))], [line()])
    for colour in (INCOME, COST):
        columns = np.flatnonzero(ink(one, colour).any(axis=0))
        assert columns.max() > 0.85 * ink(one, colour).shape[1]


def test_more_than_two_of_a_kind_or_no_fan_are_refused():
    for fans, lines in (([], []), ([fan()] * 3, []), ([fan()], [line()] * 3)):
        with pytest.raises(ValueError, match=f"not {len(fans)} and {len(lines)}"):
            chart(fans, lines)


def test_what_came_in_words():
    assert came_chart([compared()], source="Source: a register.").alt == (
        "Line chart. Care: 1 of 2 outturns inside the 80% interval. Known: 2013-14 90, 2014-15 100."
        " Forecast, with 80% and 95% prediction intervals: 2015-16 105 (95 to 115; 85 to 125); "
        "2016-17 108 (98 to 118; 88 to 128). What came: 2015-16 110, 2016-17 140."
    )


def test_what_is_counted_anew_is_not_set_against_the_forecast():
    alt = came_chart([compared(alike=False)], source="Source: a register.").alt
    assert "Care: counted anew since, so not to be set against the forecast." in alt
    assert "outturns inside" not in alt


def test_money_is_in_millions():
    alt = came_chart([compared(unit=POUNDS, scale=1e6)], source="Source: the accounts.").alt
    assert "What came: 2015-16 £110.0m, 2016-17 £140.0m." in alt


def test_up_to_four_share_a_chart_and_five_are_refused():
    assert came_chart([compared()] * 4, source="").alt.count("Care: ") == 4
    for count in (0, 5):
        with pytest.raises(ValueError, match=f"1 to 4 series, not {count}"):
            came_chart([compared()] * count, source="")


def test_the_same_figures_make_the_same_bytes():
    assert chart([fan()], [line()]).png == chart([fan()], [line()]).png
    one, other = (came_chart([compared()], source="").png for _ in range(2))
    assert one == other
