"""`/settings/senders`: the routes in force, and which way a number would go."""

from __future__ import annotations

import pytest

from app.domain.sending import routing
from app.domain.sending.routing import Routing
from app.domain.sending.routing_file import RoutingFile, Warned
from tests.support.cast import SENDER, hear
from tests.support.office import Office

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
