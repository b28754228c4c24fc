"""What has come of a request: is it all there, is more to be waited for, or can't that be told?"""

from __future__ import annotations

import re
from enum import Enum

# A form is smaller by far, its head and gunicorn's limits of a head included; what is larger is read by a thread.
MOST_BYTES = 64 * 1024
# A request whose head and short body have not come within this is given up.
ARRIVAL_SECONDS = 10.0
# So many are waited for; for one more the oldest is given up.
MOST_ARRIVING = 400
# What an ending worker still waits for the rest of a request.
LAST_SECONDS = 2.0
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
# A body of unknown length, or one that is only sent when the server has asked for it.
_OPEN_ENDED = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)


class Arrival(Enum):
    """How much of a request has come."""

    WAITING = "its head, or its short body, is on its way"
    WHOLE = "head and body are there"
    BODY_TO_COME = "the head is there, and a long body, or one of unknown length, is to come"
    TOO_LONG = "a head without an end"


def arrival(received: bytes | bytearray) -> Arrival:
    """What these bytes, the first of a request, are. What can be none is whole: gunicorn refuses it."""
    end = received.find(_END_OF_HEAD)
    if end < 0:
        return Arrival.TOO_LONG if len(received) >= MOST_BYTES else Arrival.WAITING
    head = bytes(received[: end + 2])
    if _OPEN_ENDED.search(head):
        return Arrival.BODY_TO_COME
    length = _LENGTH.search(head)
    if length is None:
        return Arrival.WHOLE
    whole = end + len(_END_OF_HEAD) + int(length[1])
    if len(received) >= whole:
        return Arrival.WHOLE
    return Arrival.WAITING if whole <= MOST_BYTES else Arrival.BODY_TO_COME
