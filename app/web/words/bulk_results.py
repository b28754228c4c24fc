"""What one press did to many messages, in words."""

from __future__ import annotations

from collections import Counter

from app.domain.failures.remedies import BulkResult
from app.web.words.gettext import ngettext
from app.web.words.refusals import refusal


def sent_again(done: BulkResult) -> str:
    """How many messages are sent again, and why others are not."""
    said = ngettext("%(num)d message is sent again.", "%(num)d messages are sent again.", done.done)
    return " ".join([said, *_refused(done.refused)])


def templates_sent(done: BulkResult) -> str:
    """How many people get the template, and why others don't."""
    said = ngettext("The template is sent to %(num)d person.", "The template is sent to %(num)d people.", done.done)
    return " ".join([said, *_refused(done.refused)])


def opt_outs_recorded(done: BulkResult) -> str:
    """How many opt-outs are recorded."""
    return ngettext("%(num)d opt-out is recorded.", "%(num)d opt-outs are recorded.", done.done)


def _refused(refused: Counter[str]) -> list[str]:
    said = []
    for rule, count in refused.items():
        why = refusal(rule)
        one, many = "%(num)d is not: %(why)s %(todo)s", "%(num)d are not: %(why)s %(todo)s"
        said.append(ngettext(one, many, count, why=why.what, todo=why.todo))
    return said
