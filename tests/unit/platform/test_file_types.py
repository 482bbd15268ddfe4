"""Which files are taken: content, name and declaration agree, and nothing is two things at once
(SECURITY R40)."""

import io
import struct
import zipfile

import pytest

from app.platform.file_types import RefusedFile, recognise
from tests.making.files import chunk, jpeg, pdf, png

ZIP_END = b"PK\x05\x06" + b"\0" * 16


def archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as zipped:
        zipped.writestr("a.txt", "a")
    return held.getvalue()


def refusal(content: bytes, name: str, declared: str) -> str | None:
    try:
        recognise(io.BytesIO(content), name, declared)
    except RefusedFile as refused:
        return refused.detail
    return None


@pytest.mark.parametrize(
    ("content", "name", "declared"),
    [
        (pdf(), "licence.pdf", "application/pdf"),
        (pdf(), "इजाजतपत्र.PDF", "application/pdf"),
        (pdf() + b"\n" * 1000, "licence.pdf", "application/pdf"),
        (png(), "licence.png", "image/png"),
        (png(10_000, 5_000), "licence.png", "image/png"),
        (jpeg(), "licence.jpg", "image/jpeg"),
        (jpeg(), "licence.jpeg", "image/jpeg"),
    ],
)
def test_a_pdf_a_png_and_a_jpeg_are_taken(content: bytes, name: str, declared: str) -> None:
    file = io.BytesIO(content)
    assert recognise(file, name, declared).media_type == declared
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("content", "name", "declared", "said"),
    [
        (b"", "a.pdf", "application/pdf", "A file of this type is not taken; send a PDF"),
        (b"hello", "a.pdf", "application/pdf", "A file of this type is not taken; send a PDF"),
        (b"GIF89a" + b"\0" * 99, "a.gif", "image/gif", "Graphics interchange format"),
        (b"MZ" + b"\0" * 99, "a.pdf", "application/pdf", "Windows Executable file is not taken"),
        (b"<html><script>", "a.pdf", "application/pdf", "HTML File is not taken"),
        (archive(), "a.docx", "application/pdf", "is not taken; send a PDF, PNG or JPEG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "a.doc", "x/y", "is not taken"),
        (pdf(), "a.png", "application/pdf", "its name does not end in .pdf"),
        (pdf(), "a", "application/pdf", "its name does not end in .pdf"),
        (pdf(), "a.pdf.exe", "application/pdf", "its name does not end in .pdf"),
        (png(), "a.pdf", "image/png", "The file is a PNG, and its name does not end in .png"),
        (pdf(), "a.pdf", "image/png", "send it as Content-Type: application/pdf"),
        (pdf(), "a.pdf", "", "send it as Content-Type: application/pdf"),
        (pdf()[:60], "a.pdf", "application/pdf", "breaks off"),
        (pdf("/Encrypt 4 0 R"), "a.pdf", "application/pdf", "is encrypted"),
        (png()[:-1], "a.png", "image/png", "breaks off"),
        (png() + b"x", "a.png", "image/png", "goes on after its end"),
        (png()[:8], "a.png", "image/png", "breaks off"),
        (png()[:8] + chunk(b"IDAT", b"x"), "a.png", "image/png", "does not begin with its header"),
        (png(20_001, 1), "a.png", "image/png", "The picture is 20001 × 1"),
        (png(50_000, 50_000), "a.png", "image/png", "The picture is 50000 × 50000"),
        (png(10_000, 5_001), "a.png", "image/png", "50000000 in all"),
        (png(0, 1), "a.png", "image/png", "The picture is 0 × 1"),
        (jpeg()[:-1], "a.jpg", "image/jpeg", "breaks off"),
        (jpeg() + b"x", "a.jpg", "image/jpeg", "goes on after its end"),
        (jpeg(50_000, 50_000), "a.jpg", "image/jpeg", "The picture is 50000 × 50000"),
        (b"\xff\xd8\xff\xda\x00\x02\xff\xd9", "a.jpg", "image/jpeg", "breaks off"),
        (b"\xff\xd8\xff\xe0\x00\x01\x00\x00", "a.jpg", "image/jpeg", "breaks off"),
    ],
)
def test_other_files_are_refused_by_name(
    content: bytes, name: str, declared: str, said: str
) -> None:
    found = refusal(content, name, declared)
    assert found is not None
    assert said in found


@pytest.mark.parametrize(
    ("content", "name", "declared"),
    [
        (pdf(archive().decode("latin-1")[:0]) + b"%" + archive() + b"\n%%EOF", "a.pdf", "pdf"),
        (png()[:-12] + chunk(b"zIPx", archive()) + png()[-12:], "a.png", "png"),
        (
            jpeg()[:-2] + archive()[:-2] + struct.pack("<H", 2) + b"\xff\xd9",
            "a.jpg",
            "jpeg",
        ),
        (png()[:33] + chunk(b"tEXt", pdf()) + png()[33:], "a.png", "png"),
    ],
)
def test_a_file_that_is_an_archive_or_a_document_as_well_is_neither(
    content: bytes, name: str, declared: str
) -> None:
    media_type = "application/pdf" if declared == "pdf" else f"image/{declared}"
    found = refusal(content, name, media_type)
    assert found is not None
    assert "as well" in found


def test_four_bytes_by_chance_make_no_archive() -> None:
    picture = png()[:-12] + chunk(b"rANd", ZIP_END + b"\xff\xff" + b"\0" * 9) + png()[-12:]
    assert refusal(picture, "a.png", "image/png") is None


def test_a_large_file_is_read_in_pieces() -> None:
    """A mark that lies across two pieces is found."""
    for before in range(64 * 1024 - 12, 64 * 1024 + 2):
        content = b"%PDF-1.4\n" + b" " * (before - 9) + b"/Encrypt" + b"\n%%EOF"
        assert refusal(content, "a.pdf", "application/pdf") is not None
