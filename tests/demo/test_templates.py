"""The sample's templates are those that its stand-in has, and its messages read as the story tells."""

from __future__ import annotations

from sqlmodel import select

from app.domain.templates import groups, sync
from app.store.tables import Message, Template
from app.store.templates import rows
from demo import templates
from demo.story import story
from tests.demo.conftest import Sample
from tests.support.cast import ACCOUNT


def test_every_template_that_was_sent_is_there_and_reads_as_it_was_said(sample: Sample) -> None:
    sent = sample.database.read(
        lambda session: list(
            session.exec(select(Message).where(Message.account_sid == ACCOUNT, Message.content_sid != ""))
        )
    )
    told = {said.text for said in story(sample.at) if "template" in said.tags}
    there = sample.database.read(lambda session: rows.by_sids(session, ACCOUNT, {one.content_sid for one in sent}))
    assert {message.content_sid for message in sent} == set(there)
    assert {message.body for message in sent} <= told
    assert all(template.last_used_at for template in there.values())


def test_the_list_shows_languages_and_every_state(sample: Sample) -> None:
    found = sample.database.read(lambda session: rows.all_of(session, ACCOUNT))
    assert {one.status for one in found} == {"approved", "paused", "pending", "rejected", "unsubmitted"}
    reminder = next(group for group in groups.groups(found) if group.name == "service_reminder")
    assert len(reminder.members) >= 10
    offer = next(one for one in found if one.friendly_name == "season_offer")
    changes = sample.database.read(lambda session: rows.changes(session, ACCOUNT, offer.id or 0, 9))
    assert [(row.what, row.before, row.after) for row in changes][0] == ("category", "UTILITY", "MARKETING")


def test_the_next_sync_finds_nothing_new(sample: Sample) -> None:
    listed = [made.listed(sample.at) for made in templates.all_of(story(sample.at))]
    known = {one.sid: one for one in sample.database.read(lambda session: rows.all_of(session, ACCOUNT))}
    assert {one.sid for one in listed} == set(known)
    for one in listed:
        columns = sync.columns_of(one)
        assert all(getattr(known[one.sid], name) == columns[name] for name in ("status", "category", "content_types"))
        assert isinstance(known[one.sid], Template)
