"""On which line of a TOML file each section and each name stands; the parser does not say."""

import re

_SECTION = re.compile(r"\s*\[\[?\s*(?P<path>[^\]]*?)\s*\]")
_NAME = re.compile(r"""\s*(?P<name>"[^"]*"|'[^']*'|[A-Za-z0-9_.-]+)\s*=""")
_PART = re.compile(r""""[^"]*"|'[^']*'|[^.\s]+""")


def lines_of(text: str) -> dict[str, int]:
    """Return the line of each section and each name, joined by points; the first, if several."""
    found: dict[str, int] = {}
    section = ""
    for line, statement in enumerate(text.split("\n"), start=1):
        if named := _NAME.match(statement):
            name = _plain(named["name"])
            found.setdefault(f"{section}.{name}" if section else name, line)
        elif headed := _SECTION.match(statement):
            section = _plain(headed["path"])
            found.setdefault(section, line)
    return found


def _plain(path: str) -> str:
    """Return a path of names without its quotation marks."""
    return ".".join(part.strip("\"'") for part in _PART.findall(path))
