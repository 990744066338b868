"""Where a case is read from: a folder, a workbook or a database, and its mapping file if any."""

import os
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote

MAPPING = "mapping.toml"
"""The mapping file in a folder; beside a workbook or an SQLite file it bears their name first."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://.*", re.DOTALL)
_PLAIN = re.compile(
    r"(?:[^@/?#]*@)?(?P<host>[A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]*\])(?::[0-9]*)?"
    r"/(?P<name>[A-Za-z0-9_.-]*)(?:\?.*)?"
)
_SPREADSHEETS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".ods")


class SourceKind(StrEnum):
    """What a case is read from."""

    FOLDER = "folder"
    WORKBOOK = "workbook"
    DATABASE = "database"


@dataclass(frozen=True)
class Source:
    """Where a case is read from, and the mapping file to read it by.

    Shown, it is a path as it was given; of a database only the driver, the host and the database.

    Parameters
    ----------
    address : str
        A folder, a spreadsheet, or ``postgresql://…`` or ``sqlite:///…``.
    mapping : str
        The mapping file; blank is the one found beside the source, if there is one.
    """

    address: str = field(repr=False)
    mapping: str = ""

    @classmethod
    def of(cls, given: "str | os.PathLike[str] | Source", mapping: object = None) -> "Source":
        """Return what was given as a source; a mapping file that is named replaces its own."""
        chosen = "" if mapping is None else str(mapping)
        if isinstance(given, Source):
            return Source(given.address, chosen or given.mapping)
        return Source(os.fspath(given), chosen)

    @property
    def kind(self) -> SourceKind:
        """What it is, by its look: what is neither a database nor a spreadsheet is a folder."""
        if _ADDRESS.fullmatch(self.address):
            return SourceKind.DATABASE
        path = Path(self.address)
        if path.suffix.casefold() in _SPREADSHEETS and not path.is_dir():
            return SourceKind.WORKBOOK
        return SourceKind.FOLDER

    @property
    def is_case(self) -> bool:
        """Whether it is a case, and not some other file."""
        return self.kind is not SourceKind.FOLDER or Path(self.address).is_dir()

    @property
    def path(self) -> Path | None:
        """Where it is on disk; None for a database that is elsewhere."""
        if self.kind is not SourceKind.DATABASE:
            return Path(self.address)
        driver, _, rest = self.address.partition("://")
        file = rest.partition("?")[0].partition("/")[2]
        return Path(unquote(file)) if driver.casefold() == "sqlite" and file else None

    @property
    def anywhere(self) -> str:
        """Its address, as it may be read from any folder of this computer."""
        if self.kind is SourceKind.DATABASE:
            where = None if self.path is None else self.path.resolve()
            return self.address if where is None else f"sqlite:///{where}"
        return str(Path(self.address).resolve())

    @property
    def mapping_path(self) -> Path | None:
        """The mapping file to read it by; None where there is none."""
        if self.mapping:
            return Path(self.mapping)
        if self.path is None:
            return None
        if self.kind is SourceKind.FOLDER:
            found = self.path / MAPPING
        else:
            found = self.path.with_name(f"{self.path.stem}.{MAPPING}")
        return found if found.is_file() else None

    def __str__(self) -> str:
        """Show where it is, without what of an address is nobody else's business."""
        if self.kind is not SourceKind.DATABASE:
            return self.address
        driver, _, rest = self.address.partition("://")
        driver = driver.partition("+")[0].casefold()
        if driver == "sqlite":
            return f"sqlite:///{'' if self.path is None else self.path}"
        # Only what can be nothing else is shown: an odd address may hide a password anywhere.
        found = _PLAIN.fullmatch(rest)
        return f"{driver}://{found['host']}/{found['name']}" if found else f"{driver}://…"
