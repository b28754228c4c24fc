"""What fills a template's variables by itself, where an admin chose it."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.contacts import field_names, fields
from app.domain.contacts.field_names import FieldUnknown
from app.domain.contacts.fields import NotKept
from app.domain.templates import rendering
from app.store.database import Session
from app.store.templates import rows
from app.template_words import OWN_FIELD, VARIABLE_FIELDS


class NotFilled(Exception):
    """This variable can't be filled so, for this `cause`."""

    def __init__(self, variable: str, cause: NotKept | FieldUnknown) -> None:
        super().__init__(variable)
        self.variable, self.cause = variable, cause


def choose(session: Session, actor: Actor, template_id: int, chosen: Mapping[str, str]) -> bool:
    """Keep by variable what fills it; what isn't chosen is guessed. False where there is no such template.

    A field of the person's own stands behind OWN_FIELD, however its name is typed. Raises NotAllowed, and NotFilled
    where that is no name, or none that somebody has; what was chosen before stays, whoever has it by now.
    """
    access.require(actor, "template.manage")
    template = rows.by_id(session, actor.account_sid, template_id)
    if template is None:
        return False
    names = rendering.needed(template.content_types)
    fields_of = {
        name: _known(session, actor.account_sid, name, chosen.get(name, ""), template.fillings) for name in names
    }
    after = {name: field for name, field in fields_of.items() if field}
    if after != template.fillings:
        rows.change(session, actor.account_sid, template_id, fillings=after)
        audit.record(session, actor, "template.fill", "template", template_id)
    return True


def _known(session: Session, account_sid: str, variable: str, typed: str, before: Mapping[str, str]) -> str:
    try:
        field = understood(typed)
        if field.startswith(OWN_FIELD) and field != before.get(variable):
            field_names.require_known(session, account_sid, [field.removeprefix(OWN_FIELD)])
    except (NotKept, FieldUnknown) as error:
        raise NotFilled(variable, error) from None
    return field


def understood(typed: str) -> str:
    """What fills a variable, as it is kept; '' for nothing of the kind. Raises NotKept."""
    if typed.startswith(OWN_FIELD):
        return OWN_FIELD + fields.named(typed.removeprefix(OWN_FIELD))
    return typed if typed in VARIABLE_FIELDS else ""
