"""How long recordings last: told by files of each kind, and by none that is broken."""

from __future__ import annotations

import io
import random
import struct
from pathlib import Path

import pytest

from app.domain.media import files
from app.domain.media.durations import seconds_of
from app.gateways.media_store import Folder
from app.store.database import Database
from app.store.tables import HostedFile
from simulator.samples import sample
from tests.support.cast import KIM, only

# MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 1152 samples a frame.
MP3_FRAME = b"\xff\xfb\x90\x00" + b"\0" * 413
OGG = sample("voice")[0]


def atom(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def m4a(seconds: int) -> bytes:
    """The boxes that tell the length, and nothing to play."""
    header = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + b"\0" * 80
    media = struct.pack(">IIIIIHH", 0, 0, 0, 1000, seconds * 1000, 0, 0)
    track = atom(b"trak", atom(b"mdia", atom(b"mdhd", media)))
    return atom(b"ftyp", b"M4A \0\0\0\0M4A ") + atom(b"moov", atom(b"mvhd", header) + track)


def wav(seconds: int) -> bytes:
    sound = b"\0" * 8000 * seconds
    form = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    chunks = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


@pytest.mark.parametrize(
    ("content", "content_type", "seconds"),
    [
        (OGG, "audio/ogg", 2),
        (MP3_FRAME * 200, "audio/mpeg", 5),
        (m4a(75), "audio/mp4", 75),
        (wav(3), "audio/x-wav", 3),
        (MP3_FRAME * 2, "audio/mpeg", 1),
    ],
    ids=["ogg", "mp3", "m4a", "wav", "short"],
)
def test_a_recording_tells(content: bytes, content_type: str, seconds: int) -> None:
    assert seconds_of(content, content_type) == seconds


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (OGG, "video/mp4"),
        (OGG, "application/octet-stream"),
        (b"", "audio/ogg"),
        (b"#!AMR\n" + b"\x3c" * 320, "audio/amr"),
        (OGG[:60], "audio/ogg"),
        (m4a(25 * 60 * 60), "audio/mp4"),
        (b"\xff\xfb" * 4_000_000, "audio/mpeg"),
        (atom(b"ftyp", b"M4A \0\0\0\0") + atom(b"free", b"") * 500_000, "audio/mp4"),
    ],
    ids=["film", "unknown", "empty", "amr", "cut", "a day and more", "never a frame", "only empty boxes"],
)
def test_what_is_none_or_does_not_tell_has_no_length(content: bytes, content_type: str) -> None:
    assert seconds_of(content, content_type) is None


def test_a_file_is_not_searched_for_ever() -> None:
    file = io.BytesIO(b"\xff\xfb" * 4_000_000)
    assert seconds_of(file, "audio/mpeg") is None
    assert file.tell() < 4_000_000


def test_a_recording_of_ours_keeps_how_long_it_lasts(database: Database, tmp_path: Path) -> None:
    number = files.host(database, Folder(tmp_path), KIM, "note.ogg", OGG)
    assert only(database, HostedFile, id=number).seconds == 2


def test_a_broken_file_never_raises() -> None:
    drawn = random.Random(7)
    for _ in range(500):
        broken = bytearray(drawn.choice([OGG, MP3_FRAME * 20, m4a(9), wav(1)[:400]]))
        for _ in range(drawn.randrange(1, 8)):
            broken[drawn.randrange(len(broken))] = drawn.randrange(256)
        seconds = seconds_of(bytes(broken[: drawn.randrange(1, len(broken) + 1)]), "audio/ogg")
        assert seconds is None or seconds > 0
