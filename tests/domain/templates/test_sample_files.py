"""A hosted file in a template's sample can be fetched until the template is decided, and a day more."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from app.domain.clock import now, reading
from app.domain.media import files, links
from app.domain.media.grants import MediaLinks
from app.domain.templates import sample_files, sync
from app.gateways.media_store import Folder
from app.gateways.twilio.listed_template import Approval, ListedTemplate
from app.store.database import Database, Session
from app.store.tables import MediaGrant
from app.store.templates import rows as templates
from tests.support.cast import ACCOUNT, KIM, only
from tests.support.hosted import KEY, picture

LINKS = MediaLinks("https://desk.example", KEY)
CONTENT = {"twilio/media": {"body": "Look", "media": ["https://desk.example/media/temp/{{ 1 }}"]}}
DAY = timedelta(days=1)


def linked(database: Database, folder: Path) -> tuple[int, dict[str, str]]:
    """A temporary URL of a picture that lives ten minutes: its grant, and the sample that is left of it."""
    number = files.host(database, Folder(folder), KIM, "wheel.png", picture())
    grant = database.write(lambda session: links.make(session, KIM, number, timedelta(seconds=600)))
    return grant, {"1": LINKS.address(grant, "wheel.png").removeprefix("https://desk.example/media/temp/")}


def submitted(database: Database, values: dict[str, str], at: datetime) -> None:
    database.write(lambda session: sample_files.grant(session, ACCOUNT, CONTENT, values, LINKS.grant_at, at))


def told(database: Database, values: dict[str, str], status: str, at: datetime, sid: str = "HX" + "1" * 32) -> None:
    """Twilio's list says so at this time."""
    one = ListedTemplate(sid, "wheel", "en", CONTENT, values, Approval(status=status))

    def keep(session: Session) -> None:
        sync.apply_one(session, KIM, one, templates.by_sid(session, ACCOUNT, sid), at)

    database.write(keep)


def test_it_lives_until_the_last_language_is_decided_and_a_day_more(database: Database, tmp_path: Path) -> None:
    (number, values), at = linked(database, tmp_path), now()
    submitted(database, values, at)
    assert (only(database, MediaGrant).purpose, only(database, MediaGrant).expires_at) == ("sample", at + DAY)
    for status, hours in (("received", 5), ("pending", 20)):
        told(database, values, status, at + timedelta(hours=hours))
    assert only(database, MediaGrant).expires_at == at + DAY + timedelta(hours=20)
    told(database, values, "approved", at + timedelta(hours=30))
    assert only(database, MediaGrant).expires_at == at + DAY + timedelta(hours=20)
    told(database, values, "pending", at + timedelta(hours=30), "HX" + "2" * 32)
    assert only(database, MediaGrant).expires_at == at + DAY + timedelta(hours=30)
    told(database, values, "rejected", at + timedelta(hours=31), "HX" + "2" * 32)
    assert only(database, MediaGrant, id=number).expires_at == at + DAY + timedelta(hours=30)


def test_what_ended_lives_again_and_what_was_revoked_does_not(database: Database, tmp_path: Path) -> None:
    (number, values), at = linked(database, tmp_path), now() + timedelta(hours=1)
    submitted(database, values, at)
    assert only(database, MediaGrant).expires_at == at + DAY
    with reading(lambda: at):
        database.write(lambda session: links.revoke(session, KIM, number))
    for later in (at + timedelta(minutes=1), at + DAY):
        submitted(database, values, later)
        told(database, values, "pending", later)
    assert only(database, MediaGrant).expires_at == at + DAY


def test_only_an_address_of_ours_that_was_submitted_is_kept(database: Database, tmp_path: Path) -> None:
    (number, values), until = linked(database, tmp_path), only(database, MediaGrant).expires_at
    told(database, values, "pending", now())
    forged = {"1": f"{number}.xxxxxxxx/wheel.png"}
    submitted(database, forged, now())
    told(database, forged, "pending", now())
    elsewhere = {"twilio/media": {"media": ["https://elsewhere.example/media/temp/{{1}}"]}}
    database.write(lambda session: sample_files.grant(session, ACCOUNT, elsewhere, values, LINKS.grant_at, now()))
    assert (only(database, MediaGrant).purpose, only(database, MediaGrant).expires_at) == ("link", until)
