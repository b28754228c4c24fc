"""What is in force for a person and why, in one sentence for each purpose."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from app.consent_words import PURPOSES, TAKEN_BACK
from app.domain.consent.standing import Standing
from app.store.tables import ConsentRecord, ConsentState
from app.web.words.consent import by_what, purpose_name
from app.web.words.gettext import _
from app.web.words.numbers import phone_text
from app.web.words.times import date

_ORDER = ("marketing", "service", "authentication")


@dataclass(frozen=True)
class InForce:
    """One sentence: what for, the answer in a word, why, and the record that decides, None when there is none."""

    purpose: str
    icon: str
    tone: str
    answer: str
    why: str
    record_id: int | None = None


@dataclass(frozen=True)
class _Person:
    standing: Standing
    records: Mapping[int, ConsentRecord]
    identities: frozenset[str]


def sentences(
    standing: Standing, records: Mapping[int, ConsentRecord], identities: Collection[str] = ()
) -> list[InForce]:
    """For each purpose what holds for all our senders, and what holds for one of them only.

    Whose addresses have several `identities` was joined: an opt-in then says for which of them it holds.
    """
    person = _Person(standing, records, frozenset(identities))
    return [one for purpose in sorted(PURPOSES, key=_ORDER.index) for one in _of_purpose(purpose, person)]


def _of_purpose(purpose: str, person: _Person) -> Iterator[InForce]:
    yield _sentence(purpose, "", person)
    about = (state for state in person.standing.states if state.scope and state.purpose in (purpose, "all"))
    for sender in sorted({state.scope for state in about}):
        yield _sentence(purpose, sender, person)


def _sentence(purpose: str, sender: str, person: _Person) -> InForce:
    standing, records = person.standing, person.records
    name = purpose_name(purpose)
    if sender:
        name = _("%(purpose)s from %(sender)s", purpose=name, sender=phone_text(sender))
    if block := standing.block(purpose, sender):
        return InForce(name, "lock", "c-bad", _("No."), _blocked(block, records), block.record_id)
    given = [
        found
        for identity in sorted({state.identity for state in standing.states})
        if (found := standing.opt_in(purpose, sender, identity))
    ]
    if given:
        newest = max(given, key=lambda state: (state.since, state.record_id))
        why = " ".join(filter(None, (_given(newest, records), _held_for(given, person))))
        return InForce(name, "check", "c-ok", _("Yes."), why, newest.record_id)
    out = [state for state in standing.states if _about(state, purpose, sender) and state.state in TAKEN_BACK]
    if out:
        last = max(out, key=lambda state: (state.since, state.record_id))
        return InForce(name, "x", "c-bad", _("No."), _taken_back(last, records), last.record_id)
    asked = [state for state in standing.states if _about(state, purpose, sender)]
    if asked:
        last = max(asked, key=lambda state: (state.since, state.record_id))
        return InForce(name, "clock", "c-warn", _("Not yet."), _asked(last), last.record_id)
    if purpose == "service":
        nothing = _("Nothing is on record. Whoever writes to us may be answered while the reply window is open.")
    else:
        nothing = _("Nothing is on record, so there is no opt-in.")
    return InForce(name, "info", "", _("No record."), nothing)


def _about(state: ConsentState, purpose: str, sender: str) -> bool:
    return state.purpose in (purpose, "all") and state.scope in ("", sender)


def _blocked(state: ConsentState, records: Mapping[int, ConsentRecord]) -> str:
    record = records.get(state.record_id)
    if state.source == "whatsapp_preference":
        return _(
            "They turned marketing off in WhatsApp on %(day)s. Only they can turn it on again, there or by START.",
            day=date(state.since),
        )
    if record is not None and record.keyword:
        return _(
            "They wrote %(word)s on %(day)s, and Twilio blocks messages since. "
            "Only their own START ends it; nobody here can.",
            word=record.keyword.upper(),
            day=date(state.since),
        )
    return _(
        "Twilio blocks messages to them, as it told on %(day)s. Only their own START ends it; nobody here can.",
        day=date(state.since),
    )


def _taken_back(state: ConsentState, records: Mapping[int, ConsentRecord]) -> str:
    record, day = records.get(state.record_id), date(state.since)
    if record is not None and record.keyword:
        return _("They wrote %(word)s on %(day)s; START ends it.", word=record.keyword.upper(), day=day)
    if state.source == "twilio_error_63014":
        return _("They blocked us in WhatsApp, as it told on %(day)s (63014); START ends it.", day=day)
    how = by_what(record) if record else ""
    if state.state == "refused":
        return _("They refused %(how)s on %(day)s. A later opt-in ends it.", how=how, day=day)
    return _(
        "They opted out %(how)s on %(day)s. Their START ends it, or a later opt-in for this purpose.", how=how, day=day
    )


def _given(state: ConsentState, records: Mapping[int, ConsentRecord]) -> str:
    record, day = records.get(state.record_id), date(state.since)
    how = by_what(record) if record else ""
    if state.valid_until is not None:
        return _("They agreed %(how)s on %(day)s, until %(end)s.", how=how, day=day, end=date(state.valid_until))
    return _("They agreed %(how)s on %(day)s.", how=how, day=day)


def _held_for(given: Collection[ConsentState], person: _Person) -> str:
    """Which addresses the opt-ins hold for, where the person has others too."""
    agreed = {state.identity for state in given}
    if not person.identities - agreed:
        return ""
    return _("It holds for %(addresses)s alone.", addresses=", ".join(phone_text(one) for one in sorted(agreed)))


def _asked(state: ConsentState) -> str:
    if state.state == "requested":
        return _("They were asked on %(day)s and have not confirmed.", day=date(state.since))
    return _("What they agreed to expired on %(day)s.", day=date(state.since))
