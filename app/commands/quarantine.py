"""Why a webhook could not be applied, in a line."""

from __future__ import annotations

WHY = {
    "sid_invalid": "It has no message SID of the form SM… or MM….",
    "status_invalid": "It tells no status, or one that is far too long.",
    "plain_sms": "It is a plain SMS: neither From nor To begins with whatsapp:. Only WhatsApp is taken here.",
    "from_invalid": "Its From is no WhatsApp address.",
    "to_invalid": "Its To is no WhatsApp address.",
    "raw_form_purged": "Its form was deleted after its time (RAW_FORM_DAYS).",
}


def why(reason: str) -> str:
    """The reason's code, and what it means."""
    if reason.startswith("error:"):
        return f"{reason}: This version failed at it; the log has more. Replay it after an update."
    return f"{reason}: {WHY.get(reason, 'This version does not understand it.')}"
