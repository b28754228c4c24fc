"""The phone page, over HTTP and in a real browser."""

from __future__ import annotations

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from harness.simulator import CUSTOMER, Simulator
from harness.waiting import until
from simulator.samples import sample
from tests.simulator.conftest import Send
from tests.simulator.receiver import Receiver

VIEWPORTS = [(1440, 900), (390, 844)]


def test_the_page_says_what_it_is_and_runs_nothing_inline(simulator: Simulator) -> None:
    answer = requests.get(simulator.url, timeout=5)
    assert "no real message leaves this computer" in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert " style=" not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("picture", "MediaContentType0", "image/jpeg"),
        ("voice", "MediaContentType0", "audio/ogg"),
        ("document", "MediaContentType0", "application/pdf"),
        ("location", "Label", "Hoxton Yard"),
        ("button", "ButtonPayload", "confirm_18473"),
        ("ad", "ReferralHeadline", "Halden Cycles"),
        ("stop", "Body", "STOP"),
        ("start", "Body", "START"),
    ],
)
def test_each_quick_button_writes(simulator: Simulator, receiver: Receiver, kind: str, field: str, value: str) -> None:
    form = {"customer": CUSTOMER, "name": "Ava", "kind": kind}
    requests.post(f"{simulator.url}/phone/send", form, timeout=5)
    webhook = receiver.first()
    assert webhook.genuine
    assert (webhook.form[field], webhook.form["ProfileName"]) == (value, "Ava")


def test_an_uploaded_file_is_typed_by_its_content(simulator: Simulator, receiver: Receiver) -> None:
    files = {"file": ("holiday.txt", sample("png")[0], "text/plain")}
    requests.post(f"{simulator.url}/phone/send", {"customer": CUSTOMER}, files=files, timeout=5)
    webhook = receiver.first()
    assert webhook.form["MediaContentType0"] == "image/png"


def test_a_stranger_who_is_no_number_is_refused(simulator: Simulator) -> None:
    answer = requests.post(f"{simulator.url}/phone/send", {"customer": "Bob", "body": "x"}, timeout=5)
    assert answer.status_code == 400


def test_hostile_words_stay_words(simulator: Simulator, receiver: Receiver) -> None:
    simulator.control("inbound", **{"from": CUSTOMER, "body": "<script>x</script>", "profile_name": "<b>A"})
    text = requests.get(simulator.url, {"customer": CUSTOMER}, timeout=5).text
    assert "&lt;script&gt;x" in text
    assert "<b>A" not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), VIEWPORTS)
def test_a_conversation_in_a_browser(
    simulator: Simulator,
    receiver: Receiver,
    send: Send,
    browser: Browser,
    width: int,
    height: int,
    scheme: str,
) -> None:
    simulator.control("settings", auto_read=False)
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{simulator.url}/?customer={CUSTOMER.replace('+', '%2B')}")
    page.get_by_label("Message", exact=True).fill("شكراً 🙏 see you at four")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("log").get_by_text("see you at four")).to_be_visible()
    expect(page.get_by_role("log").get_by_text("Taken")).to_be_visible()
    page.get_by_label("Message", exact=True).fill("half a sent")
    send(body="Your bike is ready")
    expect(page.get_by_role("log").get_by_text("Your bike is ready")).to_be_visible()
    expect(page.get_by_role("log").get_by_text("Read", exact=True)).to_be_visible()
    assert page.get_by_label("Message", exact=True).input_value() == "half a sent"
    until(lambda: receiver.statuses() == ["sent", "delivered", "read"])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []
    context.close()
    assert complaints == []


def test_the_knobs_turn(simulator: Simulator, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(simulator.url)
    page.get_by_label("429, too many requests").check()
    page.get_by_label("Calls").fill("3")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Next create: 429, 3 left")).to_be_visible()
    page.get_by_label("Status updates come").select_option("out_of_order")
    page.get_by_label("Customer reads").select_option("")
    page.get_by_role("button", name="Save").click()
    until(lambda: simulator.control("settings")["callbacks"] == "out_of_order")
    assert simulator.control("settings")["auto_read"] is False
    context.close()


def test_a_new_customer_is_named(simulator: Simulator, receiver: Receiver, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(simulator.url)
    page.get_by_text("New customer").click()
    page.get_by_label("Name").fill("Ana Ruiz")
    page.get_by_label("Number, or WhatsApp id").fill("+34 600 000 123")
    page.get_by_role("button", name="Write as this customer").click()
    page.get_by_role("button", name="STOP").click()
    webhook = receiver.first()
    assert (webhook.form["From"], webhook.form["ProfileName"]) == ("whatsapp:+34600000123", "Ana Ruiz")
    context.close()
