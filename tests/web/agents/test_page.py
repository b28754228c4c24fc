"""Who works here, as an admin changes it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sqlmodel import col, update

from app.domain.clock import now
from app.store.tables import Agent, Audit, ResetLink
from tests.support.cast import ACCOUNT, only, rows
from tests.support.office import Browser, Office

LINK = re.compile(r"http://127\.0\.0\.1:8000(/login/reset/[\w-]+)")
NEW = "thistle pavement choir"


def add_bea(ana: Browser) -> str:
    """Add Bea and return the path of her link."""
    answer = ana.post("/settings/agents", {"login": "Bea@Example.com", "name": "Bea Lindqvist", "role": "agent"})
    assert answer.status_code == 201
    found = LINK.search(answer.text)
    assert found
    return urlsplit(found[1]).path


def set_password(office: Office, path: str, password: str = NEW) -> int:
    browser = office.browser()
    browser.get(path)
    return browser.post(path, {"new_password": password}).status_code


def test_who_is_added_sets_a_password_by_the_link_and_logs_in(office: Office) -> None:
    path = add_bea(office.browser("ana"))
    browser = office.browser()
    assert "bea@example.com" in browser.get(path).text
    assert browser.post(path, {"new_password": NEW}).location == "/login"
    assert "Your password is set." in browser.get("/login").text
    assert browser.log_in("bea@example.com", NEW).status_code == 303
    verbs = [row.verb for row in rows(office.database, Audit) if row.subject_id == str(only_bea(office).id)]
    assert verbs[-3:] == ["agent.add", "password.link", "password.reset"]


def only_bea(office: Office) -> Agent:
    return only(office.database, Agent, login="bea@example.com")


def test_looking_at_a_link_does_not_use_it_up_but_setting_a_password_does(office: Office) -> None:
    path = add_bea(office.browser("ana"))
    for _ in range(3):
        assert office.browser().get(path).status_code == 200
    assert set_password(office, path) == 303
    assert office.browser().get(path).status_code == 410
    assert set_password(office, path, "another one entirely") == 410
    assert office.browser().log_in("bea@example.com", NEW).status_code == 303


def test_a_refused_password_leaves_the_link_usable(office: Office) -> None:
    path = add_bea(office.browser("ana"))
    assert set_password(office, path, "short") == 422
    assert set_password(office, path) == 303


def test_a_link_ends_after_a_day(office: Office) -> None:
    path = add_bea(office.browser("ana"))
    office.database.write(
        lambda session: session.execute(
            update(ResetLink).where(col(ResetLink.account_sid) == ACCOUNT).values(expires_at=now())
        )
    )
    answer = office.browser().get(path)
    assert answer.status_code == 410
    assert "older than 24 hours" in answer.text


def test_a_newer_link_replaces_the_older(office: Office) -> None:
    ana = office.browser("ana")
    first = add_bea(ana)
    answer = ana.post(f"/settings/agents/{only_bea(office).id}/link")
    found = LINK.search(answer.text)
    assert found
    assert office.browser().get(first).status_code == 410
    assert office.browser().get(found[1]).status_code == 200


def test_a_reset_logs_the_person_out_everywhere(office: Office) -> None:
    kim, ana = office.browser("kim"), office.browser("ana")
    found = LINK.search(ana.post(f"/settings/agents/{office.ids['kim']}/link").text)
    assert found
    assert kim.is_in()
    assert set_password(office, found[1]) == 303
    assert not kim.is_in()
    assert office.browser().log_in("kim").status_code == 401


def test_disabling_ends_the_link_too(office: Office) -> None:
    ana = office.browser("ana")
    path = add_bea(ana)
    ana.post(f"/settings/agents/{only_bea(office).id}/disable")
    assert office.browser().get(path).status_code == 410
    assert ana.post(f"/settings/agents/{only_bea(office).id}/link").status_code == 409


def test_the_link_is_shown_once_and_kept_nowhere(office: Office) -> None:
    ana = office.browser("ana")
    token = add_bea(ana).rpartition("/")[2]
    assert token not in ana.get("/settings/agents").text
    for table in (ResetLink, Audit):
        assert token not in repr([row.model_dump() for row in rows(office.database, table)])


def test_a_login_that_is_taken_is_refused_and_nothing_typed_is_lost(office: Office) -> None:
    answer = office.browser("ana").post("/settings/agents", {"login": "KIM", "name": "Kim Other", "role": "auditor"})
    assert answer.status_code == 422
    assert "Somebody has this login already." in answer.text
    assert 'value="Kim Other"' in answer.text
    assert re.search(r'value="auditor" checked', answer.text)


def test_the_last_admin_can_be_neither_disabled_nor_demoted(office: Office) -> None:
    ana = office.browser("ana")
    add_bea(ana)
    # An admin without a password can't log in, so does not count.
    ana.post(f"/settings/agents/{only_bea(office).id}/role", {"role": "admin"})
    mine = f"/settings/agents/{office.ids['ana']}"
    for answer in (ana.post(f"{mine}/disable"), ana.post(f"{mine}/role", {"role": "agent"})):
        assert answer.status_code == 409
        assert "last admin" in answer.text
    ana.post(f"/settings/agents/{office.ids['kim']}/role", {"role": "admin"})
    assert ana.post(f"{mine}/role", {"role": "agent"}).status_code == 303
    assert ana.get("/settings/agents").status_code == 403


def test_every_change_is_in_the_audit(office: Office) -> None:
    ana, kim = office.browser("ana"), f"/settings/agents/{office.ids['kim']}"
    for path, form in (("/role", {"role": "auditor"}), ("/disable", {}), ("/enable", {}), ("/link", {})):
        ana.post(kim + path, form)
    done = [(row.verb, row.actor_name) for row in rows(office.database, Audit) if row.actor_name == "Ana Souza"]
    assert [verb for verb, _ in done if verb != "session.begin"] == [
        "agent.role", "agent.disable", "agent.enable", "password.link",
    ]  # fmt: skip


def test_somebody_of_another_account_is_nobody(office: Office) -> None:
    assert office.browser("ana").post("/settings/agents/999999/disable").status_code == 409
