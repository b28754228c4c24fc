"""A person of whom everything is known, seeded through the verbs that bring it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from app.domain.actor import Actor, command
from app.domain.agents import api_tokens
from app.domain.clock import now
from app.domain.consent import kept_opt_outs, submission
from app.domain.contacts import fields, labels
from app.domain.gate.draft import Draft
from app.domain.media import files
from app.domain.media.store import media_store_for
from app.domain.people import joins
from app.domain.privacy import erasure
from app.domain.privacy.steps import Tools, tools_of
from app.domain.sending import fetch_evidence, outbox
from app.domain.sending.answers import record
from app.domain.webhooks import intake
from app.domain.webhooks.webhook import Webhook
from app.gateways.encryption import new_key
from app.gateways.twilio.outcomes import Accepted, ResponseDetails
from app.settings import Settings
from app.store.database import Database
from app.store.media import hosted
from app.store.tables import Contact, Erasure, InboundMedia, MediaGrant
from tests.domain.consent.importing import apply, bring
from tests.domain.consent.test_opt_in_forms import DRAFT, fill, save
from tests.domain.webhooks.archiving import age
from tests.support.cast import (
    ACCOUNT,
    ADA,
    ago,
    claimed,
    conversation_with,
    hear,
    inbound_form,
    new_sid,
    only,
    take,
    tell,
    webhook,
)
from tests.support.hosted import picture
from tests.support.rewriting import rewrite
from tests.support.runs import listed, planned

NUMBER, OTHER_SPELLING = "whatsapp:+5511987654321", "whatsapp:+551187654321"
PERSON_ID = "whatsapp:BR.7788990011223344"
NAME, CALLED = "Zuleika Quaresma", "Zuzu from the fair"
# Whatever tells who it was, or was said by them or to them.
WORDS = [
    *("987654321", "87654321", "123456789", "7788990011223344", "zuleika", "quaresma", "zuzu"),
    *("marmalade", "cardamom", "tamarind", "saffron", "192.0.2.77", "whiskers"),
]


@dataclass(frozen=True)
class Seeded:
    """What was seeded: the contact, and webhooks that may come again."""

    contact_id: int
    conversation_id: int
    webhooks: list[Webhook]


@pytest.fixture
def settings(make_settings: Callable[..., Settings], database: Database, tmp_path: Path) -> Settings:
    made = make_settings(
        TWILIO_ACCOUNT_SID=ACCOUNT, DATABASE_URL=database.url, ARCHIVE_KEY=new_key(), DATA_DIR=str(tmp_path)
    )
    kept_opt_outs.use(made)
    return made


@pytest.fixture
def tools(settings: Settings, database: Database) -> Tools:
    return tools_of(settings, database, media_store_for(settings, database))


def erased(tools: Tools, contact_id: int, by: Actor = ADA) -> Erasure:
    """The person, erased to the end."""
    number = erasure.begin(tools, by, contact_id)
    done = erasure.finish(tools, ACCOUNT, number)
    assert (done.state, done.trouble) == ("done", "")
    return done


def seed(tools: Tools) -> Seeded:
    """Everything that can be known of a person, who opted out at last."""
    database = tools.database
    came = [
        webhook("inbound", _form("I want marmalade", NumMedia="1", MediaUrl0="https://x.test/whiskers",
                                 MediaContentType0="image/png", ExternalUserId=PERSON_ID)),
        webhook("inbound", _form("cardamom please", From=OTHER_SPELLING, WaId=OTHER_SPELLING[10:])),
        # Twilio may send what nobody understands.
        webhook("inbound", {**_form("tamarind"), "MessageSid": "nonsense"}),
    ]  # fmt: skip
    take(database, *came)
    there = conversation_with(database, OTHER_SPELLING)
    _files(tools, there.contact_id)
    save(database, replace(DRAFT, double_opt_in=True))
    fill(database, address=NUMBER, ip="192.0.2.77")
    _import_and_api(database)
    database.write(lambda session: labels.add(session, ADA, there.contact_id, "Keeps whiskers"))
    database.write(lambda session: fields.add(session, ADA, there.contact_id, "Cat", "Whiskers"))
    _send(tools, there.id or 0)
    _join(database, there.contact_id)
    age(database)
    assert tools.archive is not None
    tools.archive.keep_new(database)
    database.write(
        partial(outbox.enqueue_text, actor=ADA, conversation_id=there.id or 0, body="saffron", request_key="zuzu")
    )
    came.append(webhook("inbound", _form("STOP")))
    take(database, came[-1])
    assert tools.spool is not None
    came.append(webhook("inbound", _form("saffron in the spool"), at=ago(minutes=1)))
    tools.spool.put(intake.entry(came[-1]))
    return Seeded(there.contact_id, there.id or 0, came)


def _form(body: str, **fields: str) -> dict[str, str]:
    number = {"From": NUMBER, "WaId": NUMBER.removeprefix("whatsapp:+"), "ProfileName": NAME}
    return inbound_form(Body=body, **{**number, **fields})


def _files(tools: Tools, contact_id: int) -> None:
    row = only(tools.database, InboundMedia)
    key = f"in/{row.message_id}-0"
    tools.store.write(ACCOUNT, key, picture())
    rewrite(tools.database, row, state="fetched", key=key, stored_type="image/png", size=len(picture()))
    rewrite(tools.database, only(tools.database, Contact, id=contact_id), name=CALLED)


def _import_and_api(database: Database) -> None:
    row = "+55 11 98765-4321,in,marketing,2026-01-05,form,I want saffron,https://shop.example/zuleika"
    apply(database, bring(database, row, "5511987654321x,in,marketing,,form,Zuleika,none"))
    planned(database, listed(database, 0, "+55 11 98765-4321,Zuleika,saffron"))
    token = database.write(lambda session: api_tokens.create(session, command(ACCOUNT), "Shop", ("consents:write",)))
    caller = database.read(lambda session: api_tokens.find(session, ACCOUNT, token))
    assert caller is not None
    told = submission.Submission(NUMBER, ("service",), "given", "form", ago(days=1), {"proof": "Zuleika ticked it"})
    database.write(lambda session: submission.submit(session, caller, told, "order-1", {"to": NUMBER}, now()))


def _send(tools: Tools, there: int) -> None:
    """A message with a file that was fetched and arrived, and a template that failed."""
    database = tools.database
    file = files.host(database, tools.store, ADA, "zuleika.png", picture())
    with_file = Draft(body="tamarind for you", media_urls=(files.reference(file),))
    for draft, status, code in ((with_file, "delivered", ""), (Draft(body="cardamom is out"), "undelivered", "63024")):
        database.write(
            partial(outbox.enqueue, actor=ADA, conversation_id=there, draft=draft, request_key=f"zuzu-{code}")
        )
        (outgoing,) = claimed(database)
        sid = new_sid()
        database.write(partial(record, outgoing=outgoing, answer=Accepted(sid, "queued", ResponseDetails(201, "RQ1"))))
        form = {"To": NUMBER, "ErrorMessage": "Zuleika's phone"} if code else {"To": NUMBER}
        tell(database, sid, status, code, path=f"/twilio/status/{outgoing.message_id}/{outgoing.attempt_id}", **form)
    grant = only(database, MediaGrant)
    granted = database.read(lambda session: hosted.granted(session, ACCOUNT, grant.id or 0))
    assert granted is not None
    fetch = fetch_evidence.Fetch("GET", 200, 10, "192.0.2.77", "TwilioProxy")
    database.write(lambda session: fetch_evidence.record(session, granted, fetch, now()))


def _join(database: Database, contact_id: int) -> None:
    """An agent joined somebody who turned out to be the same."""
    hear(database, "I am Zuleika too", From="whatsapp:+351123456789", ProfileName=NAME)
    other = conversation_with(database, "whatsapp:+351123456789").contact_id
    database.write(lambda session: joins.join(session, ADA, contact_id, other))
