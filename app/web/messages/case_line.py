"""One message of ours in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import Actor
from app.domain.visible_text import seen
from app.store.database import Session
from app.store.failures.by_code import Case
from app.web.messages.failure_box import FailureBox, failure_box_of
from app.web.messages.resends import ResendData, ResendView, resend_data, resend_view
from app.web.words.contact_names import shown_address
from app.web.words.deleted_text import no_text
from app.web.words.refusals import kind_name

PREVIEW_LENGTH = 90


@dataclass(frozen=True)
class CaseView:
    """One message of ours in a list: whose, when, what it said, and what can be done.

    `told_by_receipts` is True where why it failed is known of it alone.
    """

    id: int
    conversation_id: int
    name: str
    at: datetime
    quote: str
    word: str
    trouble: FailureBox | None
    resend: ResendView
    told_by_receipts: bool = False


def case_views(session: Session, who: Actor, cases: Sequence[Case]) -> list[CaseView]:
    """Lines of a list of messages."""
    resends = resend_data(session, who.account_sid, [case.message for case in cases])
    return [view_of(case, resends) for case in cases]


def case_view(session: Session, who: Actor, case: Case) -> CaseView:
    """One line."""
    return case_views(session, who, [case])[0]


def view_of(case: Case, resends: ResendData) -> CaseView:
    """The line of a message whose neighbours are loaded."""
    message = case.message
    said = " ".join(seen(message.body).split()) or kind_name(message.kind) or no_text(message.text_deleted_at)
    return CaseView(
        id=message.id or 0,
        conversation_id=message.conversation_id,
        name=case.contact.shown_name or shown_address(case.contact, case.address),
        at=message.occurred_at,
        quote=said if len(said) <= PREVIEW_LENGTH else said[: PREVIEW_LENGTH - 1] + "…",
        word=message.error_code,
        trouble=failure_box_of(message, resends.known_of(message.id)),
        resend=resend_view(message, resends, case.conversation),
        told_by_receipts=message.id in resends.causes,
    )
