"""Which type a received file truly has: by its content, its name and what the caller says.

Three types are taken: PDF, PNG, JPEG. Each is read from its first byte to its last one, so a file
that is two things at once is neither (SECURITY R40). Memory stays constant; nothing is decoded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import IO

import puremagic

from app.kernel.errors import DomainError

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 20_000

_HEAD = 4096
_TAIL = 64 * 1024 + 22  # as far from the end as a ZIP archive's directory can lie
_CHUNK = 64 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_ZIP_END = b"PK\x05\x06"
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class RefusedFile(DomainError):
    """The file is of a type that is not taken, or not what it says it is."""

    slug = "unsupported-media-type"


@dataclass(frozen=True, slots=True)
class FileType:
    """A type that is taken."""

    name: str
    media_type: str
    extensions: tuple[str, ...]
    check: Callable[[IO[bytes]], None]


def recognise(file: IO[bytes], name: str, declared: str) -> FileType:
    """The type of a file, on which its content, its name's ending and `declared` agree.

    Raises RefusedFile, which names what the file is and which types are taken.
    """
    file.seek(0)
    head = file.read(_HEAD)
    found = next((kind for magic, kind in _BY_MAGIC.items() if head.startswith(magic)), None)
    if found is None:
        raise RefusedFile(f"{_named(head)} is not taken; send {_TAKEN}.")
    if PurePath(name).suffix.lower() not in found.extensions:
        raise RefusedFile(
            f"The file is a {found.name}, and its name does not end in"
            f" {' or '.join(found.extensions)}."
        )
    if declared != found.media_type:
        raise RefusedFile(
            f"The file is a {found.name}: send it as Content-Type: {found.media_type}."
        )
    _check_single(file, head, found)
    found.check(file)
    file.seek(0)
    return found


def _named(head: bytes) -> str:
    try:
        best = puremagic.magic_string(head)[0]
    except (puremagic.PureError, ValueError):
        return "A file of this type"
    return f"A file of the type {best.name or best.mime_type or best.extension}"


def _check_single(file: IO[bytes], head: bytes, found: FileType) -> None:
    """Another program must not read the same bytes as a document or an archive."""
    if b"%PDF-" in head[1:]:
        raise RefusedFile(f"The {found.name} is a PDF as well; send one document alone.")
    tail = _tail(file)
    place = tail.rfind(_ZIP_END)
    while place >= 0:
        comment = int.from_bytes(tail[place + 20 : place + 22], "little")
        if place + 22 + comment <= len(tail):
            raise RefusedFile(f"The {found.name} is an archive as well; send the document alone.")
        place = tail.rfind(_ZIP_END, 0, place)


def _tail(file: IO[bytes]) -> bytes:
    file.seek(max(0, file.seek(0, 2) - _TAIL))
    return file.read()


def _check_pdf(file: IO[bytes]) -> None:
    if b"%%EOF" not in _tail(file)[-1024:]:
        raise RefusedFile("The PDF breaks off: it does not end in %%EOF.")
    file.seek(0)
    before = b""
    while chunk := file.read(_CHUNK):
        if b"/Encrypt" in before + chunk:
            raise RefusedFile("The PDF is encrypted: nobody could review it. Send it without.")
        before = chunk[-8:]


def _check_png(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    place = len(_PNG)
    kind = b""
    while place + 12 <= size and kind != b"IEND":
        file.seek(place)
        length = int.from_bytes(file.read(4), "big")
        kind = file.read(4)
        if place == len(_PNG):
            if kind != b"IHDR":
                raise RefusedFile("The PNG does not begin with its header.")
            _check_sides(int.from_bytes(file.read(4), "big"), int.from_bytes(file.read(4), "big"))
        place += 12 + length
    if kind != b"IEND" or place != size:
        raise RefusedFile("The PNG breaks off, or goes on after its end.")


def _check_jpeg(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    place, sided = 2, False
    while place + 4 <= size:
        file.seek(place)
        mark, code = file.read(2)
        length = int.from_bytes(file.read(2), "big")
        if mark != 0xFF or length < 2:
            break
        if code in _START_OF_FRAME:
            _, *sides = file.read(5)
            _check_sides(sides[2] << 8 | sides[3], sides[0] << 8 | sides[1])
            sided = True
        if code == 0xDA:
            file.seek(size - 2)
            if sided and file.read() == b"\xff\xd9":
                return
            break
        place += 2 + length
    raise RefusedFile("The JPEG breaks off, or goes on after its end.")


def _check_sides(width: int, height: int) -> None:
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE) or (
        width * height > MOST_PIXELS
    ):
        raise RefusedFile(
            f"The picture is {width} × {height}; at most {LONGEST_SIDE} on a side and"
            f" {MOST_PIXELS} in all are taken."
        )


PDF = FileType("PDF", "application/pdf", (".pdf",), _check_pdf)
PNG = FileType("PNG", "image/png", (".png",), _check_png)
JPEG = FileType("JPEG", "image/jpeg", (".jpg", ".jpeg"), _check_jpeg)

TAKEN: Mapping[str, FileType] = MappingProxyType({t.media_type: t for t in (PDF, PNG, JPEG)})
"""By media type."""

_TAKEN = "a PDF, PNG or JPEG"
_BY_MAGIC: Mapping[bytes, FileType] = MappingProxyType(
    {b"%PDF-": PDF, _PNG: PNG, b"\xff\xd8\xff": JPEG}
)
