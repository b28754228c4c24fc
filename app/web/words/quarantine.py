"""Why a webhook waits in quarantine, and what the journal's codes mean, in words."""

from __future__ import annotations

from app.web.words.gettext import N_, _

_REASONS = {
    "sid_invalid": N_("It has no message SID of the form SM… or MM…."),
    "status_invalid": N_("It tells no status, or one that is far too long."),
    "plain_sms": N_("It is a plain SMS, since neither From nor To begins with whatsapp:. Only WhatsApp is taken here."),
    "from_invalid": N_("Its From is no WhatsApp address."),
    "to_invalid": N_("Its To is no WhatsApp address."),
    "raw_form_purged": N_("Its form was deleted after its time."),
}


def why_quarantined(reason: str) -> str:
    """One sentence; for a fault of this program the error's name, for the log has the rest."""
    if reason in _REASONS:
        return _(_REASONS[reason])
    if reason.startswith("error:"):
        return _("This version failed at it (%(error)s). Replay it after an update.", error=reason.partition(":")[2])
    return _("This version does not understand it (%(reason)s).", reason=reason)
