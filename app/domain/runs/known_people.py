"""What is known of the people of a list, as far as it fills variables."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.contacts import addresses, fields
from app.domain.gate.facts import Facts
from app.domain.runs.variable_columns import BUSINESS, FIRST_NAME, LAST, NAME, ListColumns
from app.domain.templates.values import About
from app.store import accounts, contacts
from app.store.database import Session
from app.store.tables import TemplateRun
from app.store.templates import sent_last
from app.template_words import OWN_FIELD


def about(session: Session, run: TemplateRun, columns: ListColumns, there: Mapping[str, Facts]) -> dict[str, About]:
    """What is known of each of these addresses; what no variable asks for is not read."""
    account_sid = run.account_sid
    asked = {filling.contact for filling in columns.variables.values()}
    people = {facts.contact_id for facts in there.values() if facts.contact_id}
    named = contacts.by_ids(session, account_sid, people) if people and asked & {NAME, FIRST_NAME} else {}
    names = {number: contact.shown_name for number, contact in named.items()}
    own = fields.of_contacts(session, account_sid, people) if any(one.startswith(OWN_FIELD) for one in asked) else {}
    last: Mapping[tuple[int, str], Mapping[str, str]] = {}
    if LAST in asked:
        senders = {facts.sender for facts in there.values()}
        last = sent_last.values(session, account_sid, run.content_sid, people, senders)
    business = accounts.name_of(session, account_sid) if BUSINESS in asked else ""
    return {
        address: About(
            name=names.get(facts.contact_id or 0, ""),
            phone=addresses.phone_of(address),
            country=addresses.country_of(address),
            business=business,
            last=last.get((facts.contact_id or 0, facts.sender), {}),
            fields=own.get(facts.contact_id or 0, {}),
        )
        for address, facts in there.items()
    }
