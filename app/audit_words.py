"""The words of the audit; part of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

# What people and the installation do, as the audit tells it, by the kind that its page filters by.
AUDIT_VERBS: Mapping[str, tuple[str, ...]] = {
    "consent": (
        "consent.record",
        "consent.correct",
        "consent.undo",
        "consent.dismiss",
        "consent.import",
        "consent.import_taken_back",
        "contact.joined",
        "contact.parted",
        "contact.region",
        "contact.region_by_number",
        "privacy.erase",
    ),
    "messages": (
        "message.send",
        "message.check_again",
        "message.it_arrived",
        "message.not_sure",
        "message.keep",
        "message.call_off",
        "message.undo",
        "message.try_again",
        "media.host",
        "media.fetch_again",
        "media.link",
        "media.extend",
        "media.revoke",
        "media.delete",
        "media.clean_up",
    ),
    "runs": ("run.create", "run.start", "run.pause", "run.resume", "run.stop", "run.drop"),
    "conversations": (
        "contact.language",
        "contact.field",
        "contact.field_removed",
        "contact.label",
        "contact.unlabel",
        "conversation.read",
        "conversation.assigned",
        "conversation.unassigned",
        "conversation.closed",
        "conversation.reopened",
    ),
    "senders": ("sender.go_on",),
    "templates": (
        "template.sync",
        "template.changed",
        "template.create",
        "template.edit",
        "template.submit",
        "template.delete",
        "template.group",
        "template.fill",
    ),
    "agents": (
        "agent.add",
        "agent.disable",
        "agent.enable",
        "agent.role",
        "password.change",
        "password.link",
        "password.reset",
        "token.create",
        "token.revoke",
    ),
    "logins": ("session.begin", "session.end", "session.refused"),
    "settings": ("settings.changed", "rules.changed", "routes.changed", "opt_in_form.save", "sample.load"),
    "exports": ("audit.export", "consent.export", "privacy.export", "run.export", "report.export"),
    "reading": ("conversation.opened", "journal.opened", "file.opened", "contact.opened", "run.opened"),
    "webhooks": ("journal.replay",),
}
AUDIT_SUBJECTS = (
    "conversation",
    "contact",
    "address",
    "consent_record",
    "opt_in_form",
    "token",
    "message",
    "agent",
    "session",
    "sender",
    "template",
    "journal",
    "file",
    "sent_file",
    "setting",
    "rule",
    "route",
    "audit",
    "import",
    "run",
    "account",
)
ACTOR_KINDS = ("agent", "webhook", "clock", "token", "command", "visitor", "form")


def verbs_of(kind: str) -> tuple[str, ...]:
    """The verbs of a kind; all there are for ''."""
    return AUDIT_VERBS.get(kind, ()) if kind else tuple(verb for verbs in AUDIT_VERBS.values() for verb in verbs)
