"""Apply an inbound form: contact, conversation, message, session window, consent, files to fetch, feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.domain.contacts import addresses, find_or_create, session_window
from app.domain.sending import pending_reply
from app.domain.visible_text import has_text, seen
from app.domain.webhooks import keyword_opt_outs, message_kinds, opt_in_codes, signed_identity
from app.domain.webhooks.webhook import NotUnderstood, Webhook
from app.store import contacts
from app.store.contacts import ConversationKey
from app.store.conversations import rows as conversations
from app.store.database import Session
from app.store.feed import events as feed
from app.store.messages import rows as messages

_NAME_LENGTH = 300


def foresee(session: Session, webhook: Webhook) -> None:
    """Ask ahead for what `apply` will ask for first."""
    address, sender = webhook.value("From"), webhook.value("To")
    if address and sender:
        contacts.foresee_conversation(session, webhook.account_sid, address, sender)


def apply(session: Session, webhook: Webhook, journal_id: int | None, at: datetime) -> None:
    """Do what the form means. A message that is there already is left as it is, apart from what only a webhook tells.

    Raises NotUnderstood with the reason's code.
    """
    if not webhook.sid:
        raise NotUnderstood("sid_invalid")
    found = _place(session, webhook, at)
    message_id = _store_message(session, webhook, found, at)
    if message_id is None:
        _complete_recovered(session, webhook, found, at)
        return
    conversation_id = find_or_create.conversation_id(found)
    _keep_name(session, webhook, found, webhook.occurred_at)
    # Asked only where it was closed a moment ago: most messages come to open conversations.
    reopened = found.state == "closed" and conversations.reopen(session, webhook.account_sid, conversation_id)
    conversations.touch_inbound(
        session, webhook.account_sid, conversation_id, message_id, found.address_id, webhook.occurred_at
    )
    _want_media(session, webhook, message_id, at)
    feed.append(
        session,
        webhook.account_sid,
        "inbound",
        at,
        word=message_kinds.kind_of(webhook),
        conversation_id=conversation_id,
        message_id=message_id,
        journal_id=journal_id,
        occurred_at=webhook.occurred_at,
    )
    if reopened:
        _tell_reopened(session, webhook, conversation_id, message_id, at)
    keyword_opt_outs.apply_keyword(session, webhook, found, message_id, at)
    opt_in_codes.apply_code(session, webhook, found, message_id, at)
    if not session_window.window(found.last_inbound_at, at).open:
        # A reply waits only where the window was closed: most messages come within it.
        pending_reply.release(session, webhook.account_sid, conversation_id, at)


def _tell_reopened(session: Session, webhook: Webhook, conversation_id: int, message_id: int, at: datetime) -> None:
    account_sid = webhook.account_sid
    there = {"conversation_id": conversation_id, "message_id": message_id}
    feed.append(session, account_sid, "conversation", at, word="reopened", occurred_at=webhook.occurred_at, **there)


def _place(session: Session, webhook: Webhook, at: datetime) -> ConversationKey:
    address, sender = webhook.value("From"), webhook.value("To")
    if address and sender and ":" not in address + sender:
        raise NotUnderstood("plain_sms")
    if not addresses.is_address(address):
        raise NotUnderstood("from_invalid")
    if not addresses.is_address(sender):
        raise NotUnderstood("to_invalid")
    found = contacts.conversation_key(session, webhook.account_sid, address, sender)
    if found is None or found.conversation_id is None:
        found = find_or_create.find_or_create(
            session, webhook.account_sid, address, sender, webhook.occurred_at, _name(webhook)
        )
    return signed_identity.keep(session, webhook, found, at)


def _name(webhook: Webhook) -> str:
    return seen(webhook.value("ProfileName")[:_NAME_LENGTH])


def _keep_name(session: Session, webhook: Webhook, found: ConversationKey, happened_at: datetime) -> None:
    """The name that came with the newest message stands: one heard of late, or again, may bring an older one."""
    newest = found.last_inbound_at is None or found.last_inbound_at <= happened_at
    name = _name(webhook)
    # One that can't be seen, kept by an earlier version, gives way to none.
    if newest and name != found.profile_name and (name or not has_text(found.profile_name)):
        contacts.rename_profile(session, webhook.account_sid, found.contact_id, name)


def _store_message(session: Session, webhook: Webhook, found: ConversationKey, at: datetime) -> int | None:
    values = {
        "account_sid": webhook.account_sid,
        "conversation_id": find_or_create.conversation_id(found),
        "direction": "inbound",
        "sid": webhook.sid,
        "from_address": webhook.value("From"),
        "to_address": webhook.value("To"),
        "messaging_service_sid": webhook.value("MessagingServiceSid")[:34],
        "state": "received",
        "status": "received",
        "origin": "recovered" if webhook.source == "pull" else "",
        "occurred_at": webhook.occurred_at,
        "recorded_at": at,
        **_content(webhook),
    }
    return messages.add_with_sid(session, values)


def _content(webhook: Webhook) -> dict[str, object]:
    return {
        "kind": message_kinds.kind_of(webhook),
        "body": webhook.value("Body"),
        "num_media": message_kinds.media_count(webhook),
        "details": message_kinds.details_of(webhook),
    }


def _complete_recovered(session: Session, webhook: Webhook, found: ConversationKey, at: datetime) -> None:
    """A message that was pulled lacks the fields that only a webhook has; the webhook came after all."""
    message = messages.by_sid(session, webhook.account_sid, webhook.sid, lock=True)
    if message is None or message.id is None or message.origin != "recovered" or webhook.source == "pull":
        return
    if message.text_deleted_at is not None:
        return
    messages.update(session, webhook.account_sid, message.id, origin="", **_content(webhook))
    _want_media(session, webhook, message.id, at)
    _keep_name(session, webhook, found, message.occurred_at)
    # A button's payload and Twilio's own word for an opt-out are known only now. It happened when the message did.
    whole = replace(webhook, occurred_at=message.occurred_at)
    keyword_opt_outs.apply_whole_form(session, whole, found, message.id, at)


def _want_media(session: Session, webhook: Webhook, message_id: int, at: datetime) -> None:
    for position in range(message_kinds.media_count(webhook)):
        messages.add_media(
            session,
            {
                "account_sid": webhook.account_sid,
                "message_id": message_id,
                "position": position,
                "url": webhook.value(f"MediaUrl{position}"),
                "content_type": webhook.value(f"MediaContentType{position}")[:200],
                "next_try_at": at,
                "webhook_at": webhook.occurred_at,
            },
        )
