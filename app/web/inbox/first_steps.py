"""What an empty installation shows instead of conversations: what to set in Twilio, and whether Twilio has called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app import metrics
from app.domain.clock import now
from app.settings import Settings
from app.store.database import Session
from app.store.journal import pages as journal
from app.store.journal.pages import JournalFilter
from app.store.tables import Journal
from app.web.words.gettext import N_, _

# Twilio's connection overrides: two more tries after an error, a connection that failed and an answer that was late.
REPEATS = "#rc=2&rp=5xx,ct,rt"
_LATELY = timedelta(hours=1)
_WHY_REFUSED = {
    "mismatch": N_(
        "It was signed with another token or for another address. TWILIO_AUTH_TOKEN must be the account's own, and "
        "PUBLIC_BASE_URL what the address in Twilio begins with, to the letter."
    ),
    "unknown_account": N_("It came from another Twilio account than TWILIO_ACCOUNT_SID."),
    "unsigned": N_("It was not signed, so it did not come from Twilio."),
}


@dataclass(frozen=True)
class Refusal:
    """A webhook that was refused for its signature: when, and why in words."""

    at: datetime
    why: str


@dataclass(frozen=True)
class FirstStepsView:
    """The addresses for Twilio, the number to write to, the newest webhook, and the newest refusal of the last hour.

    `unreachable` says that Twilio can't call the address, because it is this machine's own.
    """

    inbound_url: str
    status_url: str
    sender: str
    unreachable: bool
    called: Journal | None
    refusal: Refusal | None


def first_steps_view(session: Session, settings: Settings) -> FirstStepsView:
    """How far the installation is."""
    base = settings.public_base_url
    newest = journal.rows(session, settings.twilio_account_sid, JournalFilter(), None, 1)
    return FirstStepsView(
        inbound_url=f"{base}/twilio/inbound{REPEATS}",
        status_url=f"{base}/twilio/status",
        sender=settings.twilio_whatsapp_from,
        # Only loopback may do without https, and a stand-in is as near as that.
        unreachable=base.startswith("http://") and not settings.twilio_api_base_url,
        called=newest[0] if newest else None,
        refusal=_refusal(now()),
    )


def _refusal(at: datetime) -> Refusal | None:
    moments = [(datetime.fromtimestamp(when, UTC), reason) for reason, when in metrics.signature_failed_at().items()]
    lately = [(when, reason) for when, reason in moments if at - when < _LATELY]
    when, reason = max(lately, default=(None, ""))
    return Refusal(when, _(_WHY_REFUSED[reason])) if when else None
