"""The audit page: who may look, what it says, what fits, and what is taken along."""

from __future__ import annotations

import csv
import io
import re

from app.audit_words import AUDIT_VERBS, verbs_of
from app.domain import audit
from app.domain.actor import command
from app.domain.conversations import changes
from app.store.tables import Agent, Audit, Journal
from tests.support.cast import ACCOUNT, conversation_with, hear, only, rows
from tests.support.office import Office


def deeds(page: str) -> list[str]:
    """The sentences of a page."""
    found = re.findall(r'<span class="deed__did">(.*?)</span>\n', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in found]


def test_admins_and_auditors_may_look_and_agents_not(office: Office) -> None:
    assert office.browser("ana").get("/audit").status_code == 200
    assert office.browser("otto").get("/audit").status_code == 200
    kim = office.browser("kim")
    assert kim.get("/audit").status_code == 403
    assert kim.post("/audit/export").status_code == 403
    assert 'href="/audit"' not in kim.get("/settings").text
    assert 'href="/audit"' in office.browser("otto").get("/settings").text


def test_it_says_in_words_who_did_what_to_what(office: Office) -> None:
    hear(office.database, ProfileName="Ava <Lind>")
    there = conversation_with(office.database).id or 0
    ana = office.browser("ana")
    ana.get("/settings/agents")
    ana.post(f"/settings/agents/{office.ids['kim']}/role", {"role": "auditor"})
    who = office.actor("ana")
    office.database.write(lambda session: changes.set_state(session, who, there, "closed"))
    page = ana.get("/audit").text
    assert "Ana Souza changed the role of Kim Aalto from Agent to Auditor" in deeds(page)
    assert "Ana Souza closed the conversation with Ava &lt;Lind&gt;" in deeds(page)
    assert f'href="/conversations/{there}"' in page
    assert "<Lind>" not in page


def test_a_login_that_failed_is_there_and_not_what_was_typed(office: Office) -> None:
    office.browser().log_in("kim", "not her password")
    office.browser().log_in("Heron lantern gravel", "x")
    found = rows(office.database, Audit, verb="session.refused")
    assert [(row.actor_kind, row.subject_id) for row in found] == [("visitor", str(office.ids["kim"])), ("visitor", "")]
    assert "eron" not in str([row.detail for row in found])
    said = deeds(office.browser("ana").get("/audit?kind=logins").text)
    assert "Somebody not logged in gave a wrong password for Kim Aalto, from 127.0.0.1" in said
    assert "Somebody not logged in gave a wrong password for a login that nobody has, from 127.0.0.1" in said
    assert "Ana Souza logged in from 127.0.0.1" in said


def test_it_is_searched_by_person_deed_subject_and_days(office: Office) -> None:
    ana, kim = office.browser("ana"), office.browser("kim")
    kim.get("/settings")
    number = only(office.database, Agent, login="kim").id
    by_kim = deeds(ana.get(f"/audit?who={number}").text)
    assert by_kim == ["Kim Aalto logged in from 127.0.0.1"]
    assert len(deeds(ana.get("/audit?who=command").text)) >= 3
    assert set(deeds(ana.get("/audit?verb=session.begin").text)) == {
        "Ana Souza logged in from 127.0.0.1",
        "Kim Aalto logged in from 127.0.0.1",
    }
    about_kim = deeds(ana.get(f"/audit?subject_kind=agent&subject={number}").text)
    assert about_kim
    assert all("Kim Aalto" in one for one in about_kim)
    assert "Nothing fits" in ana.get("/audit?until=2020-01-01").text
    assert len(deeds(ana.get("/audit?since=2020-01-01&kind=logins").text)) == 2
    assert deeds(ana.get("/audit?since=nonsense&who=nobody&kind=x&verb=y&subject_kind=z&before=0").text)


def test_every_deed_has_a_sentence_even_one_whose_codes_were_not_written(office: Office) -> None:
    who = command(ACCOUNT)
    for verb in verbs_of(""):
        office.database.write(lambda session, v=verb: audit.record(session, who, v, "session", 7))  # type: ignore[misc]
    ana = office.browser("ana")
    for kind in AUDIT_VERBS:
        said = deeds(ana.get(f"/audit?who=command&kind={kind}").text)
        assert len(said) >= len(AUDIT_VERBS[kind])
        assert not any("%(" in one for one in said)
    ana.get("/audit")
    assert ana.post("/audit/export").text.count("The command line") >= len(verbs_of(""))


def test_it_comes_in_pages(office: Office) -> None:
    who = command(ACCOUNT)
    for number in range(60):
        office.database.write(lambda session, n=number: audit.record(session, who, "sender.go_on", "sender", f"+{n}"))  # type: ignore[misc]
    ana = office.browser("ana")
    first = ana.get("/audit?kind=senders").text
    assert len(deeds(first)) == 50
    older = re.search(r'href="(/audit\?[^"]*before=\d+)"', first)
    assert older is not None
    assert len(deeds(ana.get(older[1].replace("&amp;", "&")).text)) == 10


def test_the_export_holds_what_fits_runs_no_formula_and_is_in_the_audit(office: Office) -> None:
    who = command(ACCOUNT)
    for number in range(1203):
        sender = '=HYPERLINK("x")' if number == 7 else f"whatsapp:+1{number:010}"
        office.database.write(lambda session, s=sender: audit.record(session, who, "sender.go_on", "sender", s))  # type: ignore[misc]
    otto = office.browser("otto")
    otto.get("/audit")
    answer = otto.post("/audit/export", {"kind": "senders"})
    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeff")
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(lines) == 1203
    assert len({line["subject"] for line in lines}) == 1203
    assert {line["in_words"] for line in lines if "HYPERLINK" in line["subject"]} == {
        'let the paused sender =HYPERLINK("x") go on'
    }
    assert '\'=HYPERLINK("x")' in {line["subject"] for line in lines}
    exported = only(office.database, Audit, verb="audit.export")
    assert exported.actor_name == "Otto Brandt"
    assert exported.detail["verbs"] == ["sender.go_on"]
    assert "Otto Brandt exported the audit" in deeds(otto.get("/audit").text)


def test_what_an_auditor_opens_is_written_down(office: Office) -> None:
    hear(office.database)
    there = conversation_with(office.database).id or 0
    webhook = only(office.database, Journal).id
    for login in ("kim", "otto"):
        browser = office.browser(login)
        for path in (f"/conversations/{there}", f"/conversations/{there}/pane", f"/journal/{webhook}"):
            assert browser.get(path).status_code == 200
        assert browser.get("/conversations/99999").status_code == 404
    read = [row for row in rows(office.database, Audit) if row.verb.endswith(".opened")]
    assert [(row.actor_name, row.verb, row.subject_id) for row in read] == [
        ("Otto Brandt", "conversation.opened", str(there)),
        ("Otto Brandt", "journal.opened", str(webhook)),
    ]
