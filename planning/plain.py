"""Text as it may be shown: no character that commands a terminal, a sheet or a reading order."""

from unicodedata import category

_NONE = ("Cc", "Cn", "Co", "Cs")
"""Control characters, what is no character, and halves of one."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the order in which text is read, so that it shows what it does not say."""


def plain(text: str) -> str:
    """Return text with a space in the place of every character that is not to be seen."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if category(c) in _NONE or c in _TURNING else c for c in text)
