"""The box below a message of ours that did not go as it should: what happened, why, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.media.failure_causes import NOT_FETCHED, Cause, host_of_theirs
from app.domain.media.preflight import is_of_ours
from app.domain.sending import unconfirmed_cause
from app.gateways.twilio.outcomes import NOT_TWILIOS
from app.store.tables import Attempt, MediaCheck, Message
from app.vocabulary import CANCEL_REASONS
from app.web.words.failures import Explained, explain
from app.web.words.fetches import cause_words
from app.web.words.gettext import N_, _
from app.web.words.preflight import not_fetched_from, preflight_failure
from app.web.words.refusals import refusal

_UNSURE = {
    "error": N_("Twilio answered with an error (HTTP %(status)s), which doesn't tell whether this was sent."),
    "unreadable": N_("Twilio's answer could not be read, so we cannot tell whether this was sent."),
    "late": N_("Twilio did not answer within %(seconds)s s, so we cannot tell whether this was sent."),
    "cut": N_("The connection to Twilio broke before its answer came, so we cannot tell whether this was sent."),
    "stopped": N_(
        "The sender stopped before Twilio's answer was written down, so we cannot tell whether this was sent."
    ),
    "silent": N_("Twilio did not answer, so we cannot tell whether this was sent."),
}


@dataclass(frozen=True)
class FailureBox:
    """`kind` is failed, unsure or blocked. `code` is Twilio's and `url` its page; both '' where there is none.

    `twilio_says` is what Twilio said of it, `facts` says whose doing it is and whether a retry can help.
    """

    kind: str
    what: str
    code: str
    todo: str
    twilio_says: str = ""
    facts: str = ""
    url: str = ""


@dataclass(frozen=True)
class Known:
    """What is known beside the message: the newest attempt of an unconfirmed one, the check of a file that holds it,
    and why Twilio got no file of ours. What is under `base_url` is ours.
    """

    last: Attempt | None = None
    check: MediaCheck | None = None
    cause: Cause | None = None
    base_url: str = ""


def failure_box_of(message: Message, known: Known | None = None) -> FailureBox | None:
    """The box below the message, or None when all is well."""
    known = known or Known()
    if message.direction != "outbound":
        return None
    if message.state == "unconfirmed":
        return FailureBox("unsure", _("Not confirmed."), "", _unsure(known.last))
    if message.state == "held" and known.check is not None:
        check, host = known.check, host_of_theirs(message, known.base_url)
        theirs = bool(host) and not is_of_ours(check.subject)
        why = preflight_failure(check.failure, check.seen, theirs=theirs)
        return FailureBox("unsure", f"{_('Not sent yet.')} {why.what}", "", why.todo)
    if message.state == "blocked":
        found = explain(message.reason)
        return FailureBox("blocked", f"{found.what}.", "", found.todo)
    if message.state == "cancelled" and message.reason in CANCEL_REASONS:
        why = refusal(message.reason)
        return FailureBox("blocked", why.what, "", why.todo)
    if message.state == "failed" or (message.state == "accepted" and message.status in ("failed", "undelivered")):
        return _failed(message, explain(message.error_code or message.reason), known)
    return None


def _failed(message: Message, found: Explained, known: Known) -> FailureBox:
    what, told = found.what if found.code else f"{found.what}.", cause_words(known.cause) if known.cause else None
    host = host_of_theirs(message, known.base_url) if found.code == NOT_FETCHED else ""
    return FailureBox(
        kind="failed",
        what=what,
        code=found.code,
        todo=f"{told.what} {told.todo}" if told else not_fetched_from(host) if host else found.todo,
        twilio_says=_twilio_says(message),
        facts=f"{found.whose}. {found.retry}",
        url=found.url,
    )


def _twilio_says(message: Message) -> str:
    if message.error_message == NOT_TWILIOS:
        return _("Something in front of Twilio, such as a proxy or a firewall, refused it.")
    return message.error_message.strip()


def _unsure(last: Attempt | None) -> str:
    status = last.http_status if last else None
    why = _(_UNSURE[unconfirmed_cause.cause_of(last)], status=status, seconds=unconfirmed_cause.ANSWER_WITHIN_SECONDS)
    if last is None or last.check_at is None:
        return f"{why} {_('Sending again could deliver it twice.')}"
    return f"{why} {_('We keep looking for it; sending again could deliver it twice.')}"
