"""Files of ours in tests: a picture that is one, a message that carries it, and the address made for an attempt."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from app.domain.gate.draft import Draft
from app.domain.media import files
from app.domain.sending import outbox
from app.domain.sending.claims import Claimer, claim
from app.domain.sending.rate_limit import Pace
from app.gateways.media_store import Folder
from app.gateways.twilio.outcomes import Outgoing
from app.store.database import Database
from app.store.tables import Message
from tests.support.cast import ACCOUNT, CALLBACK_BASE, KIM, SENDER, conversation_with, only

KEY = "a secret of thirty-two characters"


def picture(kind: str = "PNG") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "#0d5951").save(out, kind)
    return out.getvalue()


def with_picture(database: Database, folder: Path, name: str = "wheel.png", body: str = "Here it is") -> Message:
    """A message of ours that waits in the outbox and carries a hosted picture."""
    number = files.host(database, Folder(folder), KIM, name, picture())
    draft = Draft(body=body, media_urls=(files.reference(number),))
    there = conversation_with(database).id or 0
    asked = database.write(lambda session: outbox.enqueue(session, KIM, there, draft, ""))
    return only(database, Message, id=asked.message_id)


def claimed_with_key(database: Database, key: str = KEY) -> Outgoing:
    """What a sender that signs addresses with `key` claims now."""
    claimer = Claimer(ACCOUNT, "worker:test", CALLBACK_BASE, Pace(rate=0), media_key=key)
    (outgoing,) = database.write(lambda session: claim(session, claimer, SENDER, 20))
    return outgoing
