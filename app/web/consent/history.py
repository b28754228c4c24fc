"""A person's consent history: every record in words, with its proof, what took it out of force, and all its fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.consent import not_counting, standing
from app.store import agents
from app.store.database import Session
from app.store.messages import rows as messages
from app.store.tables import Address, ConsentRecord
from app.web.words import consent as words
from app.web.words.gettext import N_, _
from app.web.words.numbers import browser, phone_text

ICONS = {"opt_in": "check", "opt_out": "x", "requested": "clock", "corrected": "undo"}
_REGION_FROM = {"": "", "number": N_("from the number"), "set": N_("set by somebody here")}


@dataclass(frozen=True)
class RecordView:
    """One record. `facts` are its other fields by name, `message` the address of the message it rests on.

    `void_by` is the record that took it out of force, `supersedes` the one that it takes out of force. `not_counting`
    says why it never came into force or is out of it with its import, of which `import_id` is the number.
    """

    id: int
    icon: str
    what: str
    purpose: str
    source: str
    keyword: str
    occurred_at: datetime
    recorded_at: datetime
    late: bool
    by: str
    wording: str
    proof: str
    message: str
    supersedes: int | None
    void_by: int | None
    not_counting: str
    import_id: int | None
    may_be_corrected: bool
    is_correction: bool
    address: str
    facts: list[tuple[str, str]]


def history(
    session: Session, account_sid: str, shown: list[ConsentRecord], everything: list[ConsentRecord], mine: list[Address]
) -> list[RecordView]:
    """These records as they are shown. `everything` are all of the person's, `mine` their addresses."""
    people = agents.names(session, account_sid)
    void = standing.out_of_force(everything)
    out = not_counting.among(session, account_sid, shown)
    rests_on = messages.by_ids(session, account_sid, {one.message_id for one in shown if one.message_id is not None})
    threads = {number: f"/conversations/{found.conversation_id}#m-{number}" for number, found in rests_on.items()}
    addresses = {address.id or 0: phone_text(address.address) for address in mine}
    return [
        RecordView(
            id=record.id or 0,
            icon=ICONS[record.action],
            what=words.what(record),
            purpose=words.purpose_name(record.purpose),
            source=words.source_name(record.source),
            keyword=record.keyword.upper(),
            occurred_at=record.occurred_at,
            recorded_at=record.recorded_at,
            late=(record.recorded_at - record.occurred_at).total_seconds() > 60,
            by=words.recorded_by(record, people),
            wording=record.notice_text,
            proof=record.proof,
            message=threads.get(record.message_id or 0, ""),
            supersedes=record.supersedes,
            void_by=void[record.id].id if record.id in void else None,
            not_counting=words.not_counting(out[record.id or 0]) if record.id in out else "",
            import_id=record.import_id,
            may_be_corrected=not standing.stands_at_twilio(record) and record.id not in void and record.id not in out,
            is_correction=record.supersedes is not None,
            address=addresses.get(record.address_id, ""),
            facts=_facts(record),
        )
        for record in shown
    ]


def _facts(record: ConsentRecord) -> list[tuple[str, str]]:
    """The fields that not every record has, in words."""
    notice = " ".join(part for part in (record.notice_id, record.notice_version, record.language) if part)
    from_where = _REGION_FROM[record.region_source]
    facts = [
        (_("Basis"), _(words.BASIS_NAMES[record.basis]) if record.basis else ""),
        (_("Sender"), phone_text(record.scope) if record.scope else ""),
        (_("Notice"), notice),
        (_("Ends by"), record.withdrawal_method),
        (_("Page"), record.source_url),
        (_("IP address"), record.ip),
        (_("Browser"), browser(record.user_agent) if record.user_agent else ""),
        (_("Country"), f"{record.region}, {_(from_where)}" if record.region and from_where else record.region),
        (_("Message"), record.message_sid),
        (_("Record"), record.record_id),
    ]
    return [(name, value) for name, value in facts if value]
