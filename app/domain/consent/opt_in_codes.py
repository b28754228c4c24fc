"""Codes in prefilled WhatsApp messages: who sends the message as it was prefilled opts in by it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from app.domain.consent.opt_in_draft import Draft, Wording
from app.store import opt_in_codes as rows
from app.store.database import Session

# No 0, 1, I, L, O, which people mistake for one another. Ten of these are 49 random bits, tried a message at a time.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE = re.compile(rf"(?<![\w-])[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}(?![\w-])")
CONFIRMATION_LASTS = timedelta(days=7)
# A message that came in time may be learned of late, from the spool or by a pull.
EXPIRED_KEPT = timedelta(days=30)
# A poster may hang on for a while when its form has a new version.
REPLACED_LINK_LASTS = timedelta(days=90)
# What a QR code holds, and a link that is typed into a mail, is bounded.
LONGEST_QUOTED = 1_200


def make_link(session: Session, account_sid: str, version_id: int, draft: Draft, at: datetime) -> None:
    """Make the codes of a version's links, one in each language."""
    for wording in draft.wordings:
        _make(session, account_sid, version_id, draft, wording, draft.purposes, at)


def make_confirmation(
    session: Session,
    account_sid: str,
    version_id: int,
    draft: Draft,
    wording: Wording,
    purposes: Sequence[str],
    address_id: int,
    at: datetime,
) -> str:
    """Make the code by which somebody confirms what they ticked. Returns the text of their message."""
    return _make(session, account_sid, version_id, draft, wording, purposes, at, address_id)


def link_text(session: Session, account_sid: str, version_id: int, language: str) -> str:
    """The text of a form's link; '' when it has none."""
    found = rows.of_link(session, account_sid, version_id, language)
    return found.text if found else ""


def forget_expired(session: Session, account_sid: str, at: datetime) -> None:
    """Delete the codes of filled forms that nobody confirmed in time; the clock's job."""
    rows.forget_expired(session, account_sid, at - EXPIRED_KEPT)


def whatsapp_link(sender: str, text: str) -> str:
    """The address that opens WhatsApp with a message to this sender, to be sent by a tap."""
    return f"https://wa.me/{sender.removeprefix('whatsapp:+')}?text={quote(text, safe='')}"


def is_as_prefilled(body: str, text: str) -> bool:
    """True for the whole text and nothing else, apart from spaces and case: "No, not ABCDE-FGHJK" agrees to nothing."""
    return " ".join(body.split()).casefold() == " ".join(text.split()).casefold()


def _make(
    session: Session,
    account_sid: str,
    version_id: int,
    draft: Draft,
    wording: Wording,
    purposes: Sequence[str],
    at: datetime,
    address_id: int | None = None,
) -> str:
    while True:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(10))
        code = f"{signs[:5]}-{signs[5:]}"
        text = _text(draft, wording, purposes, code)
        columns = {
            "version_id": version_id,
            "language": wording.language,
            "purposes": list(purposes),
            "text": text,
            "address_id": address_id,
            "created_at": at,
            "expires_at": at + CONFIRMATION_LASTS if address_id else None,
        }
        if rows.add(session, account_sid, code, **columns):
            return text


def _text(draft: Draft, wording: Wording, purposes: Sequence[str], code: str) -> str:
    """What the message says: the boxes' own texts, or the title where those are too long for a link."""
    boxes = "\n".join(wording.boxes[purpose] for purpose in purposes)
    said = boxes if len(quote(boxes)) <= LONGEST_QUOTED else wording.title
    return f"{draft.business}: {said}\n{code}"
