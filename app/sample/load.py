"""Load the sample into an account that nobody has used yet."""

from __future__ import annotations

from app.domain.agents.passwords import hashed
from app.domain.clock import now
from app.domain.media.store import media_store_for
from app.sample import desk, hosted, shelved, stand_in
from app.sample.cast import TEAM
from app.sample.entries import Entry, Ours, entries
from app.sample.putting import Putting
from app.sample.story import story
from app.settings import Settings
from app.store import accounts
from app.store.database import Database, Session

# The number of Twilio's own sandbox, for a demo whose sender is a Messaging Service.
SANDBOX = "whatsapp:+14155238886"


def load(settings: Settings, database: Database, password: str, stand_in_url: str = "") -> bool:
    """Fill the account with the sample; everybody of the team logs in by `password`.

    `stand_in_url` is where a stand-in for Twilio wants to know of it. Returns False, and changes nothing, when the
    account has people, contacts or messages. Raises PasswordRefused, and OSError without the stand-in.
    """
    account_sid = settings.twilio_account_sid
    if not database.read(lambda session: accounts.is_unused(session, account_sid)):
        return False
    at = now()
    ours = Ours(account_sid, settings.twilio_whatsapp_from or SANDBOX, settings.public_base_url, at)
    told = entries(ours, story(at))
    hashes = {colleague.login: hashed(password, colleague.login) for colleague in TEAM}
    if stand_in_url:
        stand_in.tell(stand_in_url, ours, told)
    _put_on_the_shelf(settings, database, told)
    return database.write(lambda session: _put(session, ours, told, hashes))


def _put_on_the_shelf(settings: Settings, database: Database, told: list[Entry]) -> None:
    # The files first: a load that is cut short in between writes the same keys again.
    store = media_store_for(settings, database)
    for entry in told:
        if shelved.has_file(entry):
            store.write(settings.twilio_account_sid, shelved.key(entry), shelved.content(entry))
    for file in hosted.names(told):
        store.write(settings.twilio_account_sid, hosted.key(file), hosted.content(file))


def _put(session: Session, ours: Ours, told: list[Entry], hashes: dict[str, str]) -> bool:
    if not accounts.is_unused(session, ours.account_sid):
        return False
    accounts.ensure(session, ours.account_sid, ours.at)
    session.flush()
    team = desk.add_team(session, ours, hashes)
    Putting(session, ours, team).put(told)
    return True
