"""The body of `POST /api/v1/consents`: read, checked, and described in `openapi.json` by the same model."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from app.domain.clock import now
from app.domain.consent.submission import Submission
from app.domain.contacts.addresses import recipient
from app.domain.storable_text import storable
from app.domain.visible_text import has_text

# The clocks of two machines are never quite the same.
CLOCKS_DIFFER = timedelta(minutes=1)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_ISO_8601 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d.*", re.DOTALL)


def _text(value: Any) -> Any:
    return storable(value) if isinstance(value, str) else value


def _needed(value: Any) -> Any:
    if isinstance(value, str) and not has_text(value):
        raise ValueError("must not be empty")
    return _text(value)


def _moment(value: Any) -> datetime:
    try:
        if not isinstance(value, str) or not _ISO_8601.fullmatch(value):
            raise ValueError
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a time in ISO 8601 with its zone, such as 2026-11-21T14:05:00+01:00") from None


Text = Annotated[str, BeforeValidator(_text)]
Needed = Annotated[str, BeforeValidator(_needed)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


class Notice(BaseModel):
    """What the person was shown when they decided."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[Needed, Field(max_length=80, description="Your name of the form or text.")]
    version: Annotated[Needed, Field(max_length=20)]
    text: Annotated[Needed, Field(max_length=20_000, description="The wording, word by word.")]
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)]


class ConsentBody(BaseModel):
    """What somebody agreed to, or took back, and how you know."""

    model_config = ConfigDict(extra="forbid", title="Consent")

    address: Annotated[Text, Field(max_length=160, description="whatsapp:+E164. This or `phone`.")] = ""
    phone: Annotated[Text, Field(max_length=60, description="A number with its country code. This or `address`.")] = ""
    purposes: Annotated[
        list[Literal["service", "marketing", "authentication", "all"]],
        Field(min_length=1, max_length=4, description='"all" is for withdrawals only.'),
    ]
    action: Literal["given", "withdrawn"]
    source: Literal["form", "link", "button", "api", "paper", "phone", "mail", "in_person"]
    occurred_at: Annotated[Moment, Field(description="When they did it: ISO 8601 with its zone, not in the future.")]
    notice: Annotated[Notice | None, Field(description='Needed when the action is "given".')] = None
    proof: Annotated[Text, Field(max_length=20_000, description="What else shows it, such as an order's number.")] = ""
    withdrawal_method: Annotated[Text, Field(max_length=2_000, description="How the person was told to stop.")] = ""
    ip: Annotated[Text, Field(max_length=45, description="The person's address, not your server's.")] = ""
    user_agent: Annotated[Text, Field(max_length=1_000)] = ""
    source_url: Annotated[Text, Field(max_length=2_000, description="The page where it happened.")] = ""

    @model_validator(mode="after")
    def _whole(self) -> ConsentBody:
        """What no field can say by itself; the first word names the field."""
        if bool(self.address) == bool(self.phone):
            raise ValueError("address: give either address or phone")
        if recipient(self.address or self.phone) is None:
            raise ValueError(f"{'address' if self.address else 'phone'}: is no number with its country code")
        if len(set(self.purposes)) < len(self.purposes):
            raise ValueError("purposes: names one twice")
        if self.action == "given" and "all" in self.purposes:
            raise ValueError('purposes: an opt-in names its purposes; "all" is for withdrawals')
        if self.action == "given" and self.notice is None:
            raise ValueError("notice: an opt-in says what the person was shown")
        if self.occurred_at > now() + CLOCKS_DIFFER:
            raise ValueError("occurred_at: is in the future")
        if self.occurred_at < _LONG_AGO:
            raise ValueError("occurred_at: is before the year 2000")
        return self

    def submission(self, at: datetime) -> Submission:
        """The body as the ledger takes it."""
        notice = self.notice
        told = {
            "notice_id": notice.id if notice else "",
            "notice_version": notice.version if notice else "",
            "notice_text": notice.text if notice else "",
            "language": notice.language if notice else "",
            **{name: getattr(self, name) for name in ("proof", "withdrawal_method", "ip", "user_agent", "source_url")},
        }
        address = recipient(self.address or self.phone) or ""
        occurred_at = min(self.occurred_at, at)
        return Submission(address, tuple(self.purposes), self.action, self.source, occurred_at, told)


def faults(error: ValidationError) -> list[dict[str, str]]:
    """Every fault of a body: a JSON pointer to the field, and what is wrong with it."""
    return [_fault(one["loc"], one["msg"].removeprefix("Value error, ")) for one in error.errors()]


def _fault(where: tuple[int | str, ...], what: str) -> dict[str, str]:
    if not where:
        name, _, rest = what.partition(": ")
        where, what = ((name,), rest) if rest else ((), what)
    return {"pointer": "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in where), "detail": what}
