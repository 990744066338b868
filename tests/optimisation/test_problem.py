"""A problem that a solver could not trust is refused where it is made."""

from dataclasses import replace

import pandas as pd
import pytest

from optimisation.problem import COLUMNS, MAY_BE_BLANK, Problem
from tests.optimisation.cases import problem

NAN, INF = float("nan"), float("inf")


def full() -> Problem:
    """Return a problem with a row in every table."""
    return problem(
        demand=[{"units": 10}],
        offers=[{"unit_cost": 6, "capacity": 90}],
        tiers=[{"offer": "offer1", "from_units": 5, "unit_cost": 7}],
        income=[{"amount": 50}],
        targets=[{"target": 3}],
        effects=[{"per_unit": 0.5}],
        prevention=[{"reduces": "visits", "units_per_unit": 0.1}],
        rules=[{"kind": "max_share", "limit": 0.5}],
        costs=[{"amount": 10}],
        proposals=[{"amount": 1}],
        organisations=[{"organisation": "mutual"}],
        reserves=[{"opening": 5}],
    )


def columns_of_numbers() -> list[tuple[str, str]]:
    tables = {name: getattr(full(), name) for name in COLUMNS}
    return [(n, c) for n, t in tables.items() for c in COLUMNS[n] if t[c].dtype.kind == "f"]


def with_value(p: Problem, table: str, column: str, value: float) -> Problem:
    return replace(p, **{table: getattr(p, table).assign(**{column: value})})


def test_the_columns_of_numbers_are_those_of_the_contract():
    """Otherwise the tests below would run over too few."""
    assert {column for _, column in columns_of_numbers()} == {
        *("units", "amount", "unit_cost", "indexation", "capacity", "committed", "current"),
        *("target", "per_unit", "limit", "delivery", "lag_years", "units_per_unit"),
        *("minimum", "award_cost", "notice_years", "from_units", "sustainable_rate"),
        *("ownership_share", "external_market", "margin", "win_probability", "activity_limit"),
        *("opening_reserves", "opening"),
    }


@pytest.mark.parametrize("wrong", [NAN, INF, -INF])
@pytest.mark.parametrize(
    ("table", "column"),
    [tc for tc in columns_of_numbers() if tc[1] not in MAY_BE_BLANK.get(tc[0], ())],
)
def test_a_number_that_is_needed_and_not_finite_is_refused_by_name(table, column, wrong):
    with pytest.raises(ValueError, match=rf"{table}.* {column}\b"):
        with_value(full(), table, column, wrong)


@pytest.mark.parametrize(
    ("table", "column"), [tc for tc in columns_of_numbers() if tc[1] in MAY_BE_BLANK.get(tc[0], ())]
)
def test_a_number_that_may_be_blank_may_be(table, column):
    plain = replace(full(), tiers=full().tiers.iloc[:0])
    p = with_value(plain, table, column, NAN)
    assert getattr(p, table)[column].isna().all()


@pytest.mark.parametrize("wrong", [NAN, INF])
def test_a_discount_rate_that_is_not_finite_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match="discount_rate"):
        replace(full(), discount_rate=wrong)


@pytest.mark.parametrize("terms", [{"minimum": 5.0}, {"award_cost": 5.0}, {"lot": "north"}, {}])
def test_an_offer_that_is_awarded_whole_or_in_tiers_without_a_capacity_is_refused(terms):
    p = full()
    tiers = p.tiers.iloc[: 0 if terms else 1]
    with pytest.raises(ValueError, match=r"needs a capacity: .*offer1"):
        replace(p, tiers=tiers, offers=p.offers.assign(capacity=NAN, **terms))


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, cs in COLUMNS.items() for c in cs])
def test_a_table_without_a_column_is_refused_by_name(table, column):
    with pytest.raises(ValueError, match=rf"{table} lacks {column}$"):
        replace(full(), **{table: getattr(full(), table).drop(columns=column)})


def test_a_table_may_carry_more_columns():
    p = full()
    sourced = replace(p, offers=p.offers.assign(source="a contract"))
    assert sourced.offers["source"].tolist() == ["a contract"]


@pytest.mark.parametrize("table", COLUMNS)
def test_a_repeated_key_is_refused_by_name(table):
    twice = pd.concat([getattr(full(), table)] * 2, ignore_index=True)
    with pytest.raises(ValueError, match=table):
        replace(full(), **{table: twice})
