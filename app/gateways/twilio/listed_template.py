"""A template as Twilio's lists show it, with its approval in whichever of its three shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_SID = re.compile(r"HX[0-9a-fA-F]{32}")


class Unreadable(Exception):
    """What a list holds is no template."""


@dataclass(frozen=True)
class Approval:
    """What WhatsApp says of a template, in Twilio's words; the status is '' of one that was never submitted."""

    status: str = ""
    category: str = ""
    name: str = ""
    content_type: str = ""
    rejection_reason: str = ""


@dataclass(frozen=True)
class ListedTemplate:
    """One content SID with all that Twilio tells of it."""

    sid: str
    friendly_name: str = ""
    language: str = ""
    content_types: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    approval: Approval = Approval()
    created_at: datetime | None = None
    updated_at: datetime | None = None


def listed_template(row: Any) -> ListedTemplate:
    """A template of a list. Raises Unreadable: a list that is half understood would make templates vanish."""
    sid = str(row.get("sid") or "") if isinstance(row, Mapping) else ""
    if not _SID.fullmatch(sid):
        raise Unreadable("a template without a SID")
    types, variables = row.get("types"), row.get("variables")
    return ListedTemplate(
        sid=sid,
        friendly_name=str(row.get("friendly_name") or ""),
        language=str(row.get("language") or ""),
        content_types=dict(types) if isinstance(types, Mapping) else {},
        variables={str(k): str(v) for k, v in variables.items()} if isinstance(variables, Mapping) else {},
        approval=approval_of(row.get("approval_requests")),
        created_at=_moment(row.get("date_created")),
        updated_at=_moment(row.get("date_updated")),
    )


def approval_of(told: Any) -> Approval:
    """The approval for WhatsApp: flat, under `whatsapp`, or in a list; null, {} and [] were never submitted."""
    if isinstance(told, list):
        rows = [row for row in told if isinstance(row, Mapping)]
        ours = [row for row in rows if "whatsapp" in row or row.get("type") in ("whatsapp", None)]
        return approval_of(ours[0]) if ours else Approval()
    if not isinstance(told, Mapping):
        return Approval()
    if "whatsapp" in told:
        return approval_of(told["whatsapp"])

    def said(name: str) -> str:
        return str(told.get(name) or "").strip()

    return Approval(
        status=said("status").lower(),
        category=said("category").upper(),
        name=said("name"),
        content_type=said("content_type"),
        rejection_reason=said("rejection_reason"),
    )


def _moment(value: Any) -> datetime | None:
    """A time in ISO 8601, as lists have it, or in RFC 2822, as the description says; None of anything else."""
    if not isinstance(value, str) or not value:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(value)
        except (ValueError, TypeError):
            continue
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return None
