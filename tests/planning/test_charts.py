"""The jaws chart: the same bytes every time, and its figures in words."""

import pandas as pd

from planning.papers.charts import jaws


def line(values):
    return pd.DataFrame(
        {
            "year": ["2015-16", "2016-17"],
            "median": values,
            "lo80": [v * 0.9 for v in values],
            "hi80": [v * 1.1 for v in values],
        }
    )


def test_the_chart_is_a_png_with_its_figures_in_words():
    chart = jaws(line([400e6, 460e6]), line([410e6, 380e6]), title="Costs outrun income")
    assert chart.png.startswith(b"\x89PNG")
    assert "2016-17: cost £460m (£414m to £506m), income £380m (£342m to £418m)" in chart.alt
    assert f'alt="{chart.alt}"' in chart.html


def test_the_same_figures_make_the_same_bytes():
    one, other = (jaws(line([1e8, 2e8]), line([1e8, 1e8]), title="T").png for _ in range(2))
    assert one == other


def test_what_stands_in_a_title_cannot_become_markup():
    assert "<b>" not in jaws(line([1e8, 1e8]), line([1e8, 1e8]), title="<b>").html
