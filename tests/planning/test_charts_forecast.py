"""The chart of last forecast, outturn and new forecast: its words, its figures, its labels."""

import io

import numpy as np
import pandas as pd
import pytest
from matplotlib import image
from matplotlib.colors import to_rgb

from planning.papers.charts_forecast import LAST, POUNDS, Track, track

SOURCE = "Source: demand.csv."


def of_care(*, unit="hour", came=(130.0, 118.0), width=1.0, times=1.0, tried=True):
    """Return four years of care, the last two tried from 2012-13, and two years ahead."""
    years = ["2011-12", "2012-13", "2013-14", "2014-15"]
    history = pd.DataFrame({"period": years, "value": [100.0 * times, 110.0 * times, *came]})
    trial = pd.DataFrame(
        [("2012-13", "2013-14", 111.0, 101.0, 121.0), ("2012-13", "2014-15", 112.0, 97.0, 127.0)],
        columns=["origin", "period", "median", "lo80", "hi80"],
    ).assign(actual=came)
    spread = np.array([[0.0, -10.0, 10.0, -20.0, 20.0], [0.0, -20.0, 20.0, -40.0, 45.0]]) * width
    bounds = ["median", "lo80", "hi80", "lo95", "hi95"]
    middle = np.array([[1204.0], [1236.0]])
    ahead = pd.DataFrame((spread + middle) * times, columns=bounds)
    return Track(
        name="Care",
        unit=unit,
        history=history,
        trial=trial if tried else trial.iloc[:0],
        ahead=ahead.assign(period=["2015-16", "2016-17"], status="forecast"),
    )


def test_the_chart_is_a_png_with_its_figures_in_words():
    chart = track([of_care()], source=SOURCE)
    assert chart.png.startswith(b"\x89PNG")
    assert chart.alt == (
        "Line chart. Care: 1 of 2 outturns within the last forecast's range; about 1,240 expected "
        "in 2016-17. Units a year (hour). "
        "Outturn: 2011-12 100, 2012-13 110, 2013-14 130, 2014-15 118. "
        "Last forecast, from 2012-13, with its 80% prediction interval: "
        "2013-14 111 (101 to 121), and 130 came; 2014-15 112 (97 to 127), and 118 came. "
        "Forecast, with 80% and 95% prediction intervals: "
        "2015-16 1,204 (1,194 to 1,214; 1,184 to 1,224); "
        "2016-17 1,236 (1,216 to 1,256; 1,196 to 1,281)."
    )


def test_money_is_in_millions():
    one = of_care(unit=POUNDS, times=1e5, came=(1.3e7, 1.18e7), tried=False)
    alt = track([one], source=SOURCE).alt
    assert "Care: about £124m expected in 2016-17. £m a year." in alt
    assert "2012-13 £11.00m, 2013-14 £13.00m" in alt
    assert "2015-16 £120.4m (£119.4m to £121.4m; £118.4m to £122.4m)" in alt


def test_what_is_announced_is_said_to_be():
    one = of_care()
    firm = one.ahead.assign(status=["confirmed", "forecast"])
    alt = track([Track(one.name, one.unit, one.history, one.trial, firm)], source=SOURCE).alt
    assert "2015-16 1,204 (announced); 2016-17 1,236 (" in alt


@pytest.mark.parametrize(
    ("came", "verdict"),
    [
        (130.0, "2013-14 came above the last forecast's range; "),
        (121.0, "2013-14 came within the last forecast's range; "),
        (99.0, "2013-14 came below the last forecast's range; "),
        (np.nan, ""),
    ],
)
def test_the_title_says_what_the_last_forecast_was_worth(came, verdict):
    one = of_care(came=(came, np.nan))
    assert one.statement == f"{verdict}about 1,240 expected in 2016-17"


def test_without_a_last_forecast_none_is_claimed():
    chart = track([of_care(tried=False)], source=SOURCE)
    assert "last forecast" not in chart.alt.lower()
    assert not ink(chart, LAST).any()


def pixels_of(chart):
    return image.imread(io.BytesIO(chart.png))[:, :, :3]


def ink(chart, colour):
    """Return where the picture has a colour, array of shape (rows, columns)."""
    return np.abs(pixels_of(chart) - to_rgb(colour)).max(axis=2) < 0.02


def blue(chart, *, least):
    """Return where the picture is more blue than red, as the forecast alone is."""
    pixels = pixels_of(chart)
    return pixels[:, :, 2] - pixels[:, :, 0] > least


def lines_of(marked):
    """Return how many lines of text stand apart in rows of ink."""
    rows = marked.any(axis=1).astype(int)
    return int((np.diff(rows, prepend=0) == 1).sum())


@pytest.mark.parametrize("width", [1.0, 0.01])
def test_however_narrow_the_bands_no_label_beside_them_covers_another(width):
    """Two lines of forecast, 80% and 95%: four lines of text, each with white above it."""
    chart = track([of_care(width=width)], source=SOURCE)
    marked = blue(chart, least=0.15)
    assert lines_of(marked[:, int(marked.shape[1] * 0.93) :]) == 4


@pytest.mark.parametrize("came", [(130.0, 118.0), (80.0, 60.0), (2000.0, 3000.0)])
def test_no_line_or_band_runs_behind_the_name_of_the_last_forecast(came):
    """Its words are the lowest ink in its colour: as high as two lines, there is no blue."""
    chart = track([of_care(came=came)], source=SOURCE)
    named = np.flatnonzero(ink(chart, LAST).any(axis=1))
    assert blue(chart, least=0.03).any()
    assert not blue(chart, least=0.03)[named.max() - 25 : named.max() + 1].any()


def test_a_chart_of_no_width_or_no_history_is_drawn():
    one = of_care(width=0.0)
    fresh = Track("New", POUNDS, one.history.iloc[:0], one.trial.iloc[:0], one.ahead)
    chart = track([one, fresh], source=SOURCE)
    assert "New: about" in chart.alt


def test_up_to_four_series_share_a_chart_and_five_are_refused():
    assert track([of_care()] * 4, source=SOURCE).alt.count("Care: ") == 4
    for count in (0, 5):
        with pytest.raises(ValueError, match=f"1 to 4 series, not {count}"):
            track([of_care()] * count, source=SOURCE)


def test_the_same_figures_make_the_same_bytes():
    one, other = (track([of_care()], source=SOURCE).png for _ in range(2))
    assert one == other
