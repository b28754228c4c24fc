"""A run to people who are known here: by a label, a search, a country, or what they agreed to."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass
from functools import partial
from itertools import chain

from app.consent_words import GIVEN
from app.domain import access
from app.domain.actor import Actor
from app.domain.consent import standing
from app.domain.consent.standing import ALL, Standing
from app.domain.contacts import labels
from app.domain.runs import lists
from app.domain.runs.lists import NewRun, RunRefused
from app.store import contact_labels, contact_words, contacts
from app.store.consent import by_person
from app.store.database import Database, Session
from app.store.runs import people

COLUMNS = ("phone", "name")
LONGEST_SEARCH = 100
AT_ONCE = 500


@dataclass(frozen=True)
class Choice:
    """Everybody who fits all of this; what is empty leaves it out. `opted_in` is a purpose they agreed to."""

    label: str = ""
    search: str = ""
    country: str = ""
    opted_in: str = ""

    @classmethod
    def typed(cls, label: str, search: str, country: str, opted_in: str) -> Choice:
        """As somebody typed it."""
        return cls(label, search.strip()[:LONGEST_SEARCH], country.strip().upper(), opted_in)


def from_people(database: Database, actor: Actor, new: NewRun, choice: Choice) -> int:
    """A run to these people, as they are now. Raises NotAllowed, RunRefused."""
    access.require(actor, "run.manage")
    lines = enumerate(_lines(database, actor.account_sid, choice), start=1)
    first = next(lines, None) if any(astuple(choice)) else None
    if first is None:
        raise RunRefused("nobody_chosen")
    return lists.begin(database, actor, new, COLUMNS, chain([first], lines))


def _lines(database: Database, account_sid: str, choice: Choice) -> Iterator[list[str]]:
    for numbers in _numbers(database, account_sid, choice):
        yield from database.read(partial(_cells, account_sid=account_sid, numbers=numbers, choice=choice))


def _numbers(database: Database, account_sid: str, choice: Choice) -> Iterator[Collection[int]]:
    """The contacts who fit label and search, some at a time."""
    found: frozenset[int] | None = None
    if choice.search:
        hits = database.read(lambda session: contact_words.find(session, account_sid, choice.search))
        if hits.cut:
            raise RunRefused("search_too_wide")
        found = hits.contact_ids
    if found is not None and not choice.label:
        yield found
        return
    after, seen = 0, set[int]()
    while some := database.read(partial(_next, account_sid=account_sid, label=choice.label, after=after)):
        after = some[-1]
        now = database.read(partial(contact_words.people_now, account_sid=account_sid, contact_ids=set(some)))
        yield (now if found is None else now & found) - seen
        # Two who were joined are one now, wherever they stand.
        seen |= now


def _next(session: Session, account_sid: str, label: str, after: int) -> list[int]:
    if label:
        return contact_labels.contact_ids(session, account_sid, labels.written(label), after, AT_ONCE)
    return by_person.contact_ids(session, account_sid, after, AT_ONCE)


def _cells(session: Session, account_sid: str, numbers: Collection[int], choice: Choice) -> list[list[str]]:
    there = [
        contact
        for _number, contact in sorted(contacts.by_ids(session, account_sid, numbers).items())
        if contact.joined_into_id is None
        and contact.erased_at is None
        and choice.country in ("", contact.region or contact.country)
    ]
    who = [contact.id or 0 for contact in there]
    reached = people.addresses(session, account_sid, who)
    stands = standing.of_contacts(session, account_sid, who) if choice.opted_in else {}
    lines = []
    for contact in there:
        number = contact.id or 0
        mine = [one for one in reached[number] if not choice.opted_in or _agreed(stands[number], choice, one.identity)]
        if mine:
            lines.append([mine[0].address.removeprefix("whatsapp:"), contact.shown_name])
    return lines


def _agreed(stands: Standing, choice: Choice, identity: str) -> bool:
    return any(
        state.state in GIVEN
        and not state.overruled
        and state.identity == identity
        and state.purpose in (choice.opted_in, ALL)
        for state in stands.states
    )
