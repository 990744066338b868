"""The jaws chart: the same bytes every time, and its figures in words."""

import io

import numpy as np
import pandas as pd
import pytest
from matplotlib import image
from matplotlib.colors import to_rgb

from planning.papers.charts import COST, INCOME, jaws


def line(values, band=0.1):
    return pd.DataFrame(
        {
            "year": ["2015-16", "2016-17"],
            "median": values,
            "lo80": [v * (1 - band) for v in values],
            "hi80": [v * (1 + band) for v in values],
        }
    )


def test_the_chart_is_a_png_with_its_figures_in_words():
    chart = jaws(line([400e6, 460e6]), line([410e6, 380e6]), title="Costs outrun income")
    assert chart.png.startswith(b"\x89PNG")
    told = "cost £460.0m (£414.0m to £506.0m), income £380.0m (£342.0m to £418.0m)"
    assert f"2016-17: {told}" in chart.alt
    assert f'alt="{chart.alt}"' in chart.html


def ends(cost, income, band):
    """Return the picture's rows of ink in each line's colour, right of where the lines end."""
    chart = jaws(line(cost, band), line(income, band), title="T")
    pixels = image.imread(io.BytesIO(chart.png))[:, :, :3]
    label = pixels[:, int(pixels.shape[1] * 0.88) :]
    return [
        np.flatnonzero((np.abs(label - to_rgb(colour)).max(axis=2) < 0.02).any(axis=1))
        for colour in (COST, INCOME)
    ]


@pytest.mark.parametrize("band", [0.1, 0.005, 0.0])
@pytest.mark.parametrize("apart", [100e6, 3e6, 0.0, -3e6])
def test_however_close_the_lines_end_both_are_labelled_and_no_label_covers_another(apart, band):
    cost, income = ends([430e6, 450e6 + apart], [430e6, 450e6], band)
    above, below = (cost, income) if apart >= 0 else (income, cost)
    assert min(len(above), len(below)) > 10
    assert above.max() < below.min()


def test_the_same_figures_make_the_same_bytes():
    one, other = (jaws(line([1e8, 2e8]), line([1e8, 1e8]), title="T").png for _ in range(2))
    assert one == other


def test_what_stands_in_a_title_cannot_become_markup():
    assert "<b>" not in jaws(line([1e8, 1e8]), line([1e8, 1e8]), title="<b>").html
