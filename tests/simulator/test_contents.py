"""The Content API of the stand-in, and what becomes of templates that are sent."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from harness.simulator import ACCOUNT, TOKEN, Simulator
from harness.waiting import until
from tests.simulator.receiver import Receiver

SID = "HX" + "5" * 32
STRANGER = "whatsapp:+14155550199"
TEXT = {"twilio/text": {"body": "Hello {{1}}, your bike is ready."}}
Send = Callable[..., Any]


@dataclass
class Contents:
    """The Content API as any program asks it."""

    simulator: Simulator

    def ask(self, method: str, path: str, asked: Any = None) -> tuple[int, Any]:
        key = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        headers = {"Authorization": f"Basic {key}", "Content-Type": "application/json"}
        body = None if asked is None else json.dumps(asked).encode()
        path = path.removeprefix("https://content.twilio.com")
        request = urllib.request.Request(f"{self.simulator.url}{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def made(self, types: Any = TEXT, **more: Any) -> str:
        asked = {"language": "en", "types": types, "friendly_name": "ready", "variables": {"1": "Ava"}, **more}
        status, told = self.ask("POST", "/v1/Content", asked)
        assert status == 201
        return str(told["sid"])

    def submit(self, sid: str, name: str = "ready", category: str = "UTILITY") -> tuple[int, Any]:
        path = f"/v1/Content/{sid}/ApprovalRequests/whatsapp"
        return self.ask("POST", path, {"name": name, "category": category})

    def approval(self, sid: str) -> Any:
        return self.ask("GET", f"/v1/Content/{sid}/ApprovalRequests")[1].get("whatsapp")


@pytest.fixture
def contents(simulator: Simulator) -> Contents:
    simulator.control("settings", approval_after=0.1)
    return Contents(simulator)


def test_a_content_is_made_changed_and_deleted(contents: Contents) -> None:
    sid = contents.made()
    changed = {"types": {"twilio/text": {"body": "Hi {{1}} there"}}, "variables": {"1": "Bo"}}
    assert contents.ask("PUT", f"/v1/Content/{sid}", changed)[1]["sid"] == sid
    status, told = contents.ask("GET", f"/v1/Content/{sid}")
    assert (status, told["types"]) == (200, {"twilio/text": {"body": "Hi {{ 1 }} there"}})
    assert (told["language"], told["account_sid"], told["variables"]) == ("en", ACCOUNT, {"1": "Bo"})
    assert contents.ask("DELETE", f"/v1/Content/{sid}")[0] == 204
    assert contents.ask("GET", f"/v1/Content/{sid}")[1]["code"] == 20404


def test_approval_takes_time_and_bars_changes(contents: Contents) -> None:
    sid = contents.made()
    assert contents.submit(sid)[1]["status"] == "received"
    assert contents.ask("PUT", f"/v1/Content/{sid}", {"types": TEXT})[0] == 409
    until(lambda: contents.approval(sid)["status"] == "approved")
    assert contents.approval(sid)["content_type"] == "twilio/text"


def test_what_advertises_is_recategorised_and_what_whatsapp_does_not_take_rejected(contents: Contents) -> None:
    offer = contents.made({"twilio/text": {"body": "Hello {{1}}, today 20 % off all tyres here."}})
    wrong = contents.made({"twilio/text": {"body": "{{1}}, your bike is ready"}})
    contents.submit(offer, "offer")
    contents.submit(wrong, "wrong")
    until(lambda: contents.approval(offer)["status"] == "approved" and contents.approval(wrong)["status"] == "rejected")
    assert contents.approval(offer)["category"] == "MARKETING"
    assert "start" in contents.approval(wrong)["rejection_reason"]
    assert contents.submit(contents.made(), "wrong")[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "asked", "status"),
    [
        ("POST", "/v1/Content", {"types": TEXT}, 400),
        ("POST", "/v1/Content", {"language": "en", "types": {"twilio/hologram": {}}}, 400),
        ("POST", "/v1/Content", {"language": "en", "types": {"twilio/quick-reply": {"body": "a"}}}, 400),
        ("POST", "/v1/Content", {"language": "en", "types": TEXT, "variables": {"a" * 17: "x"}}, 400),
        ("POST", "/v1/Content", [], 400),
        ("GET", f"/v1/Content/{SID}", None, 404),
        ("POST", f"/v1/Content/{SID}/ApprovalRequests/whatsapp", {"name": "a", "category": "UTILITY"}, 404),
        ("GET", "/v2/ContentAndApprovals?Page=2", None, 400),
    ],
)
def test_what_is_not_right_is_refused(contents: Contents, method: str, path: str, asked: Any, status: int) -> None:
    assert contents.ask(method, path, asked)[0] == status


def test_a_submission_names_it_rightly(contents: Contents) -> None:
    sid = contents.made()
    assert contents.submit(sid, "Ready!")[0] == contents.submit(sid, "ready", "PROMO")[0] == 400


@pytest.mark.parametrize("path", ["/v2/ContentAndApprovals", "/v1/ContentAndApprovals", "/v2/Content", "/v1/Content"])
def test_lists_are_followed_over_short_pages(contents: Contents, simulator: Simulator, path: str) -> None:
    made = {contents.made() for _ in range(5)}
    simulator.control("settings", content_page=2)
    found, where = [], f"{path}?PageSize=100"
    while where:
        page = contents.ask("GET", where)[1]
        assert len(page["contents"]) <= 2
        found += [content["sid"] for content in page["contents"]]
        where = page["meta"]["next_page_url"]
    assert set(found) == made
    assert len(found) == 5


@pytest.mark.parametrize(
    ("shape", "never", "asked"),
    [
        ("nested", {}, lambda told: told["whatsapp"]),
        ("flat", None, lambda told: told),
        ("list", [], lambda told: told[0]),
    ],
)
def test_approvals_come_in_three_shapes(
    contents: Contents, simulator: Simulator, shape: str, never: Any, asked: Callable[[Any], Any]
) -> None:
    simulator.control("settings", approval_shape=shape)
    contents.made()
    row = contents.ask("GET", "/v2/ContentAndApprovals")[1]["contents"][0]
    assert row["approval_requests"] == never
    simulator.control("templates", sid=SID, text="Ready", category="OTP")
    row = contents.ask("GET", "/v2/ContentAndApprovals")[1]["contents"][0]
    assert (asked(row["approval_requests"])["category"], row["sid"]) == ("OTP", SID)


def fails(receiver: Receiver) -> str:
    told = until(lambda: [webhook.form for webhook in receiver.webhooks if webhook.form.get("ErrorCode")])
    return str(told[0]["ErrorCode"])


def test_a_missing_variable_is_sent_as_the_sample(simulator: Simulator, send: Send) -> None:
    simulator.control("templates", sid=SID, text="Hi {{1}}, order {{2}}.", variables={"1": "Customer_Name"})
    assert send(body="", content_sid=SID, content_variables='{"2": "7"}').body == "Hi Customer_Name, order 7."


@pytest.mark.parametrize(
    ("status", "code"),
    [("rejected", "63040"), ("paused", "63041"), ("disabled", "63042"), ("pending", "63016"), ("unsubmitted", "63016")],
)
def test_what_is_not_approved_fails_outside_the_window(
    simulator: Simulator, receiver: Receiver, send: Send, status: str, code: str
) -> None:
    simulator.control("templates", sid=SID, text="Ready", status=status)
    send(body="", content_sid=SID, to=STRANGER)
    assert fails(receiver) == code


def test_a_pause_ends_by_the_clock(simulator: Simulator, contents: Contents) -> None:
    simulator.control("templates", sid=SID, text="Ready")
    simulator.control("approval", sid=SID, status="paused", seconds=0.2)
    assert contents.approval(SID)["status"] == "paused"
    until(lambda: contents.approval(SID)["status"] == "approved")


def test_within_the_window_most_types_need_no_approval(simulator: Simulator, receiver: Receiver, send: Send) -> None:
    simulator.control("templates", sid=SID, text="Ready", status="unsubmitted")
    send(body="", content_sid=SID)
    until(lambda: "delivered" in receiver.statuses())
    receiver.clear()
    code = {"actions": [{"type": "COPY_CODE", "copy_code_text": "Copy"}]}
    simulator.control("templates", sid=SID, types={"whatsapp/authentication": code}, status="pending")
    send(body="", content_sid=SID, content_variables='{"1": "123456"}')
    assert fails(receiver) == "63016"


def test_a_line_break_in_a_variable_fails_later_and_an_empty_one_at_once(
    simulator: Simulator, receiver: Receiver, send: Send
) -> None:
    simulator.control("templates", sid=SID, text="Hi {{1}}.")
    with pytest.raises(TwilioRestException) as refused:
        send(body="", content_sid=SID, content_variables='{"1": ""}')
    assert refused.value.code == 21656
    send(body="", content_sid=SID, content_variables=json.dumps({"1": "a\nb"}))
    assert fails(receiver) == "63013"
