"""Hosted files as the media page shows them: a row of the list, and all that is told of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for

from app.domain.media import links
from app.domain.media.grants import MediaLinks
from app.store import agents
from app.store.database import Session
from app.store.media import library
from app.store.media.library import Tally
from app.store.tables import HostedFile, MediaFetch, MediaGrant, Message
from app.web.messages.tick import Tick, tick_of
from app.web.shell.services import services
from app.web.words.counts import counted
from app.web.words.fetches import Meaning, asker, meaning_of, standing_words
from app.web.words.gettext import N_
from app.web.words.numbers import length, size

KINDS = {
    "image": N_("Pictures"),
    "audio": N_("Sounds"),
    "video": N_("Films"),
    "document": N_("Documents"),
    "contact": N_("Contact cards"),
}
LINKS_SHOWN, FETCHES_SHOWN, USES_SHOWN = 20, 50, 20


@dataclass(frozen=True)
class FileView:
    """One file. `preview` is the address of its small picture, '' without one; `tag` stands in its place."""

    id: int
    name: str
    tag: str
    content_type: str
    size: str
    at: datetime
    preview: str = ""
    length: str = ""
    until: datetime | None = None
    uses: str = ""
    fetches: str = ""
    used: bool = False

    @property
    def path(self) -> str:
        """Where it is shown whole, to our people."""
        return url_for("media_in.sent", file_id=self.id, name=self.name)


@dataclass(frozen=True)
class LinkView:
    """A temporary URL: its grant's number, until when it lives, and whether it can live longer."""

    id: int
    url: str
    until: datetime
    may_be_extended: bool
    is_sample: bool


@dataclass(frozen=True)
class FetchView:
    """One request: what was asked, how it was answered, and by whom it says it was asked."""

    at: datetime
    method: str
    status: int
    size: str
    ip: str
    who: str
    is_twilio: bool
    why: str


@dataclass(frozen=True)
class UseView:
    """A message that carries the file, and how far it is."""

    message_id: int
    conversation_id: int
    at: datetime
    tick: Tick | None


@dataclass(frozen=True)
class FileDetails:
    """All that is told of one file. `needed` counts the messages on their way that carry it."""

    file: FileView
    bytes: int
    author: str
    links: list[LinkView] = field(default_factory=list)
    fetches: list[FetchView] = field(default_factory=list)
    uses: list[UseView] = field(default_factory=list)
    needed: int = 0
    more_uses: bool = False
    meaning: Meaning | None = None


def file_view(file: HostedFile, tally: Tally | None = None) -> FileView:
    """A file as a list shows it."""
    assert file.id is not None
    told = tally or Tally()
    return FileView(
        id=file.id,
        name=file.name,
        tag=file.name.rpartition(".")[2].upper()[:4],
        content_type=file.content_type,
        size=size(file.size),
        at=file.created_at,
        preview=url_for("media.preview", file=file.id) if file.preview_key else "",
        length=length(file.seconds),
        until=told.until,
        uses=counted(told.uses) if told.uses else "",
        fetches=counted(told.fetches) if told.fetches else "",
        used=file.used_at is not None,
    )


def details_of(session: Session, file: HostedFile, at: datetime) -> FileDetails:
    """All that is told of a file."""
    assert file.id is not None
    account_sid = file.account_sid
    fetched = library.fetches(session, account_sid, file.id, FETCHES_SHOWN)
    carried = library.uses(session, account_sid, file.id, USES_SHOWN + 1)
    author = agents.by_id(session, account_sid, file.author_id) if file.author_id else None
    tally = library.tallies(session, account_sid, [file.id], at).get(file.id)
    return FileDetails(
        file=file_view(file, tally),
        bytes=file.size,
        author=author.name if author else "",
        links=[_link(grant, file) for grant in library.links(session, account_sid, file.id, at, LINKS_SHOWN)],
        fetches=[_fetch(fetch) for fetch in fetched],
        uses=[_use(message) for message in carried[:USES_SHOWN]],
        needed=library.on_their_way(session, account_sid, file.id),
        more_uses=len(carried) > USES_SHOWN,
        meaning=meaning_of(fetched, file.size),
    )


def _link(grant: MediaGrant, file: HostedFile) -> LinkView:
    assert grant.id is not None
    settings = services().settings
    url = MediaLinks(settings.public_base_url, settings.secret_key).address(grant.id, file.name)
    may_be_extended = grant.expires_at < links.ends_at_last(grant)
    return LinkView(grant.id, url, grant.expires_at, may_be_extended, grant.purpose == "sample")


def _fetch(fetch: MediaFetch) -> FetchView:
    who, is_twilio = asker(fetch.user_agent)
    why = standing_words(fetch.standing) if fetch.status >= 400 else ""
    return FetchView(fetch.occurred_at, fetch.method, fetch.status, size(fetch.size), fetch.ip, who, is_twilio, why)


def _use(message: Message) -> UseView:
    return UseView(message.id or 0, message.conversation_id, message.occurred_at, tick_of(message))
