"""What a call of Twilio's create can prove. The gateway translates; the rules are here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.vocabulary import Cause

# The error message of an attempt that was left undone since its time to begin was over.
HELD_UP = "the sender was held up before the call"
# The error message of an attempt that was left undone since a file of it could not be read.
FILE_AWAY = "its file could not be read from the media store"
# The error message of an attempt that never came to Twilio: a proxy or a firewall before it refused.
NOT_TWILIOS = "refused by something in front of Twilio"


@dataclass(frozen=True)
class ResponseDetails:
    """The details of an answer that Twilio's support asks for."""

    http_status: int | None = None
    twilio_request_id: str = ""
    error_code: str = ""
    error_message: str = ""


@dataclass(frozen=True)
class Accepted:
    """Twilio took it and gave it a SID."""

    sid: str
    status: str
    details: ResponseDetails


@dataclass(frozen=True)
class Refused:
    """Twilio said no, with a code: this message will never leave as it is."""

    details: ResponseDetails


@dataclass(frozen=True)
class NotSent:
    """Surely not sent (429, no connection, refused before Twilio): safe to try again. `retry_after` is in seconds."""

    details: ResponseDetails
    retry_after: float | None = None


@dataclass(frozen=True)
class Unconfirmed:
    """The message may have been sent: no answer, a cut or unreadable one, or a 5xx. Never sent again by itself."""

    details: ResponseDetails
    cause: Cause = "silent"


Answer = Accepted | Refused | NotSent | Unconfirmed


@dataclass(frozen=True)
class Outgoing:
    """One claimed send, complete: what the gateway needs and what the answer belongs to."""

    account_sid: str
    message_id: int
    attempt_id: int
    to: str
    sender: str
    messaging_service_sid: str
    body: str
    media_urls: tuple[str, ...]
    content_sid: str
    content_variables: dict[str, str]
    status_callback: str
    max_price: str
    # time.monotonic() after which the call must not begin any more: the claim may be given up by then.
    start_before: float


class Twilio(Protocol):
    """The one outward call of the sender."""

    def create(self, outgoing: Outgoing) -> Answer:
        """Call Messages create; never raises for what the network or Twilio may do."""
