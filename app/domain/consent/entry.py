"""A consent record before it is one: what somebody expressed, and how we know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.store.tables import ConsentRecord


@dataclass(frozen=True)
class Entry:
    """What was expressed for an address about one purpose, with its evidence.

    `evidence_key` names the evidence: the same one is recorded once. The fields are those of the consent record.
    """

    address_id: int
    purpose: str
    state: str
    source: str
    expressed_by: str
    evidence_key: str
    occurred_at: datetime
    scope: str = ""
    basis: str = ""
    event_type: str = "expressed"
    keyword: str = ""
    proof: str = ""
    message_id: int | None = None
    message_sid: str = ""
    notice_id: str = ""
    notice_version: str = ""
    notice_text: str = ""
    language: str = ""
    withdrawal_method: str = ""
    ip: str = ""
    user_agent: str = ""
    source_url: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    supersedes: int | None = None
    import_id: int | None = None
    confirmed_at: datetime | None = None
    confirmation_sid: str = ""
    valid_until: datetime | None = None

    @classmethod
    def correcting(
        cls,
        record: ConsentRecord,
        *,
        source: str,
        expressed_by: str,
        evidence_key: str,
        occurred_at: datetime,
        proof: str = "",
        message_id: int | None = None,
        message_sid: str = "",
    ) -> Entry:
        """The entry that takes a record out of force: about the same address, purpose and scope."""
        return cls(
            address_id=record.address_id,
            purpose=record.purpose,
            scope=record.scope,
            state="invalidated",
            supersedes=record.id,
            source=source,
            expressed_by=expressed_by,
            evidence_key=evidence_key,
            occurred_at=occurred_at,
            proof=proof,
            message_id=message_id,
            message_sid=message_sid,
        )

    def columns(self) -> dict[str, Any]:
        """The entry as columns of the record."""
        return {**vars(self), "detail": dict(self.detail)}
