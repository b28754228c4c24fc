"""What an error of Twilio's proves, in both of its shapes, and what an error of something in front of it proves."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from app.gateways.twilio.outcomes import NOT_TWILIOS, Answer, NotSent, Refused, Unconfirmed
from tests.gateways.listener import Listener, answering


def problem(status: int, body: object, headers: str = "") -> bytes:
    """An answer with this status; what is no bytes is JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"HTTP/1.1 {status} X\r\n{headers}Content-Length: {len(sent)}\r\n\r\n".encode() + sent


def as_before(code: object) -> dict[str, object]:
    return {"code": code, "message": "Too bad", "more_info": "https://www.twilio.com/docs/errors/1", "status": 400}


def as_rfc9457(code: object) -> dict[str, object]:
    return {
        "type": "https://www.twilio.com/docs/errors/1",
        "title": "Too",
        "status": 400,
        "code": code,
        "detail": "bad",
    }


@pytest.mark.parametrize("shape", [as_before, as_rfc9457])
@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (429, 20429, NotSent),
        (400, 21211, Refused),
        (400, "21211", Refused),
        (403, 20003, Refused),
        (404, 20404, Refused),
        (500, 20500, Unconfirmed),
        (503, 20503, Unconfirmed),
    ],
)
def test_both_shapes_of_an_error_say_the_same(
    create: Callable[..., Answer], shape: Callable[..., object], status: int, code: object, expected: type[Answer]
) -> None:
    with Listener(answering(problem(status, shape(code), "Retry-After: 9\r\n"))) as listener:
        answer = create(listener.url)
    assert type(answer) is expected
    assert (answer.details.http_status, answer.details.error_code) == (status, str(code))
    assert answer.details.error_message in ("Too bad", "Too: bad")
    if isinstance(answer, NotSent):
        assert answer.retry_after == 9.0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 407, 408, 413, 421, 425, 451])
def test_a_refusal_without_a_code_of_twilios_never_came_to_twilio(create: Callable[..., Answer], status: int) -> None:
    bodies = (b"<html>No</html>", b"", {"message": "Forbidden"}, [status], status, {"code": None}, {"code": True})
    for body in (*bodies, {"code": "forbidden"}, {"title": "No", "status": status}, b"[" * 100_000):
        with Listener(answering(problem(status, body))) as listener:
            answer = create(listener.url)
        assert isinstance(answer, NotSent)
        assert (answer.details.http_status, answer.details.error_code) == (status, "")
        assert answer.details.error_message == NOT_TWILIOS


@pytest.mark.parametrize("status", [302, 429, 500, 502, 503, 504])
def test_no_status_is_taken_for_a_code(create: Callable[..., Answer], status: int) -> None:
    with Listener(answering(problem(status, b"<html>No</html>"))) as listener:
        answer = create(listener.url)
    assert type(answer) is (NotSent if status == 429 else Unconfirmed)
    assert (answer.details.http_status, answer.details.error_code) == (status, "")
