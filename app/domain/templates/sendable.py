"""Whether a template may be sent now, and why not; and what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from app.domain.templates import types
from app.store.tables import Template

# Twilio's words; any other is shown as it came and stops the template.
STATUSES = ("unsubmitted", "received", "pending", "approved", "rejected", "paused", "disabled")
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
_NOT_YET = frozenset({"unsubmitted", "received", "pending"})
_PURPOSES: Mapping[str, str] = {
    "UTILITY": "service",
    "TRANSACTIONAL": "service",
    "AUTHENTICATION": "authentication",
    "OTP": "authentication",
    "MARKETING": "marketing",
}
# WhatsApp's categories of before, which templates of then still have.
_OF_BEFORE = frozenset(
    {"ACCOUNT_UPDATE", "PAYMENT_UPDATE", "PERSONAL_FINANCE_UPDATE", "SHIPPING_UPDATE", "RESERVATION_UPDATE"}
    | {"ISSUE_RESOLUTION", "APPOINTMENT_UPDATE", "TRANSPORTATION_UPDATE", "TICKET_UPDATE", "ALERT_UPDATE"}
    | {"AUTO_REPLY"}
)
WhyNot = Literal[
    "template_unknown",
    "template_not_approved",
    "template_paused",
    "template_disabled",
    "template_category_unknown",
    "template_type_unknown",
    "template_needs_window",
]


def purpose(category: str) -> str:
    """What messages of a category are for: of one that isn't known marketing, which asks for most; '' of none."""
    return _PURPOSES.get(category.upper(), "marketing") if category else ""


def why_not(template: Template, *, window_open: bool = False) -> WhyNot | None:
    """Why a template may not be sent now; None when it may. Within the session window most types need no approval."""
    if template.gone_at is not None:
        return "template_unknown"
    if template.status == "paused":
        return "template_paused"
    if template.status == "disabled":
        return "template_disabled"
    if template.kind not in types.TYPES:
        return "template_type_unknown"
    if not window_open and template.kind in types.IN_WINDOW_ONLY:
        return "template_needs_window"
    free = window_open and template.kind not in types.ALWAYS_APPROVED
    if template.status != "approved" and not (free and template.status in _NOT_YET):
        return "template_not_approved"
    return None if _category_known(template.category) else "template_category_unknown"


def _category_known(category: str) -> bool:
    return not category or category.upper() in _PURPOSES or category.upper() in _OF_BEFORE
