"""Everything about one person as a ZIP: `person.json`, `person.html`, and the files of their messages."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.privacy.about import About, Told
from app.gateways.media_store import MediaMissing, MediaStore
from app.store import contacts
from app.store.database import Database, Session
from app.store.privacy import person as rows

FORMAT = "switchboard person 1"
_AT_ONCE = 256 * 1024

# Makes the readable document, in parts, of the head and of each conversation with its messages.
Render = Callable[[Told, Iterable[tuple[Told, Iterator[Told]]]], Iterator[str]]


@dataclass(frozen=True)
class Export:
    """One person's export, which is made while it is read."""

    about: About
    store: MediaStore
    made_by: str
    render: Render
    _files: dict[str, str] = field(default_factory=dict)

    def parts(self) -> Iterator[bytes]:
        """The ZIP, part by part: a page of messages, or one file, is held at a time."""
        out = _Out()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, texts in (("person.json", self._json()), ("person.html", self._html())):
                with archive.open(_entry(name), "w", force_zip64=True) as member:
                    for text in texts:
                        member.write(text.encode())
                        yield from out.taken()
            for name, key in self._files.items():
                yield from self._file(archive, out, name, key)
        yield from out.taken(everything=True)

    def _head(self) -> Told:
        made = {"format": FORMAT, "made_at": now().isoformat(), "made_by": self.made_by}
        return {**made, **self.about.head()}

    def _json(self) -> Iterator[str]:
        head, numbers = json.dumps(self._head(), ensure_ascii=False, indent=1), list[int]()
        yield f'{head[:-2]},\n "conversations": ['
        for place, conversation in enumerate(self.about.conversations()):
            told = json.dumps(_conversation(conversation), ensure_ascii=False)
            yield f'{"," if place else ""}\n{told[:-1]}, "messages": ['
            for at, message in enumerate(self.about.messages(conversation.id or 0)):
                numbers.append(message["id"])
                self._files.update({f"files/{one['name']}": one["key"] for one in message["files"] if "key" in one})
                yield f"{',' if at else ''}\n{json.dumps(message, ensure_ascii=False)}"
            yield "]}"
        yield '],\n "lines_of_lists": ['
        yield from _listed(self.about.list_lines())
        yield '],\n "audit": ['
        yield from _listed(self._audit(numbers))
        yield "]\n}\n"

    def _audit(self, numbers: list[int]) -> Iterator[Told]:
        yield from self.about.audit()
        for start in range(0, len(numbers), 500):
            yield from self.about.audit_of_messages(numbers[start : start + 500])

    def _html(self) -> Iterator[str]:
        there = ((_conversation(one), self.about.messages(one.id or 0)) for one in self.about.conversations())
        return self.render(self._head(), there)

    def _file(self, archive: zipfile.ZipFile, out: _Out, name: str, key: str) -> Iterator[bytes]:
        try:
            file = self.store.open(self.about.account_sid, key)
        except MediaMissing:
            # It was forgotten meanwhile; what is said of it stays.
            return
        entry = _entry(name, zipfile.ZIP_STORED)
        with file.stream, archive.open(entry, "w", force_zip64=True) as member:
            while content := file.stream.read(_AT_ONCE):
                member.write(content)
                yield from out.taken()


def make(database: Database, store: MediaStore, actor: Actor, contact_id: int, render: Render) -> Export | None:
    """A contact's export, which is audited; None when there is no such contact. Raises NotAllowed."""
    access.require(actor, "privacy.export")

    def begin(session: Session) -> Export | None:
        contact = contacts.by_id(session, actor.account_sid, contact_id)
        while contact is not None and contact.joined_into_id is not None:
            contact = contacts.by_id(session, actor.account_sid, contact.joined_into_id)
        if contact is None or contact.id is None:
            return None
        person = rows.person(session, actor.account_sid, contact.id)
        audit.record(session, actor, "privacy.export", "contact", contact.id)
        return Export(About(database, actor.account_sid, person), store, actor.name, render)

    return database.write(begin)


def _listed(rows: Iterable[Told]) -> Iterator[str]:
    for place, row in enumerate(rows):
        yield f"{',' if place else ''}\n{json.dumps(row, ensure_ascii=False)}"


def _conversation(row: Any) -> Told:
    names = ("id", "contact_id", "sender", "state")
    moments = {name: getattr(row, name) for name in ("created_at", "last_message_at", "last_inbound_at")}
    told = {name: at.isoformat() if at else None for name, at in moments.items()}
    return {**{name: getattr(row, name) for name in names}, **told}


def _entry(name: str, how: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, now().timetuple()[:6])
    entry.compress_type = how
    return entry


class _Out:
    """What a ZIP is written to and read from meanwhile."""

    def __init__(self) -> None:
        self._parts = bytearray()

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""
        self._parts += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """What was written is still to be taken."""

    def taken(self, everything: bool = False) -> Iterator[bytes]:
        """What came, once it is worth a part."""
        if self._parts and (everything or len(self._parts) >= _AT_ONCE):
            yield bytes(self._parts)
            self._parts.clear()
