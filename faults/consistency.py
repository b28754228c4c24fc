"""What must hold between the database's own rows: nothing stuck (I3), nothing broken (I5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

# The job that gives up waiting runs every five seconds.
_JOBS = timedelta(seconds=15)
_STUCK = {
    "messages are shown as being sent after their time": (
        "SELECT count(*) FROM message m WHERE m.account_sid = :account AND m.state = 'sending' AND NOT EXISTS"
        " (SELECT 1 FROM attempt a WHERE a.account_sid = m.account_sid AND a.message_id = m.id"
        " AND a.number = m.tries AND a.open_until > :late)"
    ),
    "messages wait though they are due": (
        "SELECT count(*) FROM message m WHERE m.account_sid = :account AND m.state = 'ready'"
        " AND m.next_attempt_at < :overdue"
    ),
}
_BROKEN = {
    "unread counts differ from what came": (
        "SELECT count(*) FROM conversation c WHERE c.account_sid = :account AND c.unread > (SELECT count(*) FROM"
        " message m WHERE m.account_sid = c.account_sid AND m.conversation_id = c.id AND m.direction = 'inbound')"
    ),
    "messages have another number of attempts than tries": (
        "SELECT count(*) FROM message m WHERE m.account_sid = :account AND m.tries <> (SELECT count(*) FROM"
        " attempt a WHERE a.account_sid = m.account_sid AND a.message_id = m.id)"
    ),
    "accepted messages lack an accepted attempt": (
        "SELECT count(*) FROM message m WHERE m.account_sid = :account AND m.direction = 'outbound' AND m.state ="
        " 'accepted' AND m.origin <> 'elsewhere' AND m.reason NOT IN ('said_arrived', 'file_fetched') AND NOT EXISTS"
        " (SELECT 1 FROM attempt a WHERE a.account_sid = m.account_sid AND a.message_id = m.id"
        " AND a.outcome = 'accepted' AND a.sid = m.sid)"
    ),
    "SIDs belong to two attempts": (
        "SELECT count(*) FROM (SELECT sid FROM attempt WHERE account_sid = :account AND sid <> '' GROUP BY sid"
        " HAVING count(*) > 1) twice"
    ),
    "statuses belong to another message's SID": (
        "SELECT count(*) FROM status_event s JOIN message m ON m.account_sid = s.account_sid AND m.id = s.message_id"
        " WHERE s.account_sid = :account AND m.sid <> s.sid AND NOT EXISTS (SELECT 1 FROM attempt a WHERE"
        " a.account_sid = s.account_sid AND a.message_id = m.id AND a.sid = s.sid)"
    ),
    "statuses of a known SID are orphans": (
        "SELECT count(*) FROM status_event s WHERE s.account_sid = :account AND s.message_id IS NULL AND EXISTS"
        " (SELECT 1 FROM message m WHERE m.account_sid = s.account_sid AND m.sid = s.sid)"
    ),
    "conversations' last messages are not there": (
        "SELECT count(*) FROM conversation c WHERE c.account_sid = :account AND c.last_message_id IS NOT NULL AND NOT"
        " EXISTS (SELECT 1 FROM message m WHERE m.account_sid = c.account_sid AND m.id = c.last_message_id"
        " AND m.conversation_id = c.id)"
    ),
}


def stuck(connection: sa.Connection, account_sid: str) -> Iterator[str]:
    """I3: what is neither finished nor waiting for something nor shown as not confirmed."""
    now = datetime.now(UTC)
    values = {"account": account_sid, "late": now - _JOBS, "overdue": now - timedelta(seconds=60)}
    times = [sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name in ("late", "overdue")]
    for what, query in _STUCK.items():
        named = [time for time in times if f":{time.key}" in query]
        given = {name: value for name, value in values.items() if f":{name}" in query}
        if number := connection.execute(sa.text(query).bindparams(*named), given).scalar_one():
            yield f"{number} {what}"


def broken(connection: sa.Connection, account_sid: str) -> Iterator[str]:
    """I5: SQLite's own check of the file, and on both databases that the rows agree with each other."""
    if connection.dialect.name == "sqlite":
        answer = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        if answer != "ok":
            yield f"SQLite says: {answer}"
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield f"a row of {row[0]} refers to nothing"
    for what, query in _BROKEN.items():
        if number := connection.execute(sa.text(query), {"account": account_sid}).scalar_one():
            yield f"{number} {what}"
