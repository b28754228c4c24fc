"""Bringing consents from a file, step by step, as an admin does it."""

from __future__ import annotations

import io
import re

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.domain.consent import imports
from app.store.tables import Audit, ConsentImport, ConsentRecord
from tests.support.cast import ACCOUNT, only, rows
from tests.support.office import AS_A_BROWSER, Browser, Office

LIST = """Phone;Opt-in;Date;Proof;Full name;
+1 415 555 0123;yes;05.01.2026;https://shop.example/1;Ava
4,49E+11;yes;05.01.2026;https://shop.example/2;
+14155550124;yes;05.01.2126;<b>paper</b>;
"""
COLUMNS = {"phone": "0", "action": "1", "date": "2", "proof": "3", "every_purpose": "marketing"}


def upload(browser: Browser, content: bytes, name: str = "list.csv") -> str:
    """Choose a file and send it; the address of the import, or the page that says why not."""
    key = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/consent/import").text)
    form = {"csrf_token": key[1] if key else "", "file": FileStorage(io.BytesIO(content), name)}
    boundary, body = encode_multipart(form)
    kind = f"multipart/form-data; boundary={boundary}"
    answer = browser.client.post("/consent/import", data=body, content_type=kind, headers=AS_A_BROWSER)
    return answer.headers.get("Location") or answer.text


def test_from_the_file_to_the_records_and_back(office: Office) -> None:
    ana = office.browser("ana")
    there = upload(ana, LIST.encode("utf-16"))
    page = ana.get(there).text
    assert "UTF-16" in page
    assert re.search(r'<option value="0" selected>Phone', page)
    assert "Not taken in: Full name. An import brings consents" in page
    assert ana.post(f"{there}/columns", COLUMNS).location == there
    assert "Lines being checked" in ana.get(there).text
    assert 'hx-get="/consent/import/' in ana.get(f"{there}/progress").text
    imports.work(office.database, ACCOUNT)
    assert ana.get(f"{there}/progress?state=checking").headers["HX-Refresh"] == "true"
    page = ana.get(there).text
    assert "1 line can be recorded." in page
    assert '<td dir="auto">Import</td>' in page
    assert "its last digits are lost" in page
    assert "The date is still to come." in page
    assert "&lt;b&gt;paper" in page
    assert rows(office.database, ConsentRecord) == []
    ana.post(f"{there}/apply")
    imports.work(office.database, ACCOUNT)
    page = ana.get(there).text
    assert "1 record," in page
    assert only(office.database, ConsentRecord).purpose == "marketing"
    ana.post(f"{there}/take-back")
    imports.work(office.database, ACCOUNT)
    assert "Its records count no more" in ana.get(there).text
    said = re.sub(r"<[^>]+>", "", ana.get("/audit?kind=consent").text)
    assert "imported consents from a file as Import 1: 1 lines, 2 left out" in said


def test_what_is_no_list_says_why_and_leaves_nothing(office: Office) -> None:
    ana = office.browser("ana")
    assert "The file is empty." in upload(ana, b"")
    assert "This is no CSV file." in upload(ana, b"PK\x03\x04\x00\x00\x9d\x81" * 40, "list.xlsx")
    assert rows(office.database, ConsentImport) == []
    there = upload(ana, b"Name\nAva")
    answer = ana.post(f"{there}/columns", {})
    assert answer.status_code == 422
    assert "Say which column holds the phone numbers." in answer.text
    ana.get(there)
    assert ana.post(f"{there}/drop").location == "/consent/import"


def test_a_large_file_is_taken_here_and_nowhere_else(office: Office) -> None:
    ana = office.browser("ana")
    large = LIST.encode() + b"+14155550123;yes;05.01.2026;x\n" * 20_000
    assert upload(ana, large).startswith("/consent/import/")
    ana.get("/settings")
    assert ana.post("/settings/view", {"theme": "x" * 600_000}).status_code == 413


@pytest.mark.parametrize("login", ["kim", "otto"])
def test_it_is_for_admins(office: Office, login: str) -> None:
    browser = office.browser(login)
    assert browser.get("/consent/import").status_code == 403
    browser.get("/settings")
    for path in ("", "/1/columns", "/1/apply", "/1/take-back", "/1/drop"):
        assert browser.post(f"/consent/import{path}").status_code in (403, 422)
    assert rows(office.database, ConsentImport) == []
    assert rows(office.database, Audit, verb="consent.import") == []
    assert office.browser("ana").get("/consent/import/12345").status_code == 404
