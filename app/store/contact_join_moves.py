"""What moves when two contacts are joined, and back when they are parted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key, contact_joins, contacts
from app.store.inserts import insert
from app.store.tables import Attempt, ContactJoin, Conversation, Message
from app.store.updates import update_row

# What a join changes in a conversation, and a snapshot keeps.
_KEPT = ("contact_id", "state", "unread", "assigned_agent_id", "last_message_id")


def join(session: Session, row: Mapping[str, Any]) -> ContactJoin:
    """Move all that one contact has to the other; both are held."""
    account_sid, kept, joined = row["account_sid"], row["kept_id"], row["joined_id"]
    snapshot: dict[str, Any] = {"addresses": [], "conversations": []}
    for address in contacts.addresses_of(session, account_sid, joined):
        snapshot["addresses"].append({"id": address.id, "address": address.address, "identity": address.identity})
        contacts.move_address(session, account_sid, address.id or 0, kept, address.identity)
    theirs = {one.sender: one for one in _conversations(session, account_sid, kept)}
    for conversation in _conversations(session, account_sid, joined):
        into = theirs.get(conversation.sender)
        before = {name: getattr(conversation, name) for name in _KEPT}
        there = {"into": into.id, "into_unread": into.unread} if into else {"into": None}
        snapshot["conversations"].append({"id": conversation.id, **there, **before})
        if into is None:
            update_row(session, Conversation, account_sid, conversation.id or 0, {"contact_id": kept})
            _move_messages(session, account_sid, conversation.id, conversation.id, kept)
        else:
            _fuse(session, account_sid, conversation, into)
    _move_open_attempts(session, account_sid, joined, kept)
    snapshot["region"] = _carry_region(session, account_sid, joined, kept)
    contacts.change(session, account_sid, joined, joined_into_id=kept)
    number = insert(session, ContactJoin, {**row, "snapshot": snapshot})
    done = contact_joins.by_id(session, account_sid, number)
    assert done is not None
    return done


def part(session: Session, found: ContactJoin, at: datetime) -> None:
    """Move back all that a join moved; both contacts are held."""
    account_sid = found.account_sid
    for was in found.snapshot["addresses"]:
        contacts.move_address(session, account_sid, was["id"], found.joined_id, was["identity"])
    spelled = [was["address"] for was in found.snapshot["addresses"]]
    for was in found.snapshot["conversations"]:
        source = was["into"] or was["id"]
        only = spelled if was["into"] else None
        _move_messages(session, account_sid, source, was["id"], found.joined_id, only)
        update_row(session, Conversation, account_sid, was["id"], {name: was[name] for name in _KEPT})
        if was["into"]:
            _share_unread(session, account_sid, was)
        for number in {source, was["id"]}:
            _set_newest(session, account_sid, number)
    _move_open_attempts(session, account_sid, found.kept_id, found.joined_id, only=spelled)
    contacts.change(session, account_sid, found.joined_id, joined_into_id=None)
    carried = found.snapshot.get("region", "")
    if carried and contacts.by_ids(session, account_sid, [found.kept_id])[found.kept_id].region == carried:
        contacts.change(session, account_sid, found.kept_id, region="")
    update_row(session, ContactJoin, account_sid, found.id or 0, {"taken_back_at": at})


def _carry_region(session: Session, account_sid: str, joined: int, kept: int) -> str:
    """Let the region that somebody set for one hold for both, where none was set for the other. Returns it, or ''."""
    people = contacts.by_ids(session, account_sid, [joined, kept])
    carried = "" if people[kept].region else people[joined].region
    if carried:
        contacts.change(session, account_sid, kept, region=carried)
    return carried


def _conversations(session: Session, account_sid: str, contact_id: int) -> list[Conversation]:
    query = select(Conversation).where(
        by_primary_key.account_is(Conversation, account_sid), Conversation.contact_id == contact_id
    )
    return list(session.exec(query.order_by(col(Conversation.id)).execution_options(populate_existing=True)))


def _fuse(session: Session, account_sid: str, conversation: Conversation, into: Conversation) -> None:
    """Put one conversation's messages into the other, which is open where one of them was."""
    assert conversation.id is not None
    assert into.id is not None
    _move_messages(session, account_sid, conversation.id, into.id, into.contact_id)
    together = {
        "unread": into.unread + conversation.unread,
        "state": "open" if "open" in (into.state, conversation.state) else into.state,
        "assigned_agent_id": into.assigned_agent_id or conversation.assigned_agent_id,
        "address_id": max((into, conversation), key=_heard).address_id,
    }
    update_row(session, Conversation, account_sid, into.id, together)
    _set_newest(session, account_sid, into.id)
    update_row(session, Conversation, account_sid, conversation.id, {"state": "joined", "unread": 0})


def _heard(conversation: Conversation) -> tuple[bool, Any]:
    return conversation.last_inbound_at is not None, conversation.last_inbound_at or conversation.created_at


def _move_messages(
    session: Session,
    account_sid: str,
    source: int | None,
    target: int | None,
    contact_id: int,
    only: list[str] | None = None,
) -> None:
    """Give the messages of one conversation, or those exchanged with `only` these addresses, to another."""
    moving = sa.update(Message).where(col(Message.account_sid) == account_sid, col(Message.conversation_id) == source)
    if only is not None:
        moving = moving.where(sa.or_(col(Message.from_address).in_(only), col(Message.to_address).in_(only)))
    whose = sa.case((col(Message.direction) == "outbound", contact_id), else_=sa.null())
    session.execute(moving.values(conversation_id=target, contact_id=whose))


def _share_unread(session: Session, account_sid: str, was: Mapping[str, Any]) -> None:
    """Each gets what is unread still: the one that stayed no more than it had, the other the rest."""
    query = sa.select(col(Conversation.unread)).where(by_primary_key.is_row(Conversation, account_sid, was["into"]))
    unread = int(session.execute(query).scalar_one())
    kept = min(unread, was["into_unread"])
    update_row(session, Conversation, account_sid, was["into"], {"unread": kept})
    update_row(session, Conversation, account_sid, was["id"], {"unread": unread - kept})


def _move_open_attempts(session: Session, account_sid: str, old: int, new: int, only: list[str] | None = None) -> None:
    are_open = (
        col(Attempt.account_sid) == account_sid,
        col(Attempt.outcome).in_(("", "unconfirmed")),
        col(Attempt.contact_id) == old,
    )
    moving = sa.update(Attempt).where(*are_open)
    if only is not None:
        moving = moving.where(col(Attempt.to_address).in_(only))
    session.execute(moving.values(contact_id=new))


def _set_newest(session: Session, account_sid: str, conversation_id: int) -> None:
    """Derive from a conversation's messages which is the newest and when the customer wrote last."""
    mine = (Message.account_sid == account_sid, Message.conversation_id == conversation_id)
    last_first = (col(Message.occurred_at).desc(), col(Message.id).desc())
    newest = session.exec(select(Message).where(*mine).order_by(*last_first).limit(1)).first()
    heard = session.exec(
        select(Message).where(*mine, Message.direction == "inbound").order_by(*last_first).limit(1)
    ).first()
    columns: dict[str, Any] = {"last_inbound_at": heard.occurred_at if heard else None}
    if newest is not None:
        columns |= {"last_message_id": newest.id, "last_message_at": newest.occurred_at}
    update_row(session, Conversation, account_sid, conversation_id, columns)
