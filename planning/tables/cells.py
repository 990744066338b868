"""One cell as planners write it: its value, or what is wrong with it and what to do.

A cell is read by its column's kind alone, never by what it looks like: in a column of keys
``00123``, ``NA`` and ``None`` are names; in a column of figures they are a figure and two faults.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches
from math import inf

from planning.tables.dates import day, period, period_or_mid_year
from planning.tables.schema import Column, Kind
from planning.tables.text import MINUS, UnreadableCell, tidy

Value = str | float | bool | None
"""What a cell is read as; None is a number left blank, ``""`` is text left blank."""

LARGEST = 1e12
"""No figure of a council's is larger: neither pounds, nor units, nor people."""

_NUMBER = re.compile(
    r"(?P<sign>[+-]?) ?(?P<pound>£?) ?(?P<inner>-?)"
    r"(?P<figure>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?P<power>e[+-]?[0-9]{1,3})? ?(?P<percent>%?)"
)

_HOW_TO_WRITE = {
    Kind.MONEY: "Write it as 12.50 or £12.50",
    Kind.UNITS: "Write it as 1234 or 1,234",
    Kind.FRACTION: "Write it as 0.05 or 5%",
    Kind.NUMBER: "Write it as 12.5 or 1,234",
    Kind.COUNT: "Write it as 5",
}

# What is often found where a number should be, in the order in which it is looked for.
_KNOWN_TROUBLE = (
    (r"nan", "not a number", "{unknown}"),
    (r"[+-]?(inf|infinity|∞)|no limit|unlimited", "not a finite number", "{limit}"),
    (
        r"n/?a|none|null|unknown|not known|tb[acd]|\?+|x+|\.+",
        "a placeholder, not a number",
        "{unknown}",
    ),
    (r"-+|£ ?-|—", "a dash, not a number", "If it means nil, write 0. {unknown}"),
    (r"nil|zero|nought", "a word, not a number", "Write 0."),
    (
        r"[+-]?£? ?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+",
        "a point between thousands and a decimal comma",
        "Write a point for decimals, as in 1234.50 or 1,234.50.",
    ),
    (
        r"[+-]?£? ?[0-9]+(,[0-9]+)+(\.[0-9]*)?",
        "a comma that does not mark off thousands",
        "Write a point for decimals and a comma only before three figures, as in 1,234.50.",
    ),
    (
        r".*[0-9] ?(k|m|bn|mn|million|thousand|billion)",
        "a figure cut short",
        "Write it out in full, as in 1200000 or 1,200,000.",
    ),
    (
        r"[+-]?[0-9]+ [0-9 ]+(\.[0-9]*)?",
        "a number with spaces in it",
        "Write thousands with a comma or with nothing, as in 1,234 or 1234.",
    ),
    (r"=.*", "a formula", "Save the file with the formula's result in its place."),
    (r".*[$€].*", "money that is not in pounds", "Write it in pounds."),
)

_SHEET_ERROR = re.compile(r"#(N/A|[A-Z0-9/_]+[!?])|#+")
_ROUNDED = re.compile(r"[+-]?[0-9](\.[0-9]+)?E[+-]?[0-9]+")
_YES_NO = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


def read(text: str, column: Column) -> Value:
    """Return the value of a cell: a number or None, yes/no as bool, anything else as text.

    Years and periods come back as their plain labels, such as ``2015-16``; choices as they are
    spelt in the schema; percentages as fractions.

    Raises
    ------
    UnreadableCell
        If it is blank where that is not allowed, not of the column's kind, or out of its bounds.
    """
    text = tidy(text)
    if not text:
        return _blank(column)
    if _SHEET_ERROR.fullmatch(text):
        raise UnreadableCell(
            "an error that the spreadsheet shows in place of a value",
            "Mend the formula, or widen the column, and save the file again.",
        )
    if column.numeric:
        return within(number(text, column), column)
    if column.kind is Kind.YES_NO:
        return yes_no(text)
    return _words(text, column)


def number(text: str, column: Column) -> float:
    """Return the number that ``1,234.50``, ``£1,234``, ``5%`` or ``(1,234)`` stands for.

    Brackets are a minus, as accountants write it.

    Raises
    ------
    UnreadableCell
        If the text is anything else, or in a unit that is not the column's.
    """
    plain = tidy(text).translate(MINUS)
    unsigned, negative = _without_brackets(plain)
    found = _NUMBER.fullmatch(unsigned)
    signs = "" if found is None else found["sign"] + found["inner"]
    if found is None or len(signs) + negative > 1 or (found["pound"] and found["percent"]):
        raise _not_a_number(plain, column)
    if found["percent"] and column.kind not in (Kind.FRACTION, Kind.NUMBER):
        raise UnreadableCell("a percentage", f"{_HOW_TO_WRITE[column.kind]}: it is not a share.")
    if found["pound"] and column.kind not in (Kind.MONEY, Kind.NUMBER):
        raise UnreadableCell("pounds", f"{_HOW_TO_WRITE[column.kind]}: it is not money.")
    # Decimal, so that 1.1% is the same float as 0.011.
    exact = Decimal(found["figure"].replace(",", "") + (found["power"] or ""))
    value = float(exact.scaleb(-2) if found["percent"] else exact)
    if value > LARGEST and (column.kind is not Kind.NUMBER or value == inf):
        raise UnreadableCell("too large to be true", f"Write no figure above {LARGEST:,.0f}.")
    return 0.0 - value if negative or "-" in signs else value


def _without_brackets(text: str) -> tuple[str, bool]:
    """Return what stands in accounting brackets, and whether there were any."""
    pounds, rest = ("£", text[1:].lstrip()) if text.startswith("£(") else ("", text)
    if rest.startswith("(") and rest.endswith(")"):
        return pounds + rest[1:-1].strip(), True
    return text, False


def _not_a_number(text: str, column: Column) -> UnreadableCell:
    """Say what stands where a number should be, and what to do about it."""
    if _ROUNDED.fullmatch(text):
        return UnreadableCell(
            "a figure that the spreadsheet has rounded",
            "Format the column as a number and save the file again.",
        )
    unknown = "Find the figure, or leave the row out; nothing is guessed."
    limit = f"{_HOW_TO_WRITE[column.kind]}."
    if column.blank:
        unknown = limit = "Leave the cell blank."
    elif column.kind is Kind.FRACTION:
        limit = unknown
    for pattern, wrong, remedy in _KNOWN_TROUBLE:
        if re.fullmatch(pattern, text, flags=re.IGNORECASE):
            return UnreadableCell(wrong, remedy.format(unknown=unknown, limit=limit))
    return UnreadableCell("not a number", f"{_HOW_TO_WRITE[column.kind]}.")


def within(value: float, column: Column) -> float:
    """Return a number that lies within its column's bounds, and is whole if a count.

    Raises
    ------
    UnreadableCell
        If it does not, or is not.
    """
    if column.kind is Kind.COUNT and not float(value).is_integer():
        raise UnreadableCell("not a whole number", "Write it without a decimal point.")
    inside = (
        column.least < value < column.most
        if column.strict
        else column.least <= value <= column.most
    )
    if inside:
        return value
    raise UnreadableCell(f"out of range: it must be {bounds(column)}", _way_back(value, column))


def bounds(column: Column) -> str:
    """Say a column's bounds in words; blank where it has none."""
    if column.least == -inf and column.most == inf:
        return ""
    low, high = _plain(column.least), _plain(column.most)
    if column.most == inf:
        return f"above {low}" if column.strict else f"{low} or more"
    return f"between {low} and {high}" if column.strict else f"from {low} to {high}"


def _way_back(value: float, column: Column) -> str:
    """Say what was probably meant by a number out of range."""
    if column.kind is Kind.FRACTION and 1.0 <= value <= 100.0:
        return f"If it is {_plain(value)}%, write {_plain(value)}% or {_plain(value / 100.0)}."
    if value < column.least == 0.0:
        return "Write it without the minus, if that is what is meant."
    if value == 0.0 and column.name == "unit_cost":
        return "Write what one unit costs; what costs nothing needs no offer."
    return "Correct it."


def _plain(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.12g}"


def yes_no(text: str) -> bool:
    """Return whether a cell says yes; ``TRUE`` is how Excel may have saved it.

    Raises
    ------
    UnreadableCell
        If it says neither yes nor no.
    """
    answer = _YES_NO.get(tidy(text).casefold())
    if answer is None:
        raise UnreadableCell("neither yes nor no", "Write yes or no.")
    return answer


def choice(text: str, choices: tuple[str, ...]) -> str:
    """Return the word meant, whatever its capitals and whether it is joined by _, - or a space.

    Raises
    ------
    UnreadableCell
        If it is none of them.
    """
    word = re.sub(r"[ -]+", "_", tidy(text).casefold())
    if word in choices:
        return word
    hint = nearest(word, choices)
    said = f"Write {hint}." if hint else f"Write one of {', '.join(choices)}."
    raise UnreadableCell("not one of the words allowed", said)


def key(text: str, reserved: Iterable[str] = ()) -> str:
    """Return a name that other rows may refer to, as it is spelt.

    Raises
    ------
    UnreadableCell
        If it has a ``/``, a ``;`` or an invisible character in it, or a meaning of its own.
    """
    name = tidy(text)
    if found := sorted({c for c in "/;" if c in name}):
        raise UnreadableCell(
            f"a name with {' and '.join(found)} in it",
            "Take it out: it joins names in other tables and files.",
        )
    if any(_invisible(c) for c in name):
        raise UnreadableCell(
            "a name with an invisible character or a line break in it", "Type it again."
        )
    if name.casefold() in reserved:
        raise UnreadableCell("a name with a meaning of its own", "Choose another name.")
    return name


def keys(text: str) -> str:
    """Return names joined by ``;``, each without blanks around it, and each once."""
    names = (tidy(name) for name in text.split(";"))
    return ";".join(dict.fromkeys(name for name in names if name))


def nearest(word: str, words: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return the word most like the one given, or ``""`` if none is."""
    spelt = {w.casefold(): w for w in sorted(words, reverse=True)}
    found = get_close_matches(word.casefold(), sorted(spelt), n=1, cutoff=cutoff)
    return spelt[found[0]] if found else ""


def meant(found: Iterable[str], known: Iterable[str], *, cutoff: float = 0.6) -> dict[str, str]:
    """Return what each unknown name was meant for, among the known ones that are absent, or ""."""
    found, known = list(found), list(known)
    absent = [name for name in known if name not in found]
    meanings = {}
    for name in found:
        if name not in known:
            meanings[name] = nearest(name, absent, cutoff=cutoff)
            absent = [other for other in absent if other != meanings[name]]
    return meanings


def _blank(column: Column) -> Value:
    """Return what a blank cell means, where it may be blank."""
    if not column.blank:
        raise UnreadableCell("blank", _for_a_blank(column))
    return None if column.numeric else ""


def _for_a_blank(column: Column) -> str:
    if column.kind is Kind.UNITS:
        return (
            "Find the figure, and write 0 only if it is nil. If it is not known, take the row out, "
            "and between periods that are known mark it missing in events.csv."
        )
    if column.numeric:
        return "Find the figure, and write 0 only if it is nil; a blank is never taken for nil."
    if column.kind is Kind.YES_NO:
        return "Write yes or no."
    if column.kind is Kind.CHOICE:
        return f"Write one of {', '.join(column.choices)}."
    return "Fill it in."


def _words(text: str, column: Column) -> str:
    """Read a cell that is neither a number nor yes or no."""
    match column.kind:
        case Kind.CHOICE:
            return choice(text, column.choices)
        case Kind.KEY:
            return key(text, column.reserved)
        case Kind.KEYS:
            return keys(text)
        case Kind.YEAR | Kind.PERIOD:
            return period(text, years_only=column.kind is Kind.YEAR)
        case Kind.MID_YEAR:
            return period_or_mid_year(text)
        case Kind.DATE:
            return day(text)
    if any(_invisible(c) and c not in "\n\r\t" for c in text):
        raise UnreadableCell("text with a control character in it", "Type it again.")
    return text


def _invisible(character: str) -> bool:
    """Whether a character is a control, a zero-width mark, or no character at all."""
    return unicodedata.category(character).startswith("C") or character in "\u2028\u2029"
