"""A message that holds the code of an opt-in form: sent as it was prefilled, it is the opt-in, and its own proof."""

from __future__ import annotations

from datetime import datetime

from app.domain.actor import webhook as twilio
from app.domain.consent import ledger, opt_in
from app.domain.consent.entry import Entry
from app.domain.consent.opt_in_codes import CODE, is_as_prefilled
from app.domain.consent.opt_in_forms import of_rows
from app.domain.webhooks.webhook import Webhook
from app.store import contacts
from app.store import opt_in_codes as rows
from app.store.contacts import ConversationKey
from app.store.database import Session
from app.store.tables import OptInCode, OptInForm, OptInVersion


def apply_code(session: Session, webhook: Webhook, found: ConversationKey, message_id: int, at: datetime) -> None:
    """Record the opt-in that a message with a code is, one record for each purpose; nothing where it is none.

    A code that confirms somebody's filled form does so for them alone. From anybody else the same message is an opt-in
    of their own: they sent its words.
    """
    body = webhook.value("Body")
    codes = CODE.findall(body)
    # No statement for a message without one, which is nearly all.
    live = rows.live(session, webhook.account_sid, codes[-1], webhook.occurred_at) if codes else None
    if live is None or not is_as_prefilled(body, live[0].text):
        return
    code, version, form = live
    confirms = _is_theirs(session, code, found)
    for purpose in code.purposes:
        entry = _entry(webhook, found, message_id, live, purpose, confirms)
        ledger.record(session, twilio(webhook.account_sid), entry, at, found.conversation_id)
    if confirms:
        rows.use(session, webhook.account_sid, code.code, webhook.occurred_at)


def _is_theirs(session: Session, code: OptInCode, found: ConversationKey) -> bool:
    """True when the one who writes has the number that was typed into the form, in whatever spelling."""
    own = contacts.addresses_of(session, code.account_sid, found.contact_id)
    return any(address.id == code.address_id and address.identity == found.identity for address in own)


def _entry(
    webhook: Webhook,
    found: ConversationKey,
    message_id: int,
    live: tuple[OptInCode, OptInVersion, OptInForm],
    purpose: str,
    confirms: bool,
) -> Entry:
    code, version, row = live
    form = of_rows(row, version)
    wording = form.wording(code.language)
    return Entry(
        address_id=found.address_id,
        purpose=purpose,
        state="given",
        source="form" if confirms else "link",
        expressed_by="principal",
        event_type="explicit",
        basis="double" if confirms else "express",
        proof=webhook.value("Body"),
        evidence_key=f"opt-in:{webhook.sid}:{purpose}",
        message_id=message_id,
        message_sid=webhook.sid,
        confirmed_at=webhook.occurred_at if confirms else None,
        confirmation_sid=webhook.sid if confirms else "",
        notice_id=form.notice_id,
        notice_version=str(form.version),
        notice_text=opt_in.notice_text(form, wording, [purpose]),
        language=wording.language,
        withdrawal_method=wording.stop,
        occurred_at=webhook.occurred_at,
    )
