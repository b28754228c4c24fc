"""Files at Twilio: fetched from its hosts alone, the credentials never past them, bounded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.gateways.twilio import media
from app.gateways.twilio.media import FetchFailed, TwilioMedia
from app.settings import Settings
from tests.gateways.listener import Listener
from tests.gateways.media_hosts import API, CDN, NOT_FOUND, PATH, PICTURE, Hosts, found, redirect

Make = Callable[..., Settings]


def test_the_file_is_fetched_with_credentials_that_do_not_go_to_the_cdn(hosts: Hosts, source: TwilioMedia) -> None:
    hosts.answers = {PATH: [redirect(CDN)], "/AC1/secret": [found()]}
    fetched = source.fetch(API)
    assert (fetched.content, fetched.content_type) == (PICTURE, "image/png")
    first, second = hosts.requests
    assert b"Authorization: Basic" in first
    assert b"authorization" not in second.lower()


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/x",
        "https://evil.example/x",
        "https://api.twilio.com.evil.example/x",
        "https://api.twilio.com@evil.example/x",
        "https://user:pw@api.twilio.com/x",
        "https://api.twilio.com:8443/x",
        "https://api.a.b.c1.twilio.com/x",
        "https://evil-api.twilio.com/x",
        "https://api.-.ie1.twilio.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[64:ff9b::7f00:1]/x",
        "https://[2002:7f00:1::]/x",
        "https://2130706433/x",
        "file:///etc/passwd",
        "https://mms.twiliocdn.com/x",
        "//api.twilio.com/x",
        "",
        "https://[",
        "\x00",
        "x" * 10_000,
    ],
)
def test_a_foreign_address_is_refused_without_a_connection(listener: Listener, source: TwilioMedia, url: str) -> None:
    with pytest.raises(FetchFailed) as refused:
        source.fetch(url)
    assert (refused.value.reason, refused.value.later) == ("host_not_twilio", False)
    assert listener.connections == 0


@pytest.mark.parametrize(
    "path",
    [
        "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef.json",
        f"{PATH}.json",
        f"{PATH}/..",
        f"{PATH}%2F..%2F..",
        f"{PATH}/",
        f"/x/..{PATH}",
        PATH.replace("AC0", "AC1"),
        PATH.replace("/Media/", "/media/"),
        "/",
        "",
    ],
)
def test_no_other_path_of_twilio_gets_the_credentials(listener: Listener, source: TwilioMedia, path: str) -> None:
    with pytest.raises(FetchFailed) as refused:
        source.fetch(f"https://api.twilio.com{path}")
    assert (refused.value.reason, refused.value.later) == ("path_not_media", False)
    assert listener.connections == 0


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1:1/x",
        "https://127.0.0.1/x",
        "https://evil.example/x",
        "https://mms.twiliocdn.com.evil.example/x",
        "https://[",
        "",
        "http://mms.twiliocdn.com/x",
        "https://s3-external-1.amazonaws.com/other-bucket/x",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/../other-bucket/x",
        "https://mms.twiliocdn.com@evil.example/x",
    ],
)
def test_a_redirect_to_elsewhere_is_not_followed(
    hosts: Hosts, listener: Listener, source: TwilioMedia, to: str
) -> None:
    hosts.answers = {PATH: [redirect(to)]}
    with pytest.raises(FetchFailed, match="redirect_not_understood") as failed:
        source.fetch(API)
    assert failed.value.later
    assert len(hosts.requests) == 1


def test_up_to_five_redirects_are_followed_with_credentials_to_the_first_host_only(
    hosts: Hosts, source: TwilioMedia
) -> None:
    media, s3 = "https://media.twiliocdn.com/a", "https://s3-external-1.amazonaws.com/media.twiliocdn.com/b"
    hosts.answers = {
        PATH: [redirect(API.replace("api.", "api.dublin.ie1.") + "?to")],
        f"{PATH}?to": [redirect(media)],
        "/a": [redirect(CDN)],
        "/AC1/secret": [redirect("/AC1/further")],
        "/AC1/further": [redirect(s3)],
        "/media.twiliocdn.com/b": [found()],
    }
    assert source.fetch(API).content == PICTURE
    assert [b"authorization" in request.lower() for request in hosts.requests] == [True, *[False] * 5]


@pytest.mark.parametrize("region", ["ie1.", "dublin.ie1.", "sydney.au1.", "ashburn-ix.us1."])
def test_a_regional_host_of_twilio_is_asked_too(hosts: Hosts, source: TwilioMedia, region: str) -> None:
    hosts.answers = {PATH: [found()]}
    assert source.fetch(API.replace("api.", f"api.{region}")).content == PICTURE


def test_redirects_do_not_go_on_for_ever(hosts: Hosts, source: TwilioMedia) -> None:
    hosts.answers = {PATH: [redirect(API)]}
    with pytest.raises(FetchFailed, match="too_many_redirects") as failed:
        source.fetch(API)
    assert failed.value.later
    assert len(hosts.requests) == 1 + media.MOST_REDIRECTS


def test_a_file_that_is_too_large_is_refused(
    hosts: Hosts, source: TwilioMedia, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MOST_BYTES", 1_000)
    hosts.answers = {PATH: [found(b"x" * 1_001)]}
    with pytest.raises(FetchFailed) as refused:
        source.fetch(API)
    assert (refused.value.reason, refused.value.later) == ("too_large", False)


@pytest.mark.parametrize(
    ("answer", "later"),
    [
        (NOT_FOUND, True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", True),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n", True),
        *((b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status, True) for status in (401, 403, 408)),
        (b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", False),
        (b"not HTTP", True),
    ],
)
def test_each_failure_says_whether_trying_again_can_help(
    hosts: Hosts, source: TwilioMedia, answer: bytes, later: bool
) -> None:
    hosts.answers = {PATH: [answer]}
    with pytest.raises(FetchFailed) as failed:
        source.fetch(API)
    assert failed.value.later is later
