"""`/settings/senders`: the routes in force, and which way a number would go."""

from __future__ import annotations

import pytest

from app.domain.sending import routing
from app.domain.sending.routing import Routing
from app.domain.sending.routing_file import RoutingFile, Warned
from tests.support.cast import SENDER, hear
from tests.support.office import Office
from tests.support.standin import StandIn

UK = "MG" + "b" * 32
ROUTES = Routing(RoutingFile(by_country={"GB": UK}), SENDER, (Warned("by_country.FR", "MG12"),))


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("+44 20 7946 0018", (UK, "names this Messaging Service for GB", "Twilio chooses")),
        ("+33 6 12 34 56 78", ("names no service for FR", "+1 415-523-8886")),
        ("0207", ("neither a whole number",)),
        ("<script>alert(1)</script>", ("neither a whole number",)),
    ],
)
def test_a_number_asks_the_routes(office: Office, to: str, told: tuple[str, ...]) -> None:
    kim = office.browser("kim")
    kim.get("/settings/senders")
    with routing.under(ROUTES):
        page = kim.post("/settings/senders/way", {"to": to})
        fragment = kim.post("/settings/senders/way", {"to": to}, HX_Request="true")
    assert page.status_code == fragment.status_code == 200
    for words in told:
        assert words in page.text
        assert words in fragment.text
    assert "<script>alert" not in page.text + fragment.text
    assert "<html" not in fragment.text


def test_who_wrote_is_told_so(office: Office) -> None:
    hear(office.database, From="whatsapp:+442079460018")
    otto = office.browser("otto")
    otto.get("/settings/senders")
    with routing.under(ROUTES):
        assert "They wrote to this number" in otto.post("/settings/senders/way", {"to": "+442079460018"}).text
        page = otto.get("/settings/senders").text
    assert UK in page
    assert "by_country.FR has an odd length" in page


def test_how_the_senders_stand_is_told(at_twilio: Office, standin: StandIn) -> None:
    kim = at_twilio.browser("kim")
    assert "Twilio has told nothing of them yet" in kim.get("/settings/senders").text
    standin.simulator.control("settings", sender_quality="LOW", sender_limit="10K Customers/24hr")
    assert kim.post("/settings/senders/read").location == "/settings/senders"
    page = kim.get("/settings/senders").text
    for told in ("Can send.", "Low: many people block", "10000 people in 24 hours", "Free now: 10000."):
        assert told in page
    standin.simulator.control("settings", sender_status="OFFLINE", sender_limit="<b>as you like</b>")
    kim.post("/settings/senders/read")
    page = kim.get("/settings/senders").text
    assert "WhatsApp locked the sender" in page
    assert "&lt;b&gt;as you like" in page
    standin.fails_next("senders", "500")
    assert "Twilio could not be asked" in kim.post("/settings/senders/read").text
    assert "WhatsApp locked the sender" in kim.get("/settings/senders").text
