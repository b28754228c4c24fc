"""Who asks for a deed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["agent", "webhook", "clock", "token", "command", "visitor", "form"]
Role = Literal["agent", "admin", "auditor"]


@dataclass(frozen=True)
class Actor:
    """The one who asks: a person with a role, a program with scopes, or a part of the installation.

    Always of one account.
    """

    kind: ActorKind
    account_sid: str
    name: str = ""
    id: int | None = None
    role: Role | None = None
    scopes: frozenset[str] = frozenset()


def webhook(account_sid: str) -> Actor:
    """Twilio, by a signed webhook."""
    return Actor(kind="webhook", account_sid=account_sid, name="Twilio")


def clock(account_sid: str) -> Actor:
    """The worker's own jobs."""
    return Actor(kind="clock", account_sid=account_sid, name="clock")


def visitor(account_sid: str) -> Actor:
    """Somebody who is not logged in, and may do nothing."""
    return Actor(kind="visitor", account_sid=account_sid)


def command(account_sid: str) -> Actor:
    """The actor of commands: somebody with a shell on the machine, who may do what an admin may."""
    return Actor(kind="command", account_sid=account_sid, name="command", role="admin")


def form(account_sid: str, slug: str) -> Actor:
    """Somebody who fills in an opt-in form of ours; who they are is what they typed."""
    return Actor(kind="form", account_sid=account_sid, name=slug)
