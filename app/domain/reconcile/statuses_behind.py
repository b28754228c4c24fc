"""Messages of ours that are further at Twilio than it told us: a callback that it can't deliver is not repeated."""

from __future__ import annotations

from functools import partial

from app.domain.clock import now
from app.domain.sending import shown_status
from app.domain.statuses import furthest
from app.gateways.twilio.listed import Listed
from app.store.database import Database, Session
from app.store.messages import rows as messages


def catch_up(database: Database, account_sid: str, listed: list[Listed]) -> int:
    """Learn the statuses of listed messages that are ahead of what is shown here; returns of how many.

    The list is read anyway, so this asks Twilio nothing, and `read` is found for messages that count as finished.
    """
    told = {row.sid: row for row in listed}
    shown = database.read(lambda session: messages.shown_statuses(session, account_sid, list(told)))
    ahead = [told[sid] for sid, status in shown.items() if furthest(status, [told[sid].status]) != status]
    return sum(database.write(partial(_learn, account_sid=account_sid, row=row)) for row in ahead)


def _learn(session: Session, account_sid: str, row: Listed) -> bool:
    message = messages.by_sid(session, account_sid, row.sid, lock=True)
    if message is None or message.direction != "outbound":
        return False
    shown_status.learn(session, message, row, now())
    return True
