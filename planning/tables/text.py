"""The text of one cell made plain, and what is said of one that cannot be read."""

import unicodedata

MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2011": "-"})
"""Every dash that stands for a minus, to the plain one; for ``str.translate``."""
_UNSEEN = " \t\r\n\u200b\u200e\u200f\u2060\ufeff"
"""What copying from a web page leaves around a figure or a name."""


class UnreadableCell(ValueError):
    """A cell cannot be read; ``wrong`` says why and ``remedy`` what to do."""

    def __init__(self, wrong: str, remedy: str) -> None:
        self.wrong, self.remedy = wrong, remedy
        super().__init__(wrong, remedy)


def tidy(text: str) -> str:
    """Return text without the blanks around it, and with every space in it a plain one."""
    if text.isascii():
        return text.strip()
    spaced = "".join(" " if unicodedata.category(c) == "Zs" else c for c in text)
    return unicodedata.normalize("NFC", spaced.strip(_UNSEEN)).strip()
