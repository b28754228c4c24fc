"""A person who was erased is nowhere any more, stays opted out, and comes back by no repeat; the ledger stays whole."""

from __future__ import annotations

from functools import partial

import pytest

from app.domain.access import NotAllowed
from app.domain.consent import checkpoints, seal, standing
from app.domain.consent.verify import verify
from app.domain.gate.draft import Draft
from app.domain.privacy import erasure
from app.domain.privacy.erasure import NotErased
from app.domain.privacy.steps import Tools
from app.domain.reconcile.missed_inbound import pull_missed_inbound
from app.domain.sending import new_recipient, outbox, pending_reply
from app.domain.webhooks import intake
from app.domain.webhooks.archive import replay_from
from app.domain.webhooks.replay import replay
from app.settings import Settings
from app.store.database import Database
from app.store.privacy import erasures
from app.store.tables import (
    Address,
    Audit,
    ConsentRecord,
    Contact,
    ErasedAddress,
    Erasure,
    Journal,
    Message,
    RunRecipient,
)
from tests.domain.consent.importing import apply, bring
from tests.domain.privacy.conftest import NUMBER, OTHER_SPELLING, PERSON_ID, WORDS, erased, seed
from tests.domain.privacy.searched import places
from tests.domain.webhooks.archiving import everything
from tests.support.cast import (
    ACCOUNT,
    ADA,
    AVA,
    KIM,
    NOOR,
    OTTO,
    SENDER,
    again,
    asked_message,
    claimed,
    conversation_with,
    hear,
    only,
    rows,
    take,
    tell,
    webhook,
)
from tests.support.rewriting import rewrite
from tests.support.standin import StandIn


def verified(database: Database, settings: Settings) -> tuple[int, int, int]:
    """Leaves, how many of them are erased, and records that aren't sealed."""
    key = checkpoints.signer(settings)
    found = database.read(lambda session: verify(session, ACCOUNT, [key.verifier]))
    return found.leaves, found.erased, found.unsealed


def test_nothing_of_a_person_is_found_after_their_erasure(tools: Tools, settings: Settings) -> None:
    database = tools.database
    kept = hear(database, "Quite another", From=NOOR)
    seeded = seed(tools)
    assert {place.rpartition(": ")[2] for place in places(database, settings, WORDS)} == set(WORDS)
    before = len(rows(database, ConsentRecord))
    done = erased(tools, seeded.contact_id)
    assert places(database, settings, WORDS) == []
    # What waited, and the confirmation of their STOP.
    assert done.counts["cancelled"] == 2
    assert only(database, Message, id=kept.id).body == "Quite another"
    assert rows(database, Journal, sid=kept.sid)[0].form
    leaves, gone, unsealed = verified(database, settings)
    assert (leaves, unsealed) == (before, 0)
    assert gone == before
    assert (only(database, RunRecipient).state, only(database, RunRecipient).reason) == ("left_out", "erased")
    told = only(database, Audit, verb="privacy.erase")
    assert (told.subject_id, told.detail) == (str(seeded.contact_id), {"opt_outs_kept": 1})


def test_no_repeat_brings_an_erased_person_back(tools: Tools, settings: Settings) -> None:
    database = tools.database
    seeded = seed(tools)
    assert tools.archive is not None
    old_copy = {key: tools.store.read(ACCOUNT, key) for key in tools.store.keys(ACCOUNT, "archive/")}
    sent = rows(database, Message, status="delivered")[0]
    erased(tools, seeded.contact_id)
    assert tools.spool is not None
    assert intake.drain(database, tools.spool) == 0
    assert [received.journal_id for received in take(database, *seeded.webhooks)] == [None] * len(seeded.webhooks)
    tell(database, sent.sid, "read", To=NUMBER, ErrorMessage="To Zuleika")
    assert {one.changed for one in replay(database, ADA, [row.id or 0 for row in rows(database, Journal)])} <= {0}
    for key, content in old_copy.items():
        tools.store.write(ACCOUNT, key, content)
    assert {one.changed for one in replay_from(tools.archive, database, ADA, everything)} == {0}
    for key in old_copy:
        tools.store.delete(ACCOUNT, key)
    database.empty_log()
    assert places(database, settings, WORDS) == []
    assert [address.address for address in rows(database, Address) if "whatsapp:" in address.address] == []


@pytest.mark.parametrize("address", [NUMBER, OTHER_SPELLING, PERSON_ID])
def test_an_opt_out_comes_back_with_any_address_of_theirs(tools: Tools, settings: Settings, address: str) -> None:
    database = tools.database
    erased(tools, seed(tools).contact_id)
    draft = Draft(content_sid="HX" + "1" * 32)
    refused = database.write(
        partial(new_recipient.enqueue, actor=ADA, typed=address, sender=SENDER, draft=draft, request_key="")
    )
    assert (refused.message_id, refused.decision.rule) == (None, "suppressed")
    hear(database, "Hello again", From=address)
    record = only(database, ConsentRecord, source="kept_opt_out")
    assert (record.state, record.purpose, record.scope, record.proof) == ("withdrawn", "all", "", "")
    there = conversation_with(database, address)
    asked = database.write(lambda session: outbox.enqueue_text(session, ADA, there.id or 0, "Hi", ""))
    assert asked.decision.rule == "suppressed"
    hear(database, "START", From=address)
    asked = database.write(lambda session: outbox.enqueue_text(session, ADA, there.id or 0, "Hi", ""))
    assert asked.decision.allowed
    seal.seal_new(database, ACCOUNT)
    assert verified(database, settings)[2] == 0


def test_an_import_brings_the_opt_out_back_too(tools: Tools) -> None:
    database = tools.database
    erased(tools, seed(tools).contact_id)
    apply(database, bring(database, f"{NUMBER[9:]},in,marketing,2026-01-05,form,May we?,https://shop.example/2"))
    contact = next(row for row in rows(database, Contact) if row.phone == NUMBER[9:])
    stands = database.read(lambda session: standing.of_contact(session, ACCOUNT, contact.id or 0))
    assert stands.opt_out("marketing", SENDER, OTHER_SPELLING) is not None


def test_a_block_of_twilios_own_comes_back_as_one(tools: Tools) -> None:
    database = tools.database
    hear(database, "STOP", OptOutType="STOP")
    erased(tools, conversation_with(database, AVA).contact_id)
    hear(database, "Hello again")
    contact = conversation_with(database, AVA).contact_id
    stands = database.read(lambda session: standing.of_contact(session, ACCOUNT, contact))
    assert stands.block("service", SENDER) is not None
    # Erased again, it is kept again.
    erased(tools, contact)
    hear(database, "And again")
    contact = conversation_with(database, AVA).contact_id
    stands = database.read(lambda session: standing.of_contact(session, ACCOUNT, contact))
    assert stands.block("service", SENDER) is not None


def test_of_who_never_opted_out_nothing_is_kept(tools: Tools) -> None:
    hear(tools.database, "Hello")
    erased(tools, conversation_with(tools.database, AVA).contact_id)
    assert rows(tools.database, ErasedAddress) == []


def test_an_erasure_that_was_cut_off_goes_on(tools: Tools, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tools.database
    seeded = seed(tools)
    number = erasure.begin(tools, ADA, seeded.contact_id)
    for _ in range(200):
        found = only(database, Erasure, id=number)
        if found.state == "done":
            break
        # As if the process were killed after the part was done, and before it was written down.
        with monkeypatch.context() as patched:
            patched.setattr(erasures, "change", _killed)
            with pytest.raises(KeyboardInterrupt):
                erasure._step(tools, found)
        erasure._step(tools, found)
    erasure.go_on(tools, ACCOUNT)
    assert only(database, Erasure, id=number).addresses == []
    assert places(database, settings, WORDS) == []


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_what_was_under_way_when_it_ended_is_found_a_minute_later(tools: Tools) -> None:
    database = tools.database
    message = hear(database, "Hello")
    conversation = conversation_with(database, AVA)
    done = erased(tools, conversation.contact_id)
    # A webhook's transaction that had looked before, and was committed after.
    rewrite(database, again(database, message), kind="text", body="Too late")
    rewrite(database, only(database, Contact, id=conversation.contact_id), profile_name="Ava")
    erasure.go_on(tools, ACCOUNT)
    assert again(database, message).body == "Too late"
    rewrite(database, done, finished_at=done.started_at.replace(year=2025))
    erasure.go_on(tools, ACCOUNT)
    assert again(database, message).body == ""
    assert only(database, Contact, id=conversation.contact_id).profile_name == ""
    assert only(database, Erasure).settled


def test_a_send_that_is_under_way_makes_it_wait(tools: Tools) -> None:
    database = tools.database
    asked_message(database, "Ready to leave")
    contact = conversation_with(database, AVA).contact_id
    claimed(database)
    with pytest.raises(NotErased) as refused:
        erasure.begin(tools, ADA, contact)
    assert refused.value.reason == "sending_now"
    assert rows(database, Erasure) == []
    assert only(database, Contact, id=contact).erased_at is None


def test_a_reply_that_waits_for_an_answer_never_goes_out(tools: Tools) -> None:
    database = tools.database
    there = conversation_with(database, AVA)
    rewrite(database, there, last_inbound_at=there.created_at.replace(year=2025))
    kept = database.write(
        partial(pending_reply.keep, actor=ADA, conversation_id=there.id or 0, body="Later", request_key="")
    )
    erased(tools, there.contact_id)
    found = only(database, Message, id=kept.message_ids[0])
    assert (found.state, found.reason, found.body) == ("cancelled", "erased", "")
    hear(database, "Hello again")
    assert claimed(database) == []


def test_who_may_erase_whom(tools: Tools) -> None:
    database = tools.database
    contact = conversation_with(database, AVA).contact_id
    for who in (KIM, OTTO):
        with pytest.raises(NotAllowed):
            erasure.begin(tools, who, contact)
    erased(tools, contact)
    for number, why in ((contact, "erased_already"), (987654, "contact_unknown")):
        with pytest.raises(NotErased) as refused:
            erasure.begin(tools, ADA, number)
        assert refused.value.reason == why


def test_an_archive_that_cannot_be_opened_is_said_and_waited_for(tools: Tools) -> None:
    database = tools.database
    seeded = seed(tools)
    without = Tools(tools.database, tools.store, tools.spool, None)
    number = erasure.begin(without, ADA, seeded.contact_id)
    found = erasure.finish(without, ACCOUNT, number)
    assert (found.state, found.step, found.trouble) == ("erasing", "archive", "archive_key_missing")
    assert erasure.finish(tools, ACCOUNT, number).state == "done"
    assert only(database, Erasure).trouble == ""


def test_what_a_pull_lists_of_an_erased_person_changes_nothing(tools: Tools, standin: StandIn) -> None:
    database = tools.database
    form = standin.simulator.control("inbound", **{"from": AVA, "body": "Unheard", "post": False})["form"]
    take(database, webhook("inbound", form))
    erased(tools, conversation_with(database, AVA).contact_id)
    assert pull_missed_inbound(database, standin.records, ACCOUNT, SENDER) == 0
    assert [row.address for row in rows(database, Address) if row.address.startswith("whatsapp:")] == []
