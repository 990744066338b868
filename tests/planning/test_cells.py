"""One cell as planners write it."""

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.tables.cells import choice, key, keys, nearest, number, read
from planning.tables.schema import Column, Kind
from planning.tables.text import UnreadableCell, tidy

MONEY = Column("amount", Kind.MONEY, "£.")
UNITS = Column("units", Kind.UNITS, "Units.")
FRACTION = Column("indexation", Kind.FRACTION, "A fraction.")
NUMBER = Column("target", Kind.NUMBER, "A number.")
CAPACITY = Column("capacity", Kind.UNITS, "Units; blank is no limit.", blank=True)
NAME = Column("service", Kind.KEY, "A key.")
YEAR = Column("year", Kind.YEAR, "A year.")
PERIOD = Column("period", Kind.PERIOD, "A period.")
MID_YEAR = Column("period", Kind.MID_YEAR, "A period or mid-year.")
DAY = Column("date", Kind.DATE, "A day.")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", 12.5),
        ("1,234.50", 1234.5),
        ("1234567", 1234567.0),
        ("£1,234", 1234.0),
        ("£ 1,234,567.89", 1234567.89),
        ("\u00a0£1,234\u00a0", 1234.0),
        ("\ufeff7\u200b", 7.0),
        ("(1,234)", -1234.0),
        ("(£1,234)", -1234.0),
        ("£(1,234.50)", -1234.5),
        ("-5", -5.0),
        ("\u22125", -5.0),
        ("\u20135", -5.0),
        ("-£5", -5.0),
        ("£-5", -5.0),
        ("+5", 5.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-05", 1e-05),
        ("00123", 123.0),
        ("0", 0.0),
    ],
)
def test_money_is_read_as_planners_write_it(text, value):
    assert read(text, MONEY) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("5%", 0.05), ("1.1 %", 0.011), ("(2%)", -0.02), ("-0.5%", -0.005), ("0.05", 0.05)],
)
def test_a_percentage_is_its_fraction_to_the_last_digit(text, value):
    """As floats, 1.1 / 100 is 0.011000000000000001; as decimals it is 0.011."""
    assert read(text, FRACTION) == value


@pytest.mark.parametrize(
    ("text", "wrong", "remedy"),
    [
        ("£12.5O", "not a number", "Write it as 12.50 or £12.50."),
        ("1.234,5", "decimal comma", "1,234.50"),
        ("12,34", "does not mark off thousands", "1,234.50"),
        ("12,5", "does not mark off thousands", "Write a point for decimals"),
        ("1,23,456", "does not mark off thousands", "comma only before three figures"),
        ("1 234", "spaces", "1,234 or 1234"),
        ("nan", "not a number", "Find the figure"),
        ("inf", "not a finite number", "Write it as"),
        ("n/a", "placeholder", "Find the figure"),
        ("TBC", "placeholder", "Find the figure"),
        ("None", "placeholder", "Find the figure"),
        ("-", "dash", "If it means nil, write 0."),
        ("£ -", "dash", "If it means nil, write 0."),
        ("nil", "word", "Write 0."),
        ("#N/A", "an error that the spreadsheet shows", "Mend the formula"),
        ("#DIV/0!", "an error that the spreadsheet shows", "Mend the formula"),
        ("#####", "an error that the spreadsheet shows", "widen the column"),
        ("1.23E+05", "rounded", "Format the column as a number"),
        ("£1.2m", "cut short", "1,200,000"),
        ("=A1*2", "formula", "result"),
        ("$5", "not in pounds", "pounds"),
        ("5%", "percentage", "not a share"),
        ("£5%", "not a number", "12.50"),
        ("(-5)", "not a number", "12.50"),
        ("--5", "not a number", "12.50"),
        ("()", "not a number", "12.50"),
        ("1e400", "too large to be true", "1,000,000,000,000"),
        ("1e99", "too large to be true", "1,000,000,000,000"),
        ("٣", "not a number", "12.50"),
        ("yes", "not a number", "12.50"),
        ("", "blank", "write 0 only if it is nil"),
        ("  ", "blank", "write 0 only if it is nil"),
    ],
)
def test_what_is_no_number_of_pounds_is_refused_with_advice(text, wrong, remedy):
    with pytest.raises(UnreadableCell) as refusal:
        read(text, MONEY)
    assert wrong in refusal.value.wrong
    assert remedy in refusal.value.remedy


@pytest.mark.parametrize("text", ["n/a", "tbc", "nan", "inf", "no limit", "-"])
def test_where_a_number_may_be_blank_a_placeholder_is_to_be_left_blank(text):
    with pytest.raises(UnreadableCell) as refusal:
        read(text, CAPACITY)
    assert "Leave the cell blank." in refusal.value.remedy


def test_a_blank_is_never_zero():
    assert read("", CAPACITY) is None
    assert read("0", CAPACITY) == 0.0


@pytest.mark.parametrize(("text", "column"), [("£5", UNITS), ("£5", FRACTION), ("5%", UNITS)])
def test_a_unit_that_is_not_the_columns_is_refused(text, column):
    with pytest.raises(UnreadableCell):
        read(text, column)


def test_where_another_column_says_the_unit_both_are_read():
    assert read("£500,000", NUMBER) == 500000.0
    assert read("40%", NUMBER) == 0.4


@given(st.integers(min_value=-(10**14), max_value=10**14), st.sampled_from(["", "£"]))
def test_pence_written_with_commas_come_back_whole(pence, sign):
    value = pence / 100
    bare = f"{abs(value):,.2f}"
    for text in (f"{'-' if pence < 0 else ''}{sign}{bare}", f"\u00a0{sign}{value:.2f} "):
        if not text.strip().startswith("£-"):
            assert number(text, MONEY) == value
    if pence < 0:
        assert number(f"({sign}{bare})", MONEY) == value


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_any_float_as_a_program_writes_it_comes_back_the_same(value):
    assert number(repr(value), NUMBER) == value


@given(st.text(max_size=12))
def test_any_text_is_a_fair_number_or_refused_with_a_remedy(text):
    wrong, remedy, value = "", "Mend it.", 0.0
    try:
        value = number(text, NUMBER)
    except UnreadableCell as refusal:
        wrong, remedy = refusal.wrong, refusal.remedy
        value = None
    assert bool(wrong) == (value is None)
    assert remedy.endswith(".")
    assert value is None or isfinite(value)


def test_bounds_say_what_was_probably_meant():
    delivery = Column("delivery", Kind.FRACTION, "A share.", least=0.0, most=1.0)
    with pytest.raises(UnreadableCell) as refusal:
        read("80", delivery)
    assert "from 0 to 1" in refusal.value.wrong
    assert "write 80% or 0.8" in refusal.value.remedy


def test_a_strict_bound_is_not_reached():
    unit_cost = Column("unit_cost", Kind.MONEY, "£.", least=0.0, strict=True)
    assert read("0.01", unit_cost) == 0.01
    with pytest.raises(UnreadableCell, match="above 0"):
        read("0", unit_cost)


@pytest.mark.parametrize("text", ["00123", "NA", "None", "nan", "2015-16", "1,234", "true", "-"])
def test_in_a_column_of_keys_everything_is_a_name(text):
    assert read(f" {text}\u00a0", NAME) == text


@pytest.mark.parametrize("text", ["a/b", "a;b", "a\nb", "a\u200bb", "a\x07b"])
def test_a_key_that_would_break_other_tables_is_refused(text):
    with pytest.raises(UnreadableCell):
        read(text, NAME)


def test_a_key_with_a_meaning_of_its_own_is_refused():
    with pytest.raises(UnreadableCell, match="meaning of its own"):
        key("Corporate", ("corporate",))


def test_two_spellings_of_one_letter_are_one_key():
    assert key("cafe\u0301") == key("caf\u00e9")


def test_a_list_of_keys_loses_its_blanks_and_repeats():
    assert keys(" home_care ;; short_breaks;home_care") == "home_care;short_breaks"


@pytest.mark.parametrize(
    ("text", "value"),
    [("yes", True), ("No", False), ("TRUE", True), ("false", False), ("y", True), (" n ", False)],
)
def test_yes_and_no(text, value):
    assert read(text, Column("statutory", Kind.YES_NO, "Yes or no.")) is value


@pytest.mark.parametrize("text", ["maybe", "1", "0", "yes?", ""])
def test_neither_yes_nor_no(text):
    with pytest.raises(UnreadableCell, match=r"neither yes nor no|blank"):
        read(text, Column("statutory", Kind.YES_NO, "Yes or no."))


def test_a_choice_is_read_whatever_its_capitals_and_joins():
    assert choice("Council Tax", ("grant", "council_tax")) == "council_tax"
    assert choice("in-house", ("in_house", "spot")) == "in_house"


def test_a_misspelt_choice_is_refused_with_the_nearest_word():
    with pytest.raises(UnreadableCell) as refusal:
        choice("grnat", ("fees", "grant"))
    assert refusal.value.remedy == "Write grant."


def test_a_word_near_no_choice_is_refused_with_all_of_them():
    with pytest.raises(UnreadableCell) as refusal:
        choice("zebra", ("fees", "grant"))
    assert refusal.value.remedy == "Write one of fees, grant."


@pytest.mark.parametrize(
    ("text", "label"),
    [("2015-16", "2015-16"), ("2015/16", "2015-16"), ("FY2015-16", "2015-16"), ("1999-00",) * 2],
)
def test_a_year_has_one_label_however_it_is_written(text, label):
    assert read(text, YEAR) == label
    assert read(text, PERIOD) == label


def test_quarters_and_months_are_periods_but_not_years():
    for text in ("2015-16 Q1", "2015-04"):
        assert read(text, PERIOD) == text
        with pytest.raises(UnreadableCell):
            read(text, YEAR)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        *((text, "mid-2015") for text in ("mid-2015", " Mid 2015 ", "MID2015", "mid-year 2015")),
        ("mid\u20132015", "mid-2015"),
        ("2015/16", "2015-16"),
        ("2015-16 Q1", "2015-16 Q1"),
    ],
)
def test_a_driver_may_be_counted_at_mid_year(text, label):
    assert read(text, MID_YEAR) == label


def test_what_is_no_mid_year_is_refused_with_advice_that_names_it():
    for text in ("2015", "mid-15", "middle of 2015", "mid-2015-16"):
        with pytest.raises(UnreadableCell) as refusal:
            read(text, MID_YEAR)
        assert refusal.value.remedy.endswith("What is counted at 30 June 2015 is of mid-2015.")
    for column in (YEAR, PERIOD):
        with pytest.raises(UnreadableCell, match="only a driver"):
            read("mid-2015", column)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("2015", "Write 2015-16 if it starts in 2015, 2014-15 if it ends."),
        ("2015-17", "Write 2015-16, if that is the year meant."),
        ("2015-2016", "Write 2015-16, if that is the year meant."),
        ("Apr-03", "Format the column as text"),
        ("01/04/2003", "Format the column as text"),
        ("2015-16 Q5", "Write it as 2015-16."),
        ("last year", "Write it as 2015-16."),
    ],
)
def test_what_is_no_year_is_refused_with_advice(text, remedy):
    with pytest.raises(UnreadableCell) as refusal:
        read(text, YEAR)
    assert remedy in refusal.value.remedy


def test_a_bare_number_is_no_period():
    with pytest.raises(UnreadableCell, match="calendar year"):
        read("2015", PERIOD)


def test_the_nearest_name_ignores_capitals_and_keeps_the_spelling():
    assert nearest("HOME CARE", ["Home care", "Short breaks"]) == "Home care"
    assert nearest("roads", ["Home care"]) == ""


@given(st.text(max_size=20))
def test_tidying_twice_is_tidying_once(text):
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    "text", ["2015-02-19", "19/02/2015", "19 February 2015", "19 Feb 2015", "2015-02-19 00:00:00"]
)
def test_a_day_is_read_as_it_is_written_in_england(text):
    assert read(text, DAY) == "2015-02-19"


@pytest.mark.parametrize("text", ["29/02/2015", "02/19/2015", "19/02/15", "soon", "2015"])
def test_what_is_no_day_of_the_calendar_is_refused(text):
    with pytest.raises(UnreadableCell, match="not a day"):
        read(text, DAY)
