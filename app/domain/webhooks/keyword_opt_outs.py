"""What an inbound message says about consent, and the answers that go out by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import webhook as twilio
from app.domain.consent import keywords, ledger
from app.domain.consent.entry import Entry
from app.domain.consent.keywords import Keyword
from app.domain.gate import in_force
from app.domain.gate.draft import Draft
from app.domain.gate.rules import HELP_ANSWER, OPT_OUT_CONFIRMATION
from app.domain.sending import outbox
from app.domain.visible_text import has_text
from app.domain.webhooks.webhook import Webhook
from app.store import accounts, contacts
from app.store.consent import records
from app.store.contacts import ConversationKey
from app.store.database import Session
from app.store.tables import ConsentRecord

# What the customer chose is ours to name: its id says what it means, its label is not the customer's word.
_IDS = ("ButtonPayload", "ListId")
_ASKED = {OPT_OUT_CONFIRMATION: "opt-out", HELP_ANSWER: "help"}
_STATES = {"opt_out": "withdrawn", "opt_in": "invalidated"}


@dataclass(frozen=True)
class KeywordHeard:
    """A keyword in a message, the language that it was said in, and how it was said."""

    keyword: Keyword
    language: keywords.Language
    source: str

    @property
    def state(self) -> str:
        """The state that it asks the ledger for, '' when it asks for none."""
        return _STATES.get(self.keyword.action, "")


def apply_keyword(session: Session, webhook: Webhook, found: ConversationKey, message_id: int, at: datetime) -> None:
    """Record what an inbound message says about consent, and answer it, unless Twilio did.

    A new opt-out is confirmed once. A question for help is answered, also to somebody who opted out.
    """
    heard = _heard(session, webhook, found)
    if heard is None or found.conversation_id is None:
        return
    if heard.keyword.action == "help":
        _answer(session, webhook, found.conversation_id, HELP_ANSWER, heard.language.help_answer)
    if not heard.state:
        return
    # Held before it is looked at: of two opt-outs at once one is confirmed.
    contact_id = contacts.lock_who_has(session, webhook.account_sid, found.address_id)
    sender = webhook.value("To")
    was_out = ledger.opted_out(session, webhook.account_sid, contact_id, sender)
    earlier = records.by_evidence(session, webhook.account_sid, _evidence(webhook))
    entry = _entry(webhook, heard, found, message_id, f"{_evidence(webhook)}{':whole' if earlier else ''}")
    if earlier is not None and earlier.state == heard.state:
        return
    added = ledger.record(session, twilio(webhook.account_sid), entry, at, found.conversation_id)
    is_new = added is not None and not was_out
    is_new = is_new and ledger.opted_out(session, webhook.account_sid, contact_id, sender)
    if is_new and heard.keyword.action == "opt_out":
        _answer(session, webhook, found.conversation_id, OPT_OUT_CONFIRMATION, heard.language.opt_out_answer)


def apply_whole_form(session: Session, webhook: Webhook, found: ConversationKey, message_id: int, at: datetime) -> None:
    """As `apply_keyword`, for a message that was pulled before: its list has texts, but no buttons and no OptOutType.

    What its label was taken for is taken back where the button means something else.
    """
    heard = _heard(session, webhook, found)
    earlier = records.by_evidence(session, webhook.account_sid, _evidence(webhook))
    if earlier is not None and (heard is None or heard.state != earlier.state):
        entry = _correction(webhook, earlier)
        ledger.record(session, twilio(webhook.account_sid), entry, at, found.conversation_id)
    apply_keyword(session, webhook, found, message_id, at)


def _heard(session: Session, webhook: Webhook, found: ConversationKey) -> KeywordHeard | None:
    """A keyword is the whole message, the id of what was chosen, or what Twilio recognised itself."""
    by_twilio = keywords.heard(webhook.value("OptOutType"))
    chosen = next((webhook.value(field) for field in _IDS if has_text(webhook.value(field))), None)
    said = keywords.heard(webhook.value("Body") if chosen is None else chosen)
    if by_twilio is not None and (said is None or said.action != by_twilio.action):
        said = by_twilio
    if said is None:
        return None
    source = "twilio_keyword" if by_twilio else "keyword" if chosen is None else "button"
    return KeywordHeard(said, said.language(_country(session, webhook, found, said)), source)


def _country(session: Session, webhook: Webhook, found: ConversationKey, said: Keyword) -> str:
    if len(said.languages) == 1:
        return ""
    contact = contacts.by_id(session, webhook.account_sid, found.contact_id)
    return contact.country if contact else ""


def _evidence(webhook: Webhook) -> str:
    return f"inbound:{webhook.sid}"


def _entry(webhook: Webhook, heard: KeywordHeard, found: ConversationKey, message_id: int, evidence: str) -> Entry:
    """The record of a keyword. START ends the opt-outs before it, so that what was granted earlier holds again.

    Whether an opt-out holds for all senders of ours or for the one that it was said to is in the rules file.
    """
    said_to_one = heard.keyword.action == "opt_out" and in_force.rules().file.opt_out.scope == "sender"
    return Entry(
        address_id=found.address_id,
        purpose="all",
        scope=webhook.value("To") if said_to_one else "",
        state=heard.state,
        source=heard.source,
        expressed_by="principal",
        event_type="explicit",
        keyword=heard.keyword.word,
        language=heard.language.code,
        evidence_key=evidence,
        message_id=message_id,
        message_sid=webhook.sid,
        occurred_at=webhook.occurred_at,
    )


def _correction(webhook: Webhook, earlier: ConsentRecord) -> Entry:
    """The record that takes out of force what a label was taken for."""
    return Entry.correcting(
        earlier,
        source="button",
        expressed_by="webhook",
        evidence_key=f"{_evidence(webhook)}:corrected",
        occurred_at=webhook.occurred_at,
        message_id=earlier.message_id,
        message_sid=webhook.sid,
    )


def _answer(session: Session, webhook: Webhook, conversation_id: int, origin: str, answer: str) -> None:
    """Put an answer of ours into the outbox; the gate lets these pass by name. What Twilio answered stays at that."""
    if webhook.value("OptOutType"):
        return
    name = accounts.name_of(session, webhook.account_sid) or webhook.value("To").removeprefix("whatsapp:")
    draft = Draft(body=answer.replace("{name}", name), origin=origin)
    outbox.enqueue_by_itself(session, webhook.account_sid, conversation_id, draft, f"{_ASKED[origin]}:{webhook.sid}")
