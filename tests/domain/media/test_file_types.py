"""What may be sent is told by the content; the name follows it."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.domain.media.file_types import FileRefused, examine
from tests.support.hosted import picture

OFFICE = "application/vnd.openxmlformats-officedocument"


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "content_type", "name"),
    [
        (picture("PNG"), "image/png", "file.png"),
        (picture("JPEG"), "image/jpeg", "file.jpg"),
        (picture("WEBP"), "image/webp", "file.webp"),
        (b"%PDF-1.7\n1 0 obj", "application/pdf", "file.pdf"),
        (b"#!AMR\n" + b"\x00" * 40, "audio/amr", "file.amr"),
        (b"OggS\x00\x02" + b"\x00" * 60, "audio/ogg", "file.ogg"),
        (b"\xef\xbb\xbfBEGIN:VCARD\r\nVERSION:3.0", "text/vcard", "file.vcf"),
        (archive("word/document.xml", "[Content_Types].xml"), f"{OFFICE}.wordprocessingml.document", "file.docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), f"{OFFICE}.spreadsheetml.sheet", "file.xlsx"),
        (archive("docProps/a", "ppt/b", "[Content_Types].xml"), f"{OFFICE}.presentationml.presentation", "file.pptx"),
    ],
)
def test_the_content_tells_the_type_and_gives_the_extension(content: bytes, content_type: str, name: str) -> None:
    kind = examine("file", content)
    assert (kind.content_type, kind.name) == (content_type, name)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"GIF89a" + b"\x00" * 40,
        b"MZ" + b"\x00" * 200,
        b"just text",
        archive("word/document.xml"),
        archive("anything"),
        b"PK\x03\x04 and no archive at all",
    ],
)
def test_what_whatsapp_does_not_take_is_refused_whatever_its_name_says(content: bytes) -> None:
    with pytest.raises(FileRefused, match="file_type_not_accepted"):
        examine("holiday.png", content)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FileRefused, match="file_empty"):
        examine("a.png", b"")


def test_pictures_may_have_5_mb_and_everything_else_16() -> None:
    megabyte = 1024 * 1024
    for content, most in ((picture(), 5 * megabyte), (b"%PDF-1.7", 16 * megabyte)):
        examine("a", content.ljust(most, b"\x00"))
        with pytest.raises(FileRefused, match="file_too_large"):
            examine("a", content.ljust(most + 1, b"\x00"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("wheel.png", "wheel.png"),
        ("wheel.PNG", "wheel.png"),
        ("wheel.jpg", "wheel.png"),
        ("wheel", "wheel.png"),
        ("Rücklicht rot.png", "Rucklicht-rot.png"),
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\photos\\a.b.png", "a-b.png"),
        (".png", "file.png"),
        ('"><script>.png', "script.png"),
        ("写真.png", "file.png"),
        ("x" * 300 + ".png", "x" * 100 + ".png"),
    ],
)
def test_a_name_is_made_of_plain_letters_and_the_right_extension(given: str, kept: str) -> None:
    assert examine(given, picture()).name == kept
