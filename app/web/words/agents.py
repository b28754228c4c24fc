"""Roles, and why an agent can't be changed so, in words."""

from __future__ import annotations

from app.domain.agents.people import AgentRefused
from app.web.words.gettext import N_, _

ROLE_NAMES = {"agent": N_("Agent"), "admin": N_("Admin"), "auditor": N_("Auditor")}
ROLE_HINTS = {
    "agent": N_("reads and answers"),
    "admin": N_("does everything, and manages agents"),
    "auditor": N_("reads everything and changes nothing"),
}


def role_name(role: str) -> str:
    """Agent, Admin, Auditor."""
    return _(ROLE_NAMES[role])


def role_hint(role: str) -> str:
    """What a role may do, in a few words."""
    return _(ROLE_HINTS[role])


def why_not(error: AgentRefused) -> str:
    """One sentence or two that name the way out."""
    sentences = {
        "login_missing": _("Write a login of at most 200 characters, for instance an email address."),
        "login_taken": _("Somebody has this login already. Choose another, or enable the one who has it."),
        "name_missing": _("Write the name that colleagues will see, of at most 200 characters."),
        "role_unknown": _("Choose one of the roles."),
        "unknown": _("There is no such agent."),
        "disabled": _("This agent is disabled. Enable them first, then make the link."),
        "last_admin": _("This is the last admin who can log in. Make somebody else an admin first."),
    }
    return sentences[error.code]
