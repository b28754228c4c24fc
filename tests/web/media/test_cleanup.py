"""The page of the clean-up: what the last run did, and an admin's button."""

from __future__ import annotations

from app.domain.media import files
from app.store.tables import MediaCleanup
from app.web.shell.services import services
from tests.support.cast import ACCOUNT, KIM, rows
from tests.support.hosted import picture
from tests.support.office import Office


def test_an_admin_runs_it_and_everybody_sees_what_it_did(office: Office) -> None:
    held = services(office.application)
    number = files.host(office.database, held.media_store, KIM, "wheel.png", picture())
    ana, otto = office.browser("ana"), office.browser("otto")
    assert "It has not run yet" in ana.get("/media/cleanup").text
    assert "Run now" not in otto.get("/media/cleanup").text
    assert otto.htmx("POST", "/media/cleanup").status_code == 403
    for key in held.media_store.keys(ACCOUNT, "out/"):
        held.media_store.delete(ACCOUNT, key)
    answer = ana.htmx("POST", "/media/cleanup", shown="/media/cleanup")
    assert answer.status_code == 200
    assert "0 were removed." in answer.text
    assert f'href="/media/{number}"' in answer.text
    assert "1 file is listed and not in the store" in otto.get("/media/cleanup").text
    assert ana.post("/media/cleanup").status_code == 303
    assert "Before" in ana.get("/media/cleanup/last").text
    assert [run.actor_kind for run in rows(office.database, MediaCleanup)] == ["agent", "agent"]
