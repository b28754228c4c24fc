"""`/api/v1/consents`: what a website tells is recorded once, and what it may not is refused with a problem."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.actor import command
from app.domain.agents import api_tokens
from app.domain.consent import standing
from app.store.tables import Address, ApiAnswer, ApiToken, ConsentRecord, Contact
from app.web.api import bearer
from tests.support.cast import ACCOUNT, AVA, SENDER, ago, hear, only, rows
from tests.support.office import Office

NOTICE = {"id": "checkout", "version": "3", "text": "Yes, Acme may write to me about offers.", "language": "en"}
BODY = {
    "address": AVA,
    "purposes": ["marketing", "service"],
    "action": "given",
    "source": "form",
    "occurred_at": "2026-11-21T14:05:00+01:00",
    "notice": NOTICE,
    "proof": "order 1042",
    "ip": "192.0.2.7",
    "user_agent": "Firefox",
    "source_url": "https://shop.example/checkout",
}


def token(office: Office, *scopes: str) -> str:
    """A token with these scopes, of a program called Shop."""
    made = scopes or ("consents:write", "consents:read")
    return office.database.write(lambda session: api_tokens.create(session, command(ACCOUNT), "Shop", made))


def post(office: Office, body: Any, key: str = "k1", given: str = "", **headers: str) -> TestResponse:
    """Tell of a consent."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Authorization": f"Bearer {given or token(office)}", "Idempotency-Key": key, **headers}
    kind = sent.pop("Content-Type", "application/json")
    return office.application.test_client().post("/api/v1/consents", data=data, headers=sent, content_type=kind)


def is_problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The answer's problem, which has to be one."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    body: dict[str, Any] = answer.get_json()
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert body["detail"]
    assert "Set-Cookie" not in answer.headers
    return body


def test_one_record_for_each_purpose_with_its_evidence(office: Office) -> None:
    answer = post(office, BODY)
    told = answer.get_json()["records"]
    assert (answer.status_code, [one["purpose"] for one in told]) == (201, ["marketing", "service"])
    marketing, service = rows(office.database, ConsentRecord)
    assert [marketing.record_id, service.record_id] == [one["record_id"] for one in told]
    assert (marketing.state, marketing.basis, marketing.source, marketing.actor_kind) == (
        "given", "express", "form", "token",
    )  # fmt: skip
    assert (marketing.notice_text, marketing.notice_version, marketing.language) == (NOTICE["text"], "3", "en")
    assert (marketing.ip, marketing.user_agent, marketing.source_url) == (
        "192.0.2.7", "Firefox", "https://shop.example/checkout",
    )  # fmt: skip
    assert marketing.occurred_at == datetime(2026, 11, 21, 13, 5, tzinfo=UTC)
    assert marketing.detail["token_name"] == "Shop"
    assert only(office.database, ApiToken).used_at is not None
    contact = only(office.database, Contact)
    held = office.database.read(lambda session: standing.of_contact(session, ACCOUNT, contact.id or 0))
    assert held.opt_in("marketing", SENDER, AVA) is not None
    assert held.opt_in("authentication", SENDER, AVA) is None


def test_a_withdrawal_suppresses_who_is_known(office: Office) -> None:
    hear(office.database)
    body = {**BODY, "action": "withdrawn", "purposes": ["all"], "source": "mail", "notice": None}
    assert post(office, body).status_code == 201
    assert len(rows(office.database, Contact)) == 1
    assert {row.opt_out_record_id for row in rows(office.database, Address)} == {
        only(office.database, ConsentRecord).id
    }


def test_a_repeat_gets_the_same_answer_and_records_nothing(office: Office) -> None:
    given = token(office)
    first = post(office, BODY, given=given)
    again = post(office, dict(reversed(BODY.items())), given=given)
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert len(rows(office.database, ConsentRecord)) == 2


def test_repeats_at_once_record_it_once(office: Office) -> None:
    given = token(office)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(office, BODY, given=given).get_json(), range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert len(rows(office.database, ConsentRecord)) == 2
    assert len(rows(office.database, ApiAnswer)) == 1


def test_a_key_is_for_one_body_and_one_token(office: Office) -> None:
    given = token(office)
    post(office, BODY, given=given)
    refused = is_problem(post(office, {**BODY, "proof": "order 1043"}, given=given), 422)
    assert "another body" in refused["detail"]
    assert post(office, {**BODY, "proof": "order 1043"}, given=token(office)).status_code == 201
    assert len(rows(office.database, ConsentRecord)) == 4


def test_one_purpose_that_fails_takes_the_others_with_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.application.testing = False
    office.application.config["PROPAGATE_EXCEPTIONS"] = False
    from app.domain.consent import submission

    def fail(record: ConsentRecord) -> dict[str, Any]:
        raise RuntimeError("the last step")

    monkeypatch.setattr(submission, "as_answer", fail)
    is_problem(post(office, BODY), 500)
    assert [*rows(office.database, ConsentRecord), *rows(office.database, ApiAnswer)] == []
    assert rows(office.database, Contact) == []


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"address": "whatsapp:+12"}, "/address"),
    ({"address": "", "phone": "0170 1234567"}, "/phone"),
    ({"phone": "+14155550123"}, "/address"),
    ({"purposes": []}, "/purposes"),
    ({"purposes": ["marketing", "marketing"]}, "/purposes"),
    ({"purposes": ["all"]}, "/purposes"),
    ({"purposes": ["everything"]}, "/purposes/0"),
    ({"action": "renewed"}, "/action"),
    ({"source": "keyword"}, "/source"),
    ({"occurred_at": "2026-11-21T14:05:00"}, "/occurred_at"),
    ({"occurred_at": 1763733900}, "/occurred_at"),
    ({"occurred_at": "1763733900"}, "/occurred_at"),
    ({"occurred_at": "yesterday"}, "/occurred_at"),
    ({"occurred_at": "0001-01-01T00:00:00+23:00"}, "/occurred_at"),
    ({"occurred_at": "9999-12-31T23:59:59-12:00"}, "/occurred_at"),
    ({"occurred_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}, "/occurred_at"),
    ({"notice": None}, "/notice"),
    ({"notice": {**NOTICE, "text": " "}}, "/notice/text"),
    ({"notice": {**NOTICE, "language": "the King's"}}, "/notice/language"),
    ({"notice": {"id": "x"}}, "/notice/version"),
    ({"ip": "x" * 46}, "/ip"),
    ({"is_vip": True}, "/is_vip"),
    ({"proof": 1042}, "/proof"),
]


def test_each_fault_is_named(office: Office) -> None:
    given = token(office)
    for changed, pointer in FAULTS:
        body = is_problem(post(office, {**BODY, **changed}, given=given), 422)
        assert pointer in [fault["pointer"] for fault in body["errors"]], (changed, body)
        assert all(fault["detail"] for fault in body["errors"])
    several = is_problem(post(office, {"action": "?", "source": "?"}, given=given), 422)
    assert {"/action", "/source", "/purposes", "/occurred_at"} <= {one["pointer"] for one in several["errors"]}
    assert rows(office.database, ConsentRecord) == []


def test_text_that_no_database_keeps_is_made_storable(office: Office) -> None:
    assert post(office, {**BODY, "proof": "a\x00b"}).status_code == 201
    assert rows(office.database, ConsentRecord)[0].proof == "a\ufffdb"


def test_a_clock_that_is_a_little_ahead_is_taken_as_now(office: Office) -> None:
    ahead = (datetime.now(UTC) + timedelta(seconds=20)).isoformat()
    assert post(office, {**BODY, "occurred_at": ahead}).status_code == 201
    record = rows(office.database, ConsentRecord)[0]
    assert record.occurred_at == record.recorded_at


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": NaN', b"[" * 3_000, b'{"proof": "\\ud800"}'])
def test_what_is_no_json_is_a_problem(office: Office, body: bytes) -> None:
    is_problem(post(office, body), 400)


def test_what_the_door_does_not_take_is_a_problem(office: Office) -> None:
    given = token(office)
    is_problem(post(office, BODY, key="", given=given), 400)
    is_problem(post(office, BODY, key="x" * 101, given=given), 400)
    is_problem(post(office, b"a=b", given=given, **{"Content-Type": "application/x-www-form-urlencoded"}), 415)
    is_problem(post(office, {**BODY, "proof": "x" * 70_000}, given=given), 413)
    client = office.application.test_client()
    is_problem(client.delete("/api/v1/consents"), 405)
    is_problem(client.get("/api/v1/nothing"), 404)
    is_problem(client.get("/api/nothing"), 404)


@pytest.mark.parametrize("head", ["", "Bearer", "Bearer swb_x", "Bearer x", "Basic YTpi", "Bearer " + "\u00ff" * 9])
def test_who_has_no_token_that_holds_is_turned_away(office: Office, head: str) -> None:
    answer = (
        post(office, BODY, Authorization=head) if head else office.application.test_client().get("/api/v1/consents")
    )
    is_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_login_opens_no_door_of_the_api(office: Office) -> None:
    is_problem(office.browser("ana").client.get("/api/v1/consents?address=" + AVA), 401)


def test_a_token_does_what_its_scope_says(office: Office) -> None:
    reads, writes = token(office, "consents:read"), token(office, "consents:write")
    assert "consents:write" in is_problem(post(office, BODY, given=reads), 403)["detail"]
    assert post(office, BODY, given=writes).status_code == 201
    assert "consents:read" in is_problem(read(office, given=writes), 403)["detail"]
    assert rows(office.database, ConsentRecord, actor_kind="token")


def test_a_revoked_token_is_refused_at_once(office: Office) -> None:
    given = token(office)
    number = only(office.database, ApiToken).id or 0
    office.database.write(lambda session: api_tokens.revoke(session, command(ACCOUNT), number))
    is_problem(post(office, BODY, given=given), 401)


def test_a_program_that_runs_wild_has_to_wait(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearer, "BURST", 2)
    given, other = token(office), token(office)
    answers = [post(office, BODY, given=given) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    is_problem(answers[-1], 429)
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert post(office, BODY, given=other).status_code == 201


def read(office: Office, address: str = AVA, given: str = "") -> TestResponse:
    """Ask what is in force."""
    headers = {"Authorization": f"Bearer {given or token(office)}"}
    return office.application.test_client().get("/api/v1/consents", query_string={"address": address}, headers=headers)


def test_what_is_in_force_is_read_with_its_records(office: Office) -> None:
    post(office, BODY)
    hear(office.database, "STOP", at=ago(minutes=1))
    told = read(office).get_json()
    assert told["address"] == AVA
    assert {(one["purpose"], one["state"], one["overruled"]) for one in told["in_force"]} == {
        ("marketing", "given", True), ("service", "given", True), ("all", "withdrawn", False),
    }  # fmt: skip
    assert [one["source"] for one in told["records"]] == ["form", "form", "keyword"]
    assert {one["record_id"] for one in told["in_force"]} == {one["record_id"] for one in told["records"]}


@pytest.mark.parametrize(
    "written", ["+1 415 555 0123", "whatsapp:+14155550123", " 14155550123", "whatsapp: 14155550123"]
)
def test_an_address_is_read_however_it_is_written(office: Office, written: str) -> None:
    post(office, BODY)
    assert len(read(office, written).get_json()["records"]) == 2


def test_somebody_unknown_has_agreed_to_nothing(office: Office) -> None:
    told = read(office, "+442079460018").get_json()
    assert (told["in_force"], told["records"]) == ([], [])
    is_problem(read(office, "nobody"), 422)
    assert rows(office.database, Contact) == []


def test_the_description_names_what_is_read(office: Office) -> None:
    told = office.application.test_client().get("/api/v1/openapi.json").get_json()
    assert told["openapi"].startswith("3.1")
    rules = {
        (rule.rule, method.lower())
        for rule in office.application.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint != "api.description"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, doors in told["paths"].items() for method in doors} == rules
    assert set(BODY) | {"phone", "withdrawal_method"} == set(told["components"]["schemas"]["Consent"]["properties"])
    text = json.dumps(told)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in told["components"]["schemas"]
