"""Recordings that WhatsApp doesn't take become voice notes where ffmpeg is installed, and are refused elsewhere."""

from __future__ import annotations

import io
import wave

from app.domain.media import kinds
from app.gateways import sound_converter
from app.store.tables import HostedFile
from app.web.shell.services import services
from tests.support.cast import only, rows
from tests.support.office import Office
from tests.web.media.test_page import upload


def recording(seconds: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(range(256)) * (seconds * 8000 * 4 // 256))
    return out.getvalue()


def test_a_recording_becomes_opus_in_ogg_where_there_is_ffmpeg(office: Office) -> None:
    browser, converts = office.browser("kim"), sound_converter.is_there()
    refused = upload(browser, ("note.wav", recording()))
    assert (refused.status_code, "Convert to a voice note" in refused.text) == (422, converts)
    assert upload(browser, ("note.wav", recording()), fit="on").status_code == (200 if converts else 422)
    assert len(rows(office.database, HostedFile)) == int(converts)
    if not converts:
        return
    file = only(office.database, HostedFile)
    assert (file.name, file.content_type.partition(";")[0], file.seconds) == ("note.ogg", "audio/ogg", 2)
    content = services(office.application).media_store.read(file.account_sid, file.key)
    assert kinds.tell(io.BytesIO(content), "", "note.ogg").codec == "opus"


def test_what_only_begins_as_a_recording_is_refused_in_words(office: Office) -> None:
    answer = upload(office.browser("kim"), ("note.flac", b"fLaC" + b"\x00" * 500), fit="on")
    assert (answer.status_code, rows(office.database, HostedFile)) == (422, [])
    assert ("be read, so nothing could be made of it" in answer.text) is sound_converter.is_there()
