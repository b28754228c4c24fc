"""Media both ways: customers' files behind a redirect and a CDN, and ours as Twilio fetches them."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from harness.simulator import ACCOUNT, CUSTOMER, TOKEN, Simulator
from harness.waiting import until
from simulator.samples import sample
from tests.simulator.conftest import Send, Twilio
from tests.simulator.receiver import Receiver

AUTH = (ACCOUNT, TOKEN)
JPEG = {"Content-Type": "image/jpeg"}


def arrive(simulator: Simulator, name: str) -> str:
    """A customer sends a file; its path at Twilio."""
    told = simulator.control("inbound", **{"from": CUSTOMER, "media": [name]})
    url: str = told["form"]["MediaUrl0"]
    assert url.startswith("https://api.twilio.com/")
    return url.removeprefix("https://api.twilio.com")


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("picture", b"\xff\xd8\xff"),
        ("png", b"\x89PNG"),
        ("sticker", b"RIFF"),
        ("voice", b"OggS"),
        ("document", b"%PDF"),
        ("card", b"BEGIN:VCARD"),
    ],
)
def test_a_customers_file_is_behind_a_redirect_to_the_cdn(
    simulator: Simulator, receiver: Receiver, name: str, start: bytes
) -> None:
    path = arrive(simulator, name)
    redirect = requests.get(simulator.url + path, auth=AUTH, allow_redirects=False, timeout=5)
    assert redirect.status_code == 307
    location = redirect.headers["Location"]
    assert location.startswith("https://mms.twiliocdn.com/")
    cdn = simulator.url + location.removeprefix("https://mms.twiliocdn.com")
    got = requests.get(cdn, timeout=5)
    assert got.status_code == 200
    assert got.content.startswith(start)
    assert got.headers["Content-Type"].partition(";")[0] == sample(name)[1]
    assert requests.get(cdn, auth=AUTH, timeout=5).status_code == 400


def test_twilios_own_address_wants_credentials(simulator: Simulator, receiver: Receiver) -> None:
    path = arrive(simulator, "picture")
    assert requests.get(simulator.url + path, allow_redirects=False, timeout=5).status_code == 401


def test_media_may_be_missing_for_the_first_tries(simulator: Simulator, receiver: Receiver) -> None:
    simulator.control("settings", media_404_tries=2)
    path = arrive(simulator, "picture")
    tries = [
        requests.get(simulator.url + path, auth=AUTH, allow_redirects=False, timeout=5).status_code for _ in range(3)
    ]
    assert tries == [404, 404, 307]


def test_media_can_be_made_to_fail(simulator: Simulator, receiver: Receiver) -> None:
    path = arrive(simulator, "picture")
    simulator.control("next", operation="media", behaviour="500")
    assert requests.get(simulator.url + path, auth=AUTH, timeout=5).status_code == 500


def test_the_media_of_a_message_are_listed_and_deleted(
    simulator: Simulator, receiver: Receiver, twilio: Twilio
) -> None:
    path = arrive(simulator, "picture")
    sid = path.split("/")[5]
    (medium,) = twilio.messages(sid).media.list()
    assert (medium.content_type, medium.parent_sid) == ("image/jpeg", sid)
    assert twilio.messages(sid).media(medium.sid).delete()
    assert twilio.messages(sid).media.list() == []
    assert requests.get(simulator.url + path, auth=AUTH, timeout=5).status_code == 404


def test_our_file_is_fetched_as_twilio_does(send: Send, receiver: Receiver, twilio: Twilio) -> None:
    receiver.files["/media/temp/t/bike.jpg"] = (JPEG, sample("picture")[0])
    message = send(media_url=[f"{receiver.url}/media/temp/t/bike.jpg"])
    assert message.sid
    assert (message.sid[:2], message.num_media) == ("MM", "1")
    until(lambda: receiver.statuses() == ["sent", "delivered", "read"])
    agent = "TwilioProxy/1.1"
    path = "/media/temp/t/bike.jpg"
    assert receiver.fetches == [("HEAD", path, agent), ("GET", path, agent)]
    assert [m.content_type for m in twilio.messages(message.sid).media.list()] == ["image/jpeg"]


@pytest.mark.parametrize("name", ["png", "sticker", "voice", "document", "card", "video"])
def test_what_whatsapp_takes_arrives(send: Send, receiver: Receiver, name: str) -> None:
    content, content_type, file_name = sample(name)
    receiver.files[f"/{file_name}"] = ({"Content-Type": content_type}, content)
    send(media_url=[f"{receiver.url}/{file_name}"])
    until(lambda: receiver.statuses() == ["sent", "delivered", "read"])


def test_the_second_file_and_the_others_are_dropped(
    simulator: Simulator, send: Send, receiver: Receiver, twilio: Twilio
) -> None:
    urls = [f"{receiver.url}/{name}.jpg" for name in ("first", "second", "third")]
    for url in urls:
        receiver.files[url.removeprefix(receiver.url)] = (JPEG, sample("picture")[0])
    message = send(media_url=urls)
    assert message.num_media == "1"
    until(lambda: receiver.statuses() == ["sent", "delivered", "read"])
    assert {path for _, path, _ in receiver.fetches} == {"/first.jpg"}
    assert len(twilio.messages(message.sid).media.list()) == 1
    assert simulator.control("record")[0]["params"]["MediaUrl"] == urls


def test_the_media_of_a_message_come_by_pages(simulator: Simulator, receiver: Receiver, twilio: Twilio) -> None:
    sid = simulator.control("inbound", **{"from": CUSTOMER, "media": ["picture", "voice", "card"]})["sid"]
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media.json"
    first = requests.get(f"{simulator.url}{path}?PageSize=2", auth=AUTH, timeout=5).json()
    assert [medium["content_type"] for medium in first["media_list"]] == ["image/jpeg", "audio/ogg"]
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 2, 0, 1)
    second = requests.get(simulator.url + first["next_page_uri"], auth=AUTH, timeout=5).json()
    assert [medium["content_type"] for medium in second["media_list"]] == ["text/vcard"]
    assert (second["next_page_uri"], second["start"], second["end"]) == (None, 2, 2)
    before = requests.get(simulator.url + second["previous_page_uri"], auth=AUTH, timeout=5).json()
    assert before["media_list"] == first["media_list"]
    assert len(twilio.messages(sid).media.list(page_size=1)) == 3
    assert requests.get(simulator.url + path, auth=AUTH, timeout=5).json()["page_size"] == 50


@pytest.mark.parametrize(
    ("path", "headers", "content", "code"),
    [
        ("/gone.jpg", None, b"", "63019"),
        ("/empty.jpg", JPEG, b"", "63019"),
        ("/large.jpg", JPEG, b"\xff\xd8\xff" + b"x" * 5 * 1024 * 1024, "63019"),
        ("/untyped.jpg", {}, b"\xff\xd8\xff", "12300"),
        ("/lies.jpg", JPEG, b"<html>", "12300"),
        ("/film.avi", {"Content-Type": "video/x-msvideo"}, b"RIFF", "63021"),
        ("/picture.gif", {"Content-Type": "image/gif"}, b"GIF89a", "63021"),
        ("/page.html", {"Content-Type": "text/html"}, b"<html>", "63021"),
        ("/vorbis.ogg", {"Content-Type": "audio/ogg"}, b"OggS" + b"\0" * 24 + b"\x01vorbis", "63021"),
        ("/download", {**JPEG, "Content-Disposition": "attachment"}, b"\xff\xd8\xff", "63019"),
    ],
)
def test_a_file_that_twilio_cannot_take_fails_later(
    send: Send, receiver: Receiver, path: str, headers: dict[str, str] | None, content: bytes, code: str
) -> None:
    if headers is not None:
        receiver.files[path] = (headers, content)
    send(media_url=[receiver.url + path])
    until(lambda: receiver.statuses() == ["failed"])
    form: dict[str, Any] = receiver.webhooks[0].form
    assert form["ErrorCode"] == code
    assert form["ErrorMessage"] == form["ChannelStatusMessage"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x.jpg", "http://192.0.2.1/x.jpg", "https://example.com/x.jpg"])
def test_what_cannot_be_reached_fails_with_63019(send: Send, receiver: Receiver, url: str) -> None:
    send(media_url=[url])
    until(lambda: receiver.statuses() == ["failed"])
    assert receiver.webhooks[0].form["ErrorCode"] == "63019"
