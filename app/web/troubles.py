"""The box below a message of ours that did not go as it should: what happened, why, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from app.store.tables import Message
from app.web.texts import _
from app.web.words import refusal
from app.web.words_errors import explain


@dataclass(frozen=True)
class Trouble:
    """`kind` is failed, unsure or blocked; `code` is Twilio's error code, '' where there is none."""

    kind: str
    what: str
    code: str
    todo: str
    told: str = ""


def trouble_of(message: Message) -> Trouble | None:
    """What to say below the message, or None when all is well."""
    if message.direction != "outbound":
        return None
    if message.state == "unconfirmed":
        return Trouble("unsure", _("Not confirmed."), "", _unsure())
    if message.state == "blocked":
        reason = refusal(message.reason)
        return Trouble("blocked", _("Not sent: %(reason)s", reason=reason.what), "", reason.todo)
    if message.state == "failed" or (message.state == "accepted" and message.status in ("failed", "undelivered")):
        return _failed(message)
    return None


def _failed(message: Message) -> Trouble:
    if not message.error_code and message.reason == "gave_up":
        what = _("Twilio could not be reached, and we stopped trying.")
        return Trouble("failed", what, "", _("The customer saw nothing. Send it again when the connection is back."))
    meaning = explain(message.error_code, message.error_message)
    told = message.error_message.strip()
    return Trouble("failed", meaning.what, message.error_code, meaning.todo, "" if told == meaning.what else told)


def _unsure() -> str:
    return _(
        "Twilio did not answer, so we cannot tell whether this was sent. "
        "We keep looking for it; sending again could deliver it twice."
    )
