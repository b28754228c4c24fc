"""What a file is, told by its content, then by what was said; within bounds, however it was made."""

from __future__ import annotations

import io
import random
import subprocess
import sys

import pytest

from app.domain.media import kinds, outgoing
from app.domain.media.bounded import Bounded, ReadTooMuch
from app.domain.media.extensions import EXTENSIONS
from app.domain.media.outgoing import FileRefused, carries_text
from tests.support.hosted import picture
from tests.support.odd.containers import film
from tests.support.odd.files import Odd, corpus

# What the stores keep is not held; the peak is in kilobytes.
TAKE_ALL_IN = """
from pathlib import Path
from types import SimpleNamespace
from app.domain.media import arrivals
from tests.support.odd.files import corpus
store = SimpleNamespace(write=lambda account_sid, key, content: None)
for odd in corpus():
    arrivals.keep(store, "AC", "in/1-0", odd.content, odd.said, odd.name)
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""

CORPUS = pytest.mark.parametrize("odd", corpus(), ids=[odd.label for odd in corpus()])


def test_there_are_many_odd_files() -> None:
    assert len({odd.label for odd in corpus()}) == len(corpus()) >= 80


@CORPUS
def test_its_type_and_codec_are_told(odd: Odd) -> None:
    kind = kinds.tell(odd.content, odd.said, odd.name)
    assert (kind.content_type, kind.codec) == (odd.is_a, odd.codec)


@pytest.mark.parametrize("odd", [odd for odd in corpus() if odd.refused], ids=lambda odd: odd.label)
def test_it_is_refused_with_the_reason(odd: Odd) -> None:
    with pytest.raises(FileRefused) as refused:
        outgoing.check(io.BytesIO(odd.content), odd.name, odd.said)
    assert refused.value.code == odd.refused


@pytest.mark.parametrize("odd", [odd for odd in corpus() if not odd.refused], ids=lambda odd: odd.label)
def test_it_is_sent_under_a_name_that_agrees(odd: Odd) -> None:
    file = outgoing.check(io.BytesIO(odd.content), odd.name, odd.said)
    assert file.content_type == odd.is_a
    assert file.name.isascii()
    assert len(file.name) < 110
    assert file.name.rpartition(".")[2] in EXTENSIONS[file.content_type]


def test_a_process_that_takes_in_all_of_them_stays_small() -> None:
    done = subprocess.run([sys.executable, "-c", TAKE_ALL_IN], capture_output=True, text=True, check=True)
    assert int(done.stdout.splitlines()[-1]) < 300_000


def test_a_stream_is_left_at_its_beginning() -> None:
    stream = io.BytesIO(film(b"isom", (b"vide", b"avc1")))
    assert kinds.tell(stream).seconds == 7
    assert stream.tell() == 0


def test_a_broken_file_never_raises() -> None:
    drawn = random.Random(11)
    whole = [odd.content for odd in corpus() if 0 < len(odd.content) < 50_000]
    for _ in range(1500):
        broken = bytearray(drawn.choice(whole))
        for _ in range(drawn.randrange(1, 8)):
            broken[drawn.randrange(len(broken))] = drawn.randrange(256)
        assert "/" in kinds.tell(bytes(broken[: drawn.randrange(1, len(broken) + 1)]), "image/png").content_type


def test_what_is_looked_into_is_bounded() -> None:
    file = Bounded(io.BytesIO(b"x" * 100), most_bytes=60, most_reads=3)
    assert len(file.read(50)) == 50
    with pytest.raises(ReadTooMuch):
        file.read(20)
    file.read(1)
    with pytest.raises(ReadTooMuch):
        file.read(1)


@pytest.mark.parametrize(("content_type", "most"), [("image/png", 5), ("audio/mpeg", 16), ("application/pdf", 40)])
def test_pictures_may_have_5_mb_documents_what_is_set_and_everything_else_16(content_type: str, most: int) -> None:
    begins = {"image/png": picture(), "audio/mpeg": b"ID3\3\0\0\0\0\0\0", "application/pdf": b"%PDF-1.7"}[content_type]
    megabyte = outgoing.MEGABYTE
    outgoing.check(begins.ljust(most * megabyte, b"\0"), "a", most_document_bytes=40 * megabyte)
    with pytest.raises(FileRefused, match="file_too_large") as refused:
        outgoing.check(begins.ljust(most * megabyte + 1, b"\0"), "a", most_document_bytes=40 * megabyte)
    assert refused.value.most_bytes == most * megabyte


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("wheel.png", "wheel.png"),
        ("wheel.PNG", "wheel.png"),
        ("wheel.jpg", "wheel.png"),
        ("wheel", "wheel.png"),
        ("Rücklicht rot.png", "Rucklicht-rot.png"),
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\photos\\a.b.png", "a.b.png"),
        (".png", "file.png"),
        ('"><script>.png', "script.png"),
        ("写真.png", "file.png"),
        ("x" * 300 + ".png", "x" * 100 + ".png"),
    ],
)
def test_a_name_is_made_of_plain_letters_and_the_right_extension(given: str, kept: str) -> None:
    assert outgoing.check(picture(), given).name == kept


def test_some_files_go_without_a_text() -> None:
    beside = {kind for kind in outgoing.ACCEPTED if carries_text(kind)}
    assert {"image/jpeg", "video/mp4", "audio/ogg", "audio/3gpp", "text/x-vcard", "application/pdf"} <= beside
    assert outgoing.ACCEPTED - beside == {"audio/mp4", "audio/aac"}
    assert not carries_text("text/csv")
