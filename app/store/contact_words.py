"""The words by which contacts are found: by the beginnings of names, numbers and ids, however many there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.inserts import insert_all_unless_there
from app.store.spellings import fold
from app.store.tables import Contact, ContactWord

LONGEST_WORD = 60
MOST_WORDS = 20
# So many contacts a search finds at most, of so many that have its longest word.
MOST_FOUND = 200
MOST_LOOKED_AT = 1000
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"[+\d\s().-]{3,}")
_LAST = chr(0x10FFFF)


@dataclass(frozen=True)
class Found:
    """The contacts that were found; `cut` when there may be more."""

    contact_ids: frozenset[int]
    cut: bool


def words_of(text: str) -> set[str]:
    """The words of a name or an address."""
    bare = text.removeprefix("whatsapp:")
    if bare.startswith("+") and bare[1:].isdigit():
        return {f"+{bare[1:]}"[:LONGEST_WORD], f"-{bare[:0:-1]}"[:LONGEST_WORD]}
    return {word[:LONGEST_WORD] for word in _WORD.findall(fold(bare))[:MOST_WORDS]}


def add(session: Session, account_sid: str, contact_id: int, *texts: str) -> None:
    """Let a contact be found by these names and addresses."""
    add_many(session, account_sid, {contact_id: texts})


def add_many(session: Session, account_sid: str, texts: Mapping[int, Iterable[str]]) -> None:
    """Let several contacts be found by these names and addresses."""
    words = {number: sorted(set().union(*map(words_of, of))) for number, of in texts.items()}
    rows = [
        {"account_sid": account_sid, "contact_id": number, "word": word} for number, of in words.items() for word in of
    ]
    insert_all_unless_there(session, ContactWord, rows, ("account_sid", "contact_id", "word"))


def forget(session: Session, account_sid: str, contact_id: int) -> None:
    """Let a contact be found no more."""
    mine = (col(ContactWord.account_sid) == account_sid, col(ContactWord.contact_id) == contact_id)
    session.execute(sa.delete(ContactWord).where(*mine))


def find(session: Session, account_sid: str, query: str) -> Found:
    """The contacts with a number that begins or ends so, or with names that begin with all of these words.

    Who was joined is found as the contact that they are now.
    """
    numbers, cut = _by_words(session, account_sid, [word[:LONGEST_WORD] for word in _WORD.findall(fold(query))])
    digits = re.sub(r"\D", "", query).lstrip("0") if _NUMBER.fullmatch(query.strip()) else ""
    for word in (f"+{digits}", f"-{digits[::-1]}") if digits else ():
        some, more = _by_words(session, account_sid, [word])
        numbers, cut = numbers | some, cut or more
    return Found(people_now(session, account_sid, numbers), cut)


def _by_words(session: Session, account_sid: str, words: list[str]) -> tuple[set[int], bool]:
    if not words:
        return set(), False
    longest, *others = sorted(set(words), key=len, reverse=True)[:MOST_WORDS]
    lead = (
        sa.select(col(ContactWord.contact_id))
        .where(col(ContactWord.account_sid) == account_sid, *_begins(ContactWord, longest))
        .limit(MOST_LOOKED_AT + 1)
    )
    looked_at = [int(number) for number in session.execute(lead).scalars()]
    numbers = set(looked_at)
    for word in others:
        numbers = _who_also_has(session, account_sid, numbers, word)
    cut = len(looked_at) > MOST_LOOKED_AT or len(numbers) > MOST_FOUND
    return set(sorted(numbers, reverse=True)[:MOST_FOUND]), cut


def _who_also_has(session: Session, account_sid: str, contact_ids: Iterable[int], word: str) -> set[int]:
    query = sa.select(col(ContactWord.contact_id)).where(
        col(ContactWord.account_sid) == account_sid,
        col(ContactWord.contact_id).in_(contact_ids),
        *_begins(ContactWord, word),
    )
    return {int(number) for number in session.execute(query).scalars()}


def _begins(table: Any, word: str) -> tuple[Any, Any]:
    return col(table.word) >= word, col(table.word) < word + _LAST


def people_now(session: Session, account_sid: str, contact_ids: set[int]) -> frozenset[int]:
    """The contacts that these are now."""
    found: set[int] = set()
    asked = contact_ids
    while asked:
        query = sa.select(col(Contact.id), col(Contact.joined_into_id)).where(
            by_primary_key.account_is(Contact, account_sid), col(Contact.id).in_(asked)
        )
        rows = session.execute(query).all()
        found |= {number for number, into in rows if into is None}
        asked = {into for _, into in rows if into is not None}
    return frozenset(found)
