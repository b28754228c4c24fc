"""`/settings/senders`: which of our senders begins a conversation, which way a number would go, how they stand."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.clock import now
from app.domain.contacts import addresses
from app.domain.runs import daily_limit
from app.domain.sending import routing, sender_states
from app.domain.sending.routing import Routing, Way
from app.gateways.twilio.senders import SendersUnavailable
from app.settings import Settings
from app.store import sender_states as stored
from app.web.shell.current_user import allowed
from app.web.shell.services import services
from app.web.words import sender_states as words
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


@blueprint.post("/read")
def read() -> AnyResponse | str:
    """Ask Twilio how the senders stand."""
    who = allowed("routes.read")
    try:
        sender_states.read(services().database, services().senders, who.account_sid)
    except SendersUnavailable:
        return _page(WayView(), _("Twilio could not be asked. What it told before is shown; try again."))
    return redirect(url_for(".page"), 303)


def _page(asked: WayView, trouble: str = "") -> str:
    settings, routes = services().settings, routing.in_force()
    account_sid = settings.twilio_account_sid
    states = services().database.read(lambda session: stored.all_of(session, account_sid))
    places = services().database.read(lambda session: daily_limit.places(session, account_sid, now()))
    return render_template(
        "settings/senders.html",
        routes=_lines(routes, settings),
        warnings=routes.warnings,
        settings=settings,
        asked=asked,
        states=states,
        places=places,
        trouble=trouble,
        words=words,
    )


def _lines(routes: Routing, settings: Settings) -> list[Route]:
    by_country = {**dict(sorted(routes.file.by_country.items())), "": routes.default_service}
    return [
        Route(country, sid, routes.file.senders.get(sid, "")) for country, sid in by_country.items() if sid or country
    ]
