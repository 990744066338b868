"""The forecast of any file of series: what it is called, what it holds, where it is written."""

import numpy as np
import pandas as pd
import pytest

from forecasting import forecast
from planning.series_file import Options, check_out, dates_as_text, forecast_path
from planning.tables.faults import InputError
from tests.planning.runs import SMALL

FIGURES = ["mean", "median", "lo80", "hi80", "lo95", "hi95"]
WALK = 100.0 + np.cumsum(np.random.default_rng(3).normal(size=14))


def panel(**columns):
    """Return two series of fourteen whole numbers."""
    table = pd.DataFrame(
        {"series": ["a"] * 14 + ["b"] * 14, "period": [*range(1, 15)] * 2, "value": [*WALK] * 2}
    )
    table.loc[14:, "value"] += 50.0
    return table.assign(**columns)


def csv(folder, table, name="h.csv"):
    path = folder / name
    table.to_csv(path, index=False)
    return path


def test_a_file_is_forecast_as_its_table_would_be(tmp_path):
    answer = forecast_path(csv(tmp_path, panel()), Options(horizon=2))
    assert answer.table.columns.to_list() == ["series", "period", *FIGURES, "status", "models"]
    assert answer.table["period"].to_list() == ["15", "16"] * 2
    assert (answer.count, answer.failed, answer.paths) == (2, (), None)
    made = forecast(panel(), horizon=2).table
    pd.testing.assert_frame_equal(answer.table[FIGURES], made[FIGURES], check_exact=True)


def test_the_fields_frame_comes_back_as_it_came(tmp_path):
    stamps = [*pd.date_range("2012-01-31", periods=14, freq="ME")] * 2
    table = panel(period=stamps).set_axis(["unique_id", "ds", "y"], axis=1)
    (tmp_path / "h.parquet").write_bytes(table.to_parquet(index=False))
    answer = forecast_path(tmp_path / "h.parquet", Options(horizon=1))
    assert answer.table.columns.to_list() == ["unique_id", "ds", *FIGURES, "status", "models"]
    assert answer.table["ds"].to_list() == [pd.Timestamp("2013-03-31")] * 2
    answer.write(tmp_path / "out.csv")
    assert [
        line.split(",")[:2] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]
    ] == [["a", "2013-03-31"], ["b", "2013-03-31"]]
    answer.write(tmp_path / "out.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "out.parquet"), answer.table)


def test_intervals_are_of_the_levels_asked_for_in_order(tmp_path):
    answer = forecast_path(csv(tmp_path, panel()), Options(horizon=2, levels=(97.5, 50.0, 80.0)))
    assert answer.table.columns.to_list()[2:-2] == [
        *("mean", "median"),
        *("lo50", "hi50", "lo80", "hi80", "lo97.5", "hi97.5"),
    ]
    made = forecast(panel(), horizon=2)
    for column, q in {"lo50": 0.25, "hi50": 0.75, "lo97.5": 0.0125, "hi80": 0.9}.items():
        np.testing.assert_allclose(answer.table[column], made.quantile(q)["value"])


def test_paths_are_written_beside_the_forecast_under_its_names(tmp_path):
    table = panel().set_axis(["unique_id", "ds", "y"], axis=1)
    options = Options(horizon=2, paths=3)
    answer = forecast_path(csv(tmp_path, table), options)
    answer.write(tmp_path / "out.csv")
    written = pd.read_csv(tmp_path / "out.paths.csv")
    assert written.columns.to_list() == ["unique_id", "ds", "path", "value"]
    assert len(written) == 2 * 2 * 3
    assert set(written["ds"]) == {15, 16}
    again = forecast_path(csv(tmp_path, table), options).paths
    pd.testing.assert_frame_equal(again, answer.paths, check_exact=True)
    other = forecast_path(csv(tmp_path, table), Options(horizon=2, paths=3, seed=7)).paths
    assert (other["value"] != answer.paths["value"]).all()


def test_the_season_of_plain_numbers_is_as_asked(tmp_path):
    """Ups and downs of ten every fourth period are carried on only where the season is known."""
    table = panel(value=[*np.tile([0.0, 10.0, 30.0, 20.0], 7)]).query("series == 'a'")
    path = csv(tmp_path, table.assign(value=lambda t: t["value"] + 0.1 * WALK))
    seasonal = forecast_path(path, Options(horizon=4, season=4)).table["median"]
    plain = forecast_path(path, Options(horizon=4)).table["median"]
    assert seasonal.max() - seasonal.min() > 20.0
    assert plain.max() - plain.min() < 20.0


def test_a_missing_value_is_no_nought(tmp_path):
    """Blank is forecast much as it was; nought would drag the level down."""
    table = panel()
    table.loc[4, "value"] = np.nan
    answer = forecast_path(csv(tmp_path, table), Options(horizon=1))
    assert answer.failed == ()
    whole = forecast(panel(), horizon=1).table
    np.testing.assert_allclose(answer.table["median"], whole["median"], atol=3.0)


def test_a_series_that_fails_is_named_with_the_reason_and_stops_no_other(tmp_path):
    odd = pd.DataFrame(
        {
            "series": "odd",
            "period": ["2015-01-17", "2015-03-05", "2015-09-10", "2015-09-11"],
            "value": [1.0, 2.0, 3.0, 4.0],
        }
    )
    answer = forecast_path(csv(tmp_path, pd.concat([panel(), odd])), Options(horizon=1))
    assert answer.failed == ("odd: its dates keep no even step",)
    assert answer.count == 2
    assert answer.table.set_index("series")["status"].to_dict() == {
        "a": "forecast",
        "b": "forecast",
        "odd": "failed",
    }


def test_a_file_whose_periods_are_of_no_known_kind_is_refused(tmp_path):
    table = panel(period=[n + 0.5 for n in range(28)])
    table.to_parquet(tmp_path / "h.parquet")
    with pytest.raises(InputError, match="write labels, whole numbers or dates"):
        forecast_path(tmp_path / "h.parquet", Options(horizon=1))


def test_a_file_needs_a_horizon_and_a_case_takes_none_of_a_files_options(tmp_path):
    with pytest.raises(InputError, match=r"Give --horizon\."):
        forecast_path(csv(tmp_path, panel()), Options())
    with pytest.raises(InputError) as refusal:
        forecast_path(SMALL, Options(horizon=3, levels=(80.0,), seed=0))
    assert {(fault.wrong, fault.remedy) for fault in refusal.value.faults} == {
        ("a case is forecast to the end of its plan", "Leave --horizon out."),
        ("not an option of a case", "Leave --level out."),
        ("not an option of a case", "Leave --seed out."),
    }


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path):
    history = csv(tmp_path, panel(), "h.paths.csv")
    for out, with_paths, wrong in (
        (tmp_path / "o.txt", False, "neither a CSV nor a Parquet file"),
        (tmp_path / "h.csv", True, "belongs to what is read"),
        (None, True, r"Give --out\."),
        (tmp_path, False, "is a folder"),
    ):
        with pytest.raises((InputError, FileExistsError), match=wrong):
            check_out(out, history=history, with_paths=with_paths)
    check_out(tmp_path / "h.csv", history=history, with_paths=False)
    check_out(None, history=history, with_paths=False)


def test_dates_are_written_as_days_and_with_the_hour_only_where_there_is_one():
    days, hours = pd.to_datetime(["2015-04-01", None]), pd.to_datetime(["2015-04-01 06:30"] * 2)
    table = pd.DataFrame({"d": days, "h": hours, "p": pd.PeriodIndex(["2015-04"] * 2, freq="M")})
    found = dates_as_text(table)
    assert found.iloc[0].to_list() == ["2015-04-01", "2015-04-01 06:30:00", "2015-04"]
    assert found["d"].isna().to_list() == [False, True]
