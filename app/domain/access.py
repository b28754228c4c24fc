"""Which role, and which scope of a token, may do what. One table; every verb that a person can call asks it."""

from __future__ import annotations

from app.domain.actor import Actor

EVERYBODY = frozenset({"agent", "admin", "auditor"})
WRITERS = frozenset({"agent", "admin"})
ADMINS = frozenset({"admin"})

MAY = {
    "conversation.read": EVERYBODY,
    "feed.read": EVERYBODY,
    "journal.read": EVERYBODY,
    "audit.read": frozenset({"admin", "auditor"}),
    "retention.read": frozenset({"admin", "auditor"}),
    "retention.run": ADMINS,
    "password.change": EVERYBODY,
    "message.send": WRITERS,
    "message.settle": WRITERS,
    "media.fetch_again": WRITERS,
    "media.clean_up": ADMINS,
    "conversation.change": WRITERS,
    "journal.replay": ADMINS,
    "agent.manage": ADMINS,
    "consent.read": EVERYBODY,
    "consent.record": WRITERS,
    "consent.export": frozenset({"admin", "auditor"}),
    "consent.import": ADMINS,
    "contact.join": WRITERS,
    "contact.field": WRITERS,
    "contact.label": WRITERS,
    "contact.region": ADMINS,
    "privacy.export": frozenset({"admin", "auditor"}),
    "privacy.erase": ADMINS,
    "sender.go_on": ADMINS,
    "routes.read": EVERYBODY,
    "run.read": EVERYBODY,
    "run.manage": ADMINS,
    "run.export": frozenset({"admin", "auditor"}),
    "report.read": EVERYBODY,
    "report.export": frozenset({"admin", "auditor"}),
    "token.manage": ADMINS,
    "opt_in_form.manage": ADMINS,
    "template.read": EVERYBODY,
    "template.sync": WRITERS,
    "template.manage": ADMINS,
}
# What a program's token may do, by the scopes that it was made with.
SCOPES = {
    "consents:read": frozenset({"consent.read"}),
    "consents:write": frozenset({"consent.record"}),
}
_PARTS_OF_THE_INSTALLATION = frozenset({"webhook", "clock"})


class NotAllowed(Exception):
    """The actor's role may not do this; `verb` names what."""

    def __init__(self, verb: str) -> None:
        super().__init__(verb)
        self.verb = verb


def may(actor: Actor, verb: str) -> bool:
    """True when the actor may call the verb. An unknown verb is nobody's."""
    if actor.kind in _PARTS_OF_THE_INSTALLATION:
        return verb in MAY
    if actor.kind == "token":
        return any(verb in SCOPES.get(scope, frozenset()) for scope in actor.scopes)
    return actor.role in MAY.get(verb, frozenset())


def require(actor: Actor, verb: str) -> None:
    """Raise NotAllowed unless the actor may call the verb."""
    if not may(actor, verb):
        raise NotAllowed(verb)
