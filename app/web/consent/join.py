"""`/consent/people/<contact>/join`: two contacts that are one person, joined after a look at what moves."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.people import joins
from app.domain.people.joins import NotJoined
from app.store import contact_joins, contact_names, contact_words, contacts
from app.store.consent import records
from app.store.contact_names import Known
from app.store.database import Session
from app.store.tables import Contact
from app.web.consent.person import of_contact
from app.web.consent.person_view import called
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_number
from app.web.shell.services import services
from app.web.words.consent import fault
from app.web.words.gettext import _

blueprint = Blueprint("consent_join", __name__, url_prefix="/consent/people")
MOST_OFFERED = 20


@dataclass(frozen=True)
class Moves:
    """What moves from the other contact: its addresses, and how many conversations and consent records."""

    id: int
    name: str
    addresses: list[str]
    conversations: int
    records: int


@dataclass(frozen=True)
class JoinPage:
    """The contact that stays, those that a search found, and what moves from the one that was chosen."""

    id: int
    name: str
    query: str
    offered: list[tuple[int, Known]]
    moves: Moves | None
    wrong: str = ""


@blueprint.get("/<int:contact>/join")
def choose(contact: int) -> str:
    """Look for the other contact by `q`, and see what moves from the one that `other` names."""
    return _page(contact)


@blueprint.post("/<int:contact>/join")
def join(contact: int) -> ResponseReturnValue:
    """Join `other` into this contact."""
    who, other = allowed("contact.join"), request.form.get("other", type=row_number)
    try:
        if other is None:
            raise NotJoined("contact_unknown")
        services().database.write(lambda session: joins.join(session, who, contact, other))
    except NotJoined as error:
        return _page(contact, fault(error.reason)), 422
    flash(_("They are one contact now. Take back parts them again."))
    return redirect(url_for("consent_person.page", contact=contact), 303)


@blueprint.post("/<int:contact>/part")
def part(contact: int) -> ResponseReturnValue:
    """Take back the join that `join` names."""
    who, number = allowed("contact.join"), request.form.get("join", type=row_number)
    try:
        if number is None:
            raise NotJoined("join_unknown")
        services().database.write(lambda session: joins.take_back(session, who, number))
        flash(_("They are two contacts again."))
    except NotJoined as error:
        flash(_("Not taken back.") + " " + fault(error.reason))
    return redirect(url_for("consent_person.page", contact=contact), 303)


def _page(contact: int, wrong: str = "") -> str:
    who = allowed("contact.join")
    query, other = " ".join(request.args.get("q", "").split())[:100], request.args.get("other", type=row_number)

    def read(session: Session, found: Contact) -> str:
        if found.erased_at is not None:
            abort(404)
        account_sid = who.account_sid
        ids = contact_words.find(session, account_sid, query).contact_ids - {contact} if query else frozenset()
        offered = contact_names.of_contacts(session, account_sid, sorted(ids, reverse=True)[:MOST_OFFERED])
        chosen = contacts.by_id(session, account_sid, other) if other is not None and other != contact else None
        moves = _moves(session, account_sid, chosen) if chosen is not None and chosen.joined_into_id is None else None
        name = called(found, contacts.addresses_of(session, account_sid, contact))
        view = JoinPage(contact, name, query, list(offered.items()), moves, wrong)
        return render_template("consent/join.html", join=view)

    return of_contact(who, contact, read)


def _moves(session: Session, account_sid: str, other: Contact) -> Moves:
    number = other.id or 0
    addresses = contacts.addresses_of(session, account_sid, number)
    return Moves(
        number,
        called(other, addresses),
        [one.address for one in addresses],
        len(contact_joins.conversations_of(session, account_sid, number)),
        len(records.of_contact(session, account_sid, number)),
    )
