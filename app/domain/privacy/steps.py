"""The steps of an erasure, each in small parts that may be done again."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.domain.clock import now
from app.domain.consent import leaf, seal
from app.domain.privacy import archived, spooled
from app.domain.privacy.mentions import Mentions
from app.domain.webhooks.archive import Archive
from app.gateways.encryption import Seal
from app.gateways.media_store import MediaStore
from app.settings import Settings
from app.store.database import Database, Session
from app.store.privacy import messages, scans
from app.store.privacy import person as rows
from app.store.privacy.person import Person
from app.store.spool import Spool
from app.store.tables import Erasure

# Messages, and records, that are emptied in one transaction: webhooks wait no longer than for one of these.
AT_ONCE = 50
_EMPTY_RECORD: dict[str, Any] = dict.fromkeys(leaf.ERASABLE, "") | {"message_id": None, "detail": {}}


@dataclass(frozen=True)
class Tools:
    """What an erasure works with; `archive` is None without ARCHIVE_KEY, `spool` where no disk stays."""

    database: Database
    store: MediaStore
    spool: Spool | None
    archive: Archive | None


def tools_of(settings: Settings, database: Database, store: MediaStore) -> Tools:
    """What erasures work with, as the settings ask for it."""
    key, account_sid = settings.archive_key, settings.twilio_account_sid
    archive = Archive(store, Seal(key), account_sid) if key else None
    return Tools(database, store, Spool(settings.spool) if settings.spool else None, archive)


@dataclass(frozen=True)
class Done:
    """One part of a step: whether there is more, where to go on, how much was found; or why it can't be done now."""

    more: bool = False
    cursor: str = ""
    count: int = 0
    trouble: str = ""


_ReadLines = Callable[[Session, str, int], list[tuple[int, Mapping[str, Any]]]]
_EmptyLines = Callable[[Session, str, Collection[int]], None]


@dataclass(frozen=True)
class Step:
    """A step by its name."""

    name: str
    do: Callable[[Tools, Erasure, Person], Done]


def _lines(read: _ReadLines, empty: _EmptyLines) -> Callable[[Tools, Erasure, Person], Done]:
    """The step that empties the lines of a kind of lists that name the person."""

    def step(tools: Tools, found: Erasure, _person: Person) -> Done:
        account_sid, after, named = found.account_sid, int(found.cursor or 0), Mentions(found.addresses)
        lines = tools.database.read(lambda session: read(session, account_sid, after))
        if not lines:
            return Done()
        theirs = [number for number, line in lines if named.in_line(line)]
        if theirs:
            tools.database.write(lambda session: empty(session, account_sid, theirs))
        return Done(True, str(lines[-1][0]), len(theirs))

    return step


def _messages(tools: Tools, found: Erasure, person: Person) -> Done:
    account_sid = found.account_sid
    page = tools.database.read(lambda session: messages.page(session, account_sid, person, AT_ONCE))
    if not page.messages:
        return Done()
    # The files first: their rows say where they are.
    for key in page.keys:
        tools.store.delete(account_sid, key)
    tools.database.write(lambda session: messages.empty(session, account_sid, page, person.contact_id, now()))
    return Done(more=True, count=len(page.messages))


def _feed(tools: Tools, found: Erasure, person: Person) -> Done:
    after = int(found.cursor or 0)
    last = tools.database.write(
        lambda session: messages.empty_events(session, found.account_sid, person.conversation_ids, after, 10 * AT_ONCE)
    )
    return Done(more=last is not None, cursor=str(last or ""))


def _records(tools: Tools, found: Erasure, person: Person) -> Done:
    account_sid = found.account_sid
    # What isn't in the tree yet is sealed as it was said, and emptied then.
    seal.seal_new(tools.database, account_sid)

    def empty(session: Session) -> Done:
        waiting = scans.records_to_empty(session, account_sid, person.address_ids, AT_ONCE)
        sealed = [record for record in waiting if record.sealed_at is not None]
        if sealed:
            scans.empty_records(session, account_sid, sealed, _EMPTY_RECORD)
        return Done(bool(waiting), count=len(sealed), trouble="" if sealed or not waiting else "not_sealed_yet")

    return tools.database.write(empty)


def _journal(tools: Tools, found: Erasure, _person: Person) -> Done:
    account_sid, after, named = found.account_sid, int(found.cursor or 0), Mentions(found.addresses)
    if after >= found.upto:
        return Done()
    forms = tools.database.read(lambda session: scans.forms(session, account_sid, after, found.upto))
    theirs = [number for number, form in forms.items() if named.in_form(json.loads(form))]
    if theirs:
        tools.database.write(partial(messages.forget_forms, account_sid=account_sid, journal_ids=theirs))
    return Done(True, str(after + scans.WINDOW), len(theirs))


def _archive(tools: Tools, found: Erasure, _person: Person) -> Done:
    if tools.archive is None:
        kept = archived.anything(tools.store, found.account_sid)
        return Done(trouble="archive_key_missing" if kept else "")
    try:
        cursor, count = archived.forget_next(tools.database, tools.archive, found.addresses, found.cursor)
    except archived.NotReadable:
        return Done(trouble="archive_key_other")
    return Done(bool(cursor), cursor, count)


def _spool(tools: Tools, found: Erasure, _person: Person) -> Done:
    if tools.spool is None:
        return Done()
    count = spooled.forget(tools.database, tools.spool, found.account_sid, found.addresses, found.started_at)
    return Done(count=count)


def _answers(tools: Tools, found: Erasure, person: Person) -> Done:
    account_sid, after = found.account_sid, int(found.cursor or 0)
    answers = tools.database.read(lambda session: scans.api_answers(session, account_sid, after))
    if not answers:
        return Done()
    records = tools.database.read(lambda session: rows.records_of(session, account_sid, person.address_ids))
    ids = {record.record_id for record, _address in records}
    theirs = [
        number for number, answer in answers if any(one.get("record_id") in ids for one in answer.get("records", ()))
    ]
    if theirs:
        tools.database.write(partial(scans.empty_api_answers, account_sid=account_sid, numbers=theirs))
    return Done(True, str(answers[-1][0]), len(theirs))


STEPS = (
    # First, so that no run writes to them meanwhile.
    Step("runs", _lines(scans.run_lines, scans.empty_run_lines)),
    Step("messages", _messages),
    Step("feed", _feed),
    Step("records", _records),
    Step("journal", _journal),
    Step("archive", _archive),
    Step("spool", _spool),
    Step("imports", _lines(scans.import_lines, scans.empty_import_lines)),
    Step("answers", _answers),
)
