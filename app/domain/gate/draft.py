"""A message before it is one: what somebody wants to send."""

from __future__ import annotations

from dataclasses import dataclass

from app.store.tables import Message


@dataclass(frozen=True)
class Draft:
    """What is to be sent: free text, or (with `content_sid`) an approved template.

    `part` is which of how many it is, of messages that were asked for as one; (0, 0) for one by itself.
    """

    body: str = ""
    origin: str = ""
    content_sid: str = ""
    content_variables: tuple[tuple[str, str], ...] = ()
    media_urls: tuple[str, ...] = ()
    messaging_service_sid: str = ""
    max_price: str = ""
    part: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, message: Message) -> Draft:
        """The draft of a message: its text, or its template with its values, and its files.

        A text that is kept beside a template is what the template reads; it is not sent.
        """
        return cls(
            body="" if message.content_sid else message.body,
            origin=message.origin,
            content_sid=message.content_sid,
            content_variables=tuple((name, str(value)) for name, value in message.content_variables.items()),
            media_urls=tuple(message.media_urls),
            messaging_service_sid=message.messaging_service_sid,
            max_price=str(message.details.get("max_price", "")),
        )
