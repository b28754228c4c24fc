"""`consent record`: what people agreed to or took back elsewhere, recorded by the same verb as in the console."""

from __future__ import annotations

import hashlib
from datetime import datetime

import click

from app.commands.context import opened
from app.consent_words import CONSENT_PURPOSES
from app.domain.clock import now
from app.domain.consent import recording
from app.domain.consent.recording import ACTIONS, SOURCES, Action, Expressed, NotRecorded
from app.settings import Settings
from app.store import accounts

WHY = {
    "address_invalid": "The address is neither a number in E.164 (like +14155550123) nor a WhatsApp id.",
    "address_unknown": "This contact has no address any more.",
    "purpose_missing": "Give --purpose.",
    "purpose_unknown": "There is no such purpose.",
    "purpose_all": "An opt-in names its purposes one by one: give --purpose for each.",
    "source_unknown": "There is no such source.",
    "moment_to_come": "--at lies in the future.",
    "proof_missing": "The proof is empty. Say how we know: who heard it, or where a paper lies.",
    "wording_missing": "Give --wording: what they were shown or told.",
    "text_too_long": f"Proof and wording have {recording.LONGEST_TEXT} characters at most.",
    "blocked_at_twilio": "They opted out at Twilio or WhatsApp itself. Only their own START ends that.",
}


@click.command()
@click.option("--address", required=True, help="A number in E.164, or a WhatsApp id. A new one becomes a contact.")
@click.option("--action", required=True, type=click.Choice(ACTIONS))
@click.option("--purpose", "purposes", multiple=True, required=True, type=click.Choice(CONSENT_PURPOSES),
              help="May be given several times. all is for opt-outs.")  # fmt: skip
@click.option("--source", required=True, type=click.Choice(SOURCES), help="How they said it.")
@click.option("--proof", required=True, help="How we know: who heard it, or where a paper lies.")
@click.option("--wording", default="", help="What they were shown or told.")
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"]),
              help="When they said it, with its zone (2026-03-01T14:30+01:00); now without it.")  # fmt: skip
@click.pass_obj
def record(
    settings: Settings,
    address: str,
    action: Action,
    purposes: tuple[str, ...],
    source: str,
    proof: str,
    wording: str,
    at: datetime | None,
) -> None:
    """Record what somebody said elsewhere. The same words are recorded once, however often this is run."""
    words = (address, action, *sorted(purposes), source, proof, wording, str(at))
    key = hashlib.sha256("\0".join(words).encode()).hexdigest()[:40]
    said = Expressed(action, tuple(dict.fromkeys(purposes)), source, proof, key, wording, at)
    with opened(settings) as installation:
        try:
            installation.database.write(lambda session: accounts.ensure(session, installation.actor.account_sid, now()))
            added = installation.database.write(
                lambda session: recording.record_for_address(session, installation.actor, address, said)
            )
        except NotRecorded as error:
            raise click.ClickException(" ".join(WHY[code] for code in error.faults.values())) from None
    numbers = ", ".join(map(str, added))
    click.echo(f"Recorded as {numbers}." if added else "Recorded before; nothing was added.")
