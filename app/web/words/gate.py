"""The gate's rules as people read them: what each asks, and the evidence that it names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.web.words.gettext import N_, _
from app.web.words.times import full

RULE_NAMES = {
    "address": N_("The address is one that WhatsApp has"),
    "sender": N_("There is a sender of ours"),
    "not_ourselves": N_("It isn't our own number"),
    "country": N_("WhatsApp delivers to the country"),
    "block": N_("Neither Twilio nor WhatsApp hold our messages back"),
    "suppression": N_("They didn't opt out"),
    "consent": N_("They agreed to it"),
    "freshness": N_("What they agreed to isn't too old"),
    "quiet_hours": N_("It isn't a quiet hour where they are"),
    "session_window": N_("They wrote within 24 hours"),
    "approval": N_("The template is there and approved"),
    "template": N_("WhatsApp delivers such templates there"),
    "content": N_("Text and variables are as WhatsApp takes them"),
    "media": N_("One file at most"),
}
PURPOSE_NAMES = {
    "service": N_("Service template"),
    "marketing": N_("Marketing template"),
    "authentication": N_("Login code template"),
}
# How evidence is told, in this order. The values are ids and times, never text.
_EVIDENCE = {
    "consent_record_id": N_("Record %(value)s"),
    "basis": N_("Basis: %(value)s"),
    "given_at": N_("Agreed: %(value)s"),
    "since": N_("Since %(value)s"),
    "heard_at": N_("Their last message: %(value)s"),
    "last_inbound_at": N_("Their last message to this sender: %(value)s"),
    "closed_at": N_("Closed since %(value)s"),
    "ended_at": N_("Ended: %(value)s"),
    "clock": N_("By %(value)s"),
    "needs": N_("Needs %(value)s"),
    "opt_in_for": N_("An opt-in for: %(value)s"),
    "bases": N_("Given as: %(value)s"),
    "until": N_("Until %(value)s"),
    "zones": N_("Time zones: %(value)s"),
    "country": N_("Country: %(value)s"),
    "region": N_("Rules of: %(value)s"),
    "status": N_("The template's state: %(value)s"),
    "category": N_("Its category: %(value)s"),
}
_VALUES = {
    "opt_in": N_("an opt-in"),
    "opt_in_or_message": N_("an opt-in, or a message that they ever wrote"),
    "max_age": N_("its age"),
    "max_unused": N_("the time it was not used"),
    "valid_until": N_("its own end"),
}


def rule_name(rule: str) -> str:
    """What a rule asks."""
    return _(RULE_NAMES[rule])


def purpose_name(purpose: str) -> str:
    """A template for this purpose."""
    return _(PURPOSE_NAMES[purpose])


def evidence(found: Mapping[str, Any]) -> list[str]:
    """What a rule rests on, one thing a line."""
    return [_(words, value=_value(name, found[name])) for name, words in _EVIDENCE.items() if found.get(name)]


def _value(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if name in ("given_at", "since", "until") or name.endswith("_at"):
        return full(datetime.fromisoformat(value))
    return _(_VALUES[value]) if value in _VALUES else str(value)
