"""Why a message failed, in the reader's language: Twilio's codes from the catalogue, and our own reasons."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.error_codes import catalogue
from app.web.words.gettext import N_, _
from app.web.words.refusals import refusal

WHOSE = {
    "customer": N_("On the customer's side"),
    "content": N_("About the content"),
    "sender": N_("On the sender's side"),
    "ours": N_("On our side"),
    "unknown": N_("Not known whose doing"),
}
RETRIES = {
    "later": N_("Sending again later can help."),
    "after_fix": N_("Sending again helps once this is mended."),
    "no": N_("Sending again does not help."),
    "unknown": N_("Whether sending again helps is not known."),
}
# What was refused or given up here has no code of Twilio's.
_GAVE_UP = (
    N_("Twilio could not be reached, and we stopped trying"),
    N_("Every try ended before Twilio had the message, so the customer saw nothing."),
    N_("Send it again when the connection is back."),
)


@dataclass(frozen=True)
class Explained:
    """`what` is a heading without a full stop. `url` is Twilio's page, '' for our own reasons."""

    code: str
    what: str
    why: str
    do: str
    whose: str
    retry: str
    url: str
    may_help: bool = True

    @property
    def todo(self) -> str:
        """Why, and what to do."""
        return f"{self.why} {self.do}".strip()


def explain(code: str) -> Explained:
    """The meaning of a code of Twilio's, or of a reason of ours."""
    if not code.isdigit():
        return _ours(code)
    entry = catalogue.entry(code)
    return Explained(
        code=code,
        what=_(entry.what),
        why=_(entry.why),
        do=_(entry.do),
        whose=_(WHOSE[entry.whose]),
        retry=_(RETRIES[entry.retry]),
        url=entry.url,
        may_help=entry.retry != "no",
    )


def _ours(reason: str) -> Explained:
    if reason == "gave_up":
        what, why, do = (_(text) for text in _GAVE_UP)
        return Explained("", what, why, do, _(WHOSE["ours"]), _(RETRIES["later"]), "")
    if not reason:
        what, why = _("Twilio or WhatsApp could not send this"), _("No code was told.")
        do = _("Send it again, and give Twilio's support the message's SID when it fails again.")
        return Explained("", what, why, do, _(WHOSE["unknown"]), _(RETRIES["unknown"]), "")
    said = refusal(reason)
    what = _("Not sent: %(reason)s", reason=said.what).rstrip(".")
    return Explained("", what, "", said.todo, _("A rule of this console"), _(RETRIES["after_fix"]), "")
