"""Messages and the statuses told of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert_unless_there
from app.store.tables import Attempt, InboundMedia, Message, StatusEvent
from app.store.updates import update_row

# Databases take some ten thousands of parameters in a statement.
_AT_ONCE = 500

# The conditions of partial indexes. A query that doesn't say them too, in these words and not by a parameter, reads
# all of the account's messages on SQLite.
HAS_SID = col(Message.sid) != sa.literal_column("''")
HAS_REQUEST_KEY = col(Message.request_key) != sa.literal_column("''")
HAS_FILES = col(Message.num_media) > sa.literal_column("0")
IS_READY = col(Message.state) == sa.literal_column("'ready'")
IS_UNCONFIRMED = col(Message.state) == sa.literal_column("'unconfirmed'")


def _locked(query: Any) -> Any:
    return query.with_for_update().execution_options(populate_existing=True)


# Built once: to build one takes longer than to run it, and each webhook needs these.
_MINE = col(Message.account_sid) == sa.bindparam("account_sid")
_BY_SID: Any = select(Message).where(_MINE, col(Message.sid) == sa.bindparam("sid"), HAS_SID)
_BY_SID_LOCKED = _locked(_BY_SID)
_BY_ID: Any = select(Message).where(_MINE, col(Message.id) == sa.bindparam("message_id"))
_BY_ID_LOCKED = _locked(_BY_ID)
_BY_REQUEST_KEY: Any = select(Message).where(
    _MINE, col(Message.request_key) == sa.bindparam("request_key"), HAS_REQUEST_KEY
)
_SIDS: Any = sa.bindparam("sids", expanding=True)
_KNOWN_SIDS = sa.union_all(
    select(Message.sid).where(_MINE, col(Message.sid).in_(_SIDS), HAS_SID),
    select(Attempt.sid).where(col(Attempt.account_sid) == sa.bindparam("account_sid"), col(Attempt.sid).in_(_SIDS)),
    select(StatusEvent.sid).where(
        col(StatusEvent.account_sid) == sa.bindparam("account_sid"), col(StatusEvent.sid).in_(_SIDS)
    ),
)


def add_with_sid(session: Session, values: dict[str, Any]) -> int | None:
    """A message that Twilio numbered; None when the account has one with that SID."""
    return insert_unless_there(session, Message, values, ("account_sid", "sid"), "sid <> ''")


def add_with_request_key(session: Session, values: dict[str, Any]) -> int | None:
    """A message that somebody asked for; None when the same request was made before."""
    return insert_unless_there(session, Message, values, ("account_sid", "request_key"), "request_key <> ''")


def add_media(session: Session, values: dict[str, Any]) -> None:
    """One file of an inbound message, to be fetched."""
    insert_unless_there(session, InboundMedia, values, ("account_sid", "message_id", "position"))


def by_sid(session: Session, account_sid: str, sid: str, *, lock: bool = False) -> Message | None:
    """The account's message with this SID; with `lock`, held until the transaction ends."""
    found: Message | None = session.exec(
        _BY_SID_LOCKED if lock else _BY_SID, params={"account_sid": account_sid, "sid": sid}
    ).first()
    return found


def by_id(session: Session, account_sid: str, message_id: int, *, lock: bool = False) -> Message | None:
    """The account's message with this number; with `lock`, held until the transaction ends."""
    found: Message | None = session.exec(
        _BY_ID_LOCKED if lock else _BY_ID, params={"account_sid": account_sid, "message_id": message_id}
    ).first()
    return found


def by_request_key(session: Session, account_sid: str, request_key: str) -> Message | None:
    """The message that this request made."""
    found: Message | None = session.exec(
        _BY_REQUEST_KEY, params={"account_sid": account_sid, "request_key": request_key}
    ).first()
    return found


def by_request_keys(session: Session, account_sid: str, keys: Collection[str]) -> list[Message]:
    """The messages that these requests made."""
    if not keys:
        return []
    query = select(Message).where(
        Message.account_sid == account_sid, col(Message.request_key).in_(keys), HAS_REQUEST_KEY
    )
    return list(session.exec(query))


def update(session: Session, account_sid: str, message_id: int, **values: Any) -> None:
    """Change columns of a message."""
    update_row(session, Message, account_sid, message_id, values)


def sid_is_known(session: Session, account_sid: str, sid: str) -> bool:
    """True when a message or an attempt of the account has this SID."""
    message = sa.exists().where(col(Message.account_sid) == account_sid, col(Message.sid) == sid, HAS_SID)
    attempt = sa.exists().where(col(Attempt.account_sid) == account_sid, col(Attempt.sid) == sid)
    return bool(session.execute(sa.select(sa.or_(message, attempt))).scalar())


def unknown_sids(session: Session, account_sid: str, sids: list[str]) -> set[str]:
    """The SIDs among these that are unknown to the account: no message and no attempt has them."""
    unknown = set(sids)
    for start in range(0, len(sids), _AT_ONCE):
        some = sids[start : start + _AT_ONCE]
        kept = select(Message.sid).where(Message.account_sid == account_sid, col(Message.sid).in_(some), HAS_SID)
        tried = select(Attempt.sid).where(Attempt.account_sid == account_sid, col(Attempt.sid).in_(some))
        unknown -= {*session.exec(kept), *session.exec(tried)}
    return unknown


def shown_statuses(session: Session, account_sid: str, sids: list[str]) -> dict[str, str]:
    """The status that is shown of each of these messages that the account has, by SID."""
    shown: dict[str, str] = {}
    for start in range(0, len(sids), _AT_ONCE):
        some = sids[start : start + _AT_ONCE]
        query = select(Message.sid, Message.status).where(
            Message.account_sid == account_sid, col(Message.sid).in_(some), HAS_SID
        )
        shown |= dict(session.exec(query).all())
    return shown


def known_sids(session: Session, account_sid: str, sids: Sequence[str]) -> set[str]:
    """The SIDs among these that a message, an attempt or a status has already. For a few at a time."""
    return set(session.connection().execute(_KNOWN_SIDS, {"account_sid": account_sid, "sids": list(sids)}).scalars())


def silent_sends(session: Session, account_sid: str, at: datetime, limit: int = 100) -> list[Message]:
    """Messages that Twilio took and said nothing more about for a while."""
    query = (
        select(Message)
        .where(Message.account_sid == account_sid, col(Message.check_at) <= at)
        .order_by(col(Message.check_at))
        .limit(limit)
    )
    return list(session.exec(query))


def by_ids(session: Session, account_sid: str, message_ids: Collection[int]) -> dict[int, Message]:
    """These messages of the account, by number."""
    if not message_ids:
        return {}
    query = select(Message).where(by_primary_key.account_is(Message, account_sid), col(Message.id).in_(message_ids))
    return {found.id: found for found in session.exec(query) if found.id is not None}
