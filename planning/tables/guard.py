"""A workbook looked at before anything parses it: what could harm is refused in plain words.

A few kilobytes can stand for gigabytes: an archive that swells, one cell at the far corner of a
sheet, one long text named by a million cells. What passes is packed anew, so that the parser is
given the very bytes that were looked at and no others.
"""

import copy
import io
import zipfile
import zlib
from collections.abc import Iterable
from xml.parsers import expat

LARGEST_FILE = 50_000_000
"""Bytes of a workbook as it lies on disk."""
LARGEST_WHOLE = 100_000_000
"""Bytes of all its parts together, unpacked."""
LARGEST_RATIO = 200
"""How many times its size a part of over a megabyte may swell to; a worksheet swells 5 to 40."""
MOST_PARTS = 2_000

_MEGABYTE = 1_000_000
_XLSX, _ODS = "an Excel workbook", "an OpenDocument workbook"
_AS_XLSX = "In Excel, save it as 'Excel Workbook (.xlsx)'."
_TOO_MUCH = "Take out what is no table of the case, or split it off into another workbook."
_ENTRY = b"PK\x01\x02"
_CONTENTS = "[Content_Types].xml"


class RefusedWorkbook(ValueError):
    """A workbook that is not read; ``wrong`` says why and ``remedy`` what to do."""

    def __init__(self, wrong: str, remedy: str) -> None:
        self.wrong, self.remedy = wrong, remedy
        super().__init__(wrong, remedy)


def safe_parts(content: bytes) -> dict[str, bytes]:
    """Return the XML parts of a workbook, unpacked, by their names.

    Raises
    ------
    RefusedWorkbook
        If it is no workbook, holds macros or draws on others, or is out of all measure.
    """
    parts = _unpacked_parts(content, _XLSX)
    _check_workbook(parts)
    for name, data in parts.items():
        check_xml(name, data)
    return parts


def check_ods(content: bytes) -> None:
    """Refuse an .ods as ``safe_parts`` refuses an .xlsx.

    Raises
    ------
    RefusedWorkbook
        If it is no OpenDocument file or is out of all measure.
    """
    parts = _unpacked_parts(content, _ODS)
    if "content.xml" not in parts:
        raise RefusedWorkbook(f"not {_ODS}, whatever its name says", _AS_XLSX)
    for name, data in parts.items():
        check_xml(name, data)


def _unpacked_parts(content: bytes, what: str) -> dict[str, bytes]:
    """Return the XML parts of an archive that keeps all measure, by their names."""
    _check_kind(content, what)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_entries(archive.infolist())
            return {
                entry.filename: _unpacked(archive, entry)
                for entry in archive.infolist()
                if entry.filename.casefold().endswith((".xml", ".rels"))
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError):
        raise RefusedWorkbook("damaged: it cannot be unpacked", _AS_XLSX) from None


def repacked(parts: dict[str, bytes]) -> io.BytesIO:
    """Return a workbook of these parts alone, not compressed."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    whole.seek(0)
    return whole


def _check_kind(content: bytes, what: str) -> None:
    """Refuse what is no archive, is locked, or is too large to look into."""
    if len(content) > LARGEST_FILE:
        wrong = f"a workbook of {len(content) / 1e6:,.0f} MB"
        raise RefusedWorkbook(wrong, _TOO_MUCH)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            remedy = "In Excel, take the password off: File, Info, Protect Workbook."
            raise RefusedWorkbook("locked with a password", remedy)
        raise RefusedWorkbook("a workbook of before Excel 2007", _AS_XLSX)
    if not content.startswith(b"PK\x03\x04"):
        raise RefusedWorkbook(f"not {what}, whatever its name says", _AS_XLSX)
    # Counted before the archive's own list is made of them.
    if content.count(_ENTRY) > MOST_PARTS:
        raise RefusedWorkbook(f"a workbook of more than {MOST_PARTS:,} parts", _TOO_MUCH)


def _check_entries(entries: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse an archive by what it says of itself."""
    entries = list(entries)
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) < len(names):
        raise RefusedWorkbook("damaged: two of its parts have one name", _AS_XLSX)
    if any(name.endswith("vbaproject.bin") for name in names):
        remedy = f"{_AS_XLSX} It leaves the macros out."
        raise RefusedWorkbook("a workbook with macros", remedy)
    if any(name.startswith("xl/externallinks/") for name in names):
        remedy = "In Excel, choose Data, Edit Links, Break Link, and save it again."
        raise RefusedWorkbook("a workbook with links to other workbooks", remedy)
    if any(entry.flag_bits & 1 for entry in entries):
        raise RefusedWorkbook("an archive locked with a password", _AS_XLSX)
    if sum(entry.file_size for entry in entries) > LARGEST_WHOLE:
        raise RefusedWorkbook(f"more than {LARGEST_WHOLE / 1e6:,.0f} MB unpacked", _TOO_MUCH)
    for entry in entries:
        ratio = entry.file_size / max(1, entry.compress_size)
        if entry.file_size > _MEGABYTE and ratio > LARGEST_RATIO:
            wrong = f"a part that swells {ratio:,.0f} times when unpacked"
            raise RefusedWorkbook(wrong, f"{_TOO_MUCH} {_AS_XLSX}")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a part, if they are as many as it says."""
    # One more is asked for than is said to be there, for what is said may be untrue.
    asked = copy.copy(entry)
    asked.file_size += 1
    with archive.open(asked) as part:
        data = part.read(asked.file_size)
    if len(data) != entry.file_size:
        raise RefusedWorkbook("damaged: a part is not of the size that it says", _AS_XLSX)
    return data


def _check_workbook(parts: dict[str, bytes]) -> None:
    """Refuse an archive that is not a workbook, or one of another kind."""
    contents = parts.get(_CONTENTS, b"")
    if b"macroEnabled" in contents:
        raise RefusedWorkbook("a workbook with macros", f"{_AS_XLSX} It leaves the macros out.")
    if b"spreadsheetml.sheet.main" not in contents:
        wrong = f"not {_XLSX}, whatever its name says"
        for mark, kind in (
            (b"wordprocessingml", "Word document"),
            (b"presentationml", "slide show"),
        ):
            wrong = f"a {kind}, not {_XLSX}" if mark in contents else wrong
        if b"ms-excel.sheet.binary" in contents:
            wrong = "a binary workbook (.xlsb)"
        raise RefusedWorkbook(wrong, _AS_XLSX)


def check_xml(name: str, data: bytes) -> None:
    """Refuse a part that is not XML, or that defines anything of its own before it begins.

    Raises
    ------
    RefusedWorkbook
        If it does.
    """
    parser = new_parser()
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise RefusedWorkbook(f"damaged: {name} cannot be read ({error})", _AS_XLSX) from None


def new_parser() -> expat.XMLParserType:
    """Return a parser that refuses a document type, and so every entity of a document's own."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_type
    return parser


def _refuse_type(*_: object) -> None:
    wrong = "a part that defines entities of its own, as no spreadsheet does"
    raise RefusedWorkbook(wrong, _AS_XLSX)
