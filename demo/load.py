"""Load the sample into an account that nobody has used yet: its month happens, through the product's verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from app.domain import audit
from app.domain.actor import command
from app.domain.agents.passwords import hashed
from app.domain.clock import now
from app.domain.media.grants import MediaLinks
from app.domain.media.store import media_store_for
from app.settings import Settings
from app.store import accounts
from app.store.database import Database, Session
from demo import stand_in
from demo.cast import TEAM
from demo.month import Month
from demo.one_transaction import within
from demo.stage import Stage
from demo.story import Said, story
from demo.timeline import Timeline
from simulator.forms import Line

# The number of Twilio's own sandbox, for a demo whose sender is a Messaging Service.
SANDBOX = "whatsapp:+14155238886"
# A little before the first customer writes.
_SET_UP_BEFORE = timedelta(days=31)


def load(settings: Settings, database: Database, password: str, stand_in_url: str = "") -> bool:
    """Fill the account with the sample; everybody of the team logs in by `password`.

    `stand_in_url` is where a stand-in for Twilio wants to know of it. Returns False, and changes nothing, when the
    account has people, contacts or messages. Raises PasswordRefused, and OSError without the stand-in.
    All of it is one transaction; of a load that is cut short no more is left than files that nothing names.
    """
    account_sid = settings.twilio_account_sid
    if not database.read(lambda session: accounts.is_unused(session, account_sid)):
        return False
    hashes = {colleague.login: hashed(password, colleague.login) for colleague in TEAM}
    until = now()
    told = story(until)
    filled = database.write(lambda session: _fill(session, settings, database.url, hashes, told, until))
    if filled and stand_in_url:
        stand_in.tell(stand_in_url, settings.twilio_whatsapp_from or SANDBOX, told, until)
    return filled


def _fill(
    session: Session, settings: Settings, url: str, hashes: Mapping[str, str], told: Sequence[Said], until: datetime
) -> bool:
    """False when the account is in use."""
    account_sid, begins_at = settings.twilio_account_sid, until - _SET_UP_BEFORE
    if not accounts.is_unused(session, account_sid):
        return False
    accounts.ensure(session, account_sid, begins_at, settings.business_name or "Halden Cycles")
    session.flush()
    month = Month(_stage(session, settings, url, begins_at), told, until)
    month.play(hashes)
    audit.record(session, command(account_sid), "sample.load", "account", account_sid)
    return True


def _stage(session: Session, settings: Settings, url: str, begins_at: datetime) -> Stage:
    sender, service = settings.twilio_whatsapp_from or SANDBOX, settings.twilio_messaging_service_sid
    database = within(session, url)
    return Stage(
        line=Line(settings.twilio_account_sid, sender, service),
        database=database,
        store=media_store_for(settings, database),
        links=MediaLinks(settings.public_base_url, settings.secret_key),
        timeline=Timeline(begins_at),
    )
