"""The senders of ours that conversations are held with."""

from __future__ import annotations

from sqlmodel import Session, select

from app.store.tables import Conversation


def senders(session: Session, account_sid: str) -> list[str]:
    """Every sender of ours that somebody has written to or been answered from."""
    query = select(Conversation.sender).where(Conversation.account_sid == account_sid).distinct()
    return list(session.exec(query))
