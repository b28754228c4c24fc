"""`/settings/senders`: which of our senders begins a conversation, and which way a number would go."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from app.domain.contacts import addresses
from app.domain.sending import routing
from app.domain.sending.routing import Routing, Way
from app.settings import Settings
from app.web.shell.current_user import allowed
from app.web.shell.services import services
from app.web.words.gettext import _
from app.web.words.routes import why_this_way

blueprint = Blueprint("senders", __name__, url_prefix="/settings/senders")


@dataclass(frozen=True)
class WayView:
    """Which way a number that somebody typed would go; `wrong` where it is none."""

    typed: str = ""
    wrong: str = ""
    address: str = ""
    way: Way | None = None
    why: str = ""


@dataclass(frozen=True)
class Route:
    """A line of the routing file: the countries, their service, and the number by which that begins."""

    country: str
    messaging_service_sid: str
    sender: str


@blueprint.get("")
def page() -> str:
    """The routes in force, and the field that asks them."""
    allowed("routes.read")
    return _page(WayView())


@blueprint.post("/way")
def way() -> str:
    """Which way a number would go: the page anew, or for htmx only the answer."""
    who, typed = allowed("routes.read"), request.form.get("to", "")[:200]
    address = addresses.recipient(typed)
    if address is None:
        found = WayView(
            typed, wrong=_("This is neither a whole number nor a WhatsApp id. Write it like +44 20 7946 0018.")
        )
    else:
        goes = services().database.read(lambda session: routing.way_to(session, who.account_sid, address))
        found = WayView(typed, "", address, goes, why_this_way(goes))
    if request.headers.get("HX-Request"):
        return render_template("settings/_way.html", asked=found, settings=services().settings)
    return _page(found)


def _page(asked: WayView) -> str:
    settings, routes = services().settings, routing.in_force()
    return render_template(
        "settings/senders.html",
        routes=_lines(routes, settings),
        warnings=routes.warnings,
        settings=settings,
        asked=asked,
    )


def _lines(routes: Routing, settings: Settings) -> list[Route]:
    by_country = {**dict(sorted(routes.file.by_country.items())), "": routes.default_service}
    return [
        Route(country, sid, routes.file.senders.get(sid, "")) for country, sid in by_country.items() if sid or country
    ]
