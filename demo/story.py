"""Who says what and when: the scripts, dealt to the customers over thirty days that end now."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from demo import rhythm
from demo.cast import ANA, CUSTOMERS, RAVI, TEAM, Customer
from demo.script import Book, Line, Script, book

MESSAGES = 2000
SPAN = timedelta(days=30)

_BREATH = timedelta(minutes=20)
_LONG_AGO = 24 * 60
_BIKES = ("Nordlys 3", "Tind Gravel", "Fjord City", "Skarv E", "Lom Cargo", "Vidde 29")
_TIMES = ("9:30", "10:15", "11:00", "13:45", "14:30")
_CHOICE = re.compile(r"\(([^()|]*(?:\|[^()|]*)+)\)")


@dataclass(frozen=True)
class Said:
    """One message of the story, from `script`, which it `ends` or not.

    `answered_at` is when the customer wrote next in the script.
    """

    customer: Customer
    at: datetime
    line: Line
    text: str
    tags: dict[str, str]
    author: str
    answered_at: datetime | None
    script: str
    ends: bool


def story(now: datetime) -> list[Said]:
    """Everything that is said, oldest first. The same every time, but for the moments and weekdays."""
    told = [said for customer, share in _shares().items() for said in _of_customer(customer, share, now)]
    return sorted(told, key=lambda said: said.at)


def _shares() -> dict[Customer, int]:
    """How many messages each customer's conversation has, MESSAGES in all."""
    whole = sum(customer.share for customer in CUSTOMERS)
    shares = {customer: customer.share * MESSAGES // whole for customer in CUSTOMERS}
    shares[CUSTOMERS[0]] += MESSAGES - sum(shares.values())
    return shares


def _of_customer(customer: Customer, share: int, now: datetime) -> list[Said]:
    chance = random.Random(customer.at)
    said: list[Said] = []
    end = now - timedelta(minutes=customer.minutes)
    if customer.ending:
        name, _, language = customer.ending.partition(":")
        ending = book(language or customer.language).scripts[name]
        # What is still going on ends to the minute, or else the windows' rests would not be what the cast says.
        loose = timedelta(hours=16) if customer.minutes > _LONG_AGO else timedelta(0)
        said += _played(customer, ending, None, end, chance, loose)
        share -= len(ending.lines)
        end = said[0].at
    dealt = _deal(book(customer.language), share, chance)
    begin = now - SPAN
    slot = (end - begin) / len(dealt)
    for number, script in enumerate(dealt):
        first = begin + slot * number
        said += _played(customer, script, first, first + slot - _BREATH, chance)
    return said


def _deal(scripts: Book, share: int, chance: random.Random) -> list[Script]:
    """Scripts of `share` messages in all; one comes again only after all others had their turn."""
    dealt: list[Script] = []
    deck: list[Script] = []
    while share:
        # Two and three are lengths that every language has, so a rest of one alone can't be filled.
        fitting = [script for script in deck if share - len(script.lines) != 1 and len(script.lines) <= share]
        if fitting:
            deck.remove(fitting[0])
            dealt.append(fitting[0])
            share -= len(fitting[0].lines)
        else:
            deck = chance.sample(scripts.common, len(scripts.common))
    chance.shuffle(dealt)
    return dealt


def _played(
    customer: Customer,
    script: Script,
    begin: datetime | None,
    end: datetime,
    chance: random.Random,
    loose: timedelta = timedelta(0),
) -> list[Said]:
    """The script, begun after `begin` and over before `end`; without `begin`, over at most `loose` before `end`."""
    offsets = rhythm.offsets(script.lines, chance)
    first = rhythm.start(begin or end - loose - offsets[-1], end, offsets, chance)
    author = customer.desk or chance.choice((ANA, RAVI))
    words = _words(customer, first, author, chance)
    moments = [first + offset for offset in offsets]
    filled = partial(_filled, words=words, chance=chance)
    return [
        Said(
            customer,
            moment,
            line,
            filled(line.text),
            {name: filled(value) for name, value in line.tags.items()},
            author,
            _answered(script.lines, moments, number),
            script.name,
            number == len(moments) - 1,
        )
        for number, (line, moment) in enumerate(zip(script.lines, moments, strict=True))
    ]


def _answered(lines: list[Line], moments: list[datetime], number: int) -> datetime | None:
    later = (moments[place] for place in range(number + 1, len(lines)) if lines[place].inbound)
    return next(later, None)


def _words(customer: Customer, first: datetime, author: str, chance: random.Random) -> dict[str, str]:
    own = book(customer.language).words
    day = first + timedelta(days=2)
    day += timedelta(days=day.weekday() == 6)
    return {
        "first": customer.first,
        "agent": next(colleague.first for colleague in TEAM if colleague.login == author),
        "day": own["days"][day.weekday()],
        "price": chance.choice(own["price"]),
        "hello": chance.choice(own["hello"]),
        "bike": chance.choice(_BIKES),
        "time": chance.choice(_TIMES),
        "order": str(chance.randrange(18_000, 21_000)),
    }


def _filled(text: str, words: dict[str, str], chance: random.Random) -> str:
    return _CHOICE.sub(lambda match: chance.choice(match[1].split("|")), text).format_map(words)
