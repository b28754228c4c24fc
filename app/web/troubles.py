"""The box below a message of ours that did not go as it should: what happened, why, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from app.store.tables import Message
from app.web.texts import _
from app.web.words_errors import Explained, explain


@dataclass(frozen=True)
class Trouble:
    """`kind` is failed, unsure or blocked. `code` is Twilio's and `url` its page; both '' where there is none.

    `told` is what Twilio said of it, `facts` says whose doing it is and whether a retry can help.
    """

    kind: str
    what: str
    code: str
    todo: str
    told: str = ""
    facts: str = ""
    url: str = ""


def trouble_of(message: Message) -> Trouble | None:
    """What to say below the message, or None when all is well."""
    if message.direction != "outbound":
        return None
    if message.state == "unconfirmed":
        return Trouble("unsure", _("Not confirmed."), "", _unsure())
    if message.state == "blocked":
        found = explain(message.reason)
        return Trouble("blocked", f"{found.what}.", "", found.todo)
    if message.state == "failed" or (message.state == "accepted" and message.status in ("failed", "undelivered")):
        return _failed(message, explain(message.error_code or message.reason))
    return None


def _failed(message: Message, found: Explained) -> Trouble:
    what = found.what if found.code else f"{found.what}."
    return Trouble(
        kind="failed",
        what=what,
        code=found.code,
        todo=found.todo,
        told=message.error_message.strip(),
        facts=f"{found.whose}. {found.retry}",
        url=found.url,
    )


def _unsure() -> str:
    return _(
        "Twilio did not answer, so we cannot tell whether this was sent. "
        "We keep looking for it; sending again could deliver it twice."
    )
