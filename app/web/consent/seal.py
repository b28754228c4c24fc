"""`/consent/seal`: how far the ledger is sealed, as a fragment of the consent page."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.domain.consent import seal
from app.store.consent import checkpoints
from app.store.database import Session
from app.web.shell.current_user import allowed
from app.web.shell.services import services

blueprint = Blueprint("consent_seal", __name__, url_prefix="/consent")


@blueprint.get("/seal")
def state() -> str:
    """Up to which record it is sealed and since when, how many wait, and when a checkpoint last left the machine."""
    account_sid = allowed("conversation.read").account_sid

    def read(session: Session) -> str:
        return render_template(
            "consent/_seal.html",
            sealed=seal.progress(session, account_sid),
            left=checkpoints.last_sent(session, account_sid),
            newest=checkpoints.newest_daily(session, account_sid),
            leaves_machine=bool(services().settings.consent_checkpoint_to),
        )

    return services().database.read(read)
