"""How a person wants the console: kept in cookies of their browser, read by the server, no secret."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from werkzeug.wrappers import Response

from app.web.shell.services import services
from app.web.words.times import CHOSEN_ZONE_COOKIE, zone_names

THEME_COOKIE = "switchboard_theme"
LETTERS_COOKIE = "switchboard_letters"
A_YEAR = 31_536_000


def theme() -> str:
    """light or dark as chosen, '' for what the system says."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in ("light", "dark") else ""


def letters_on() -> bool:
    """False when the person has turned the letter keys off."""
    return request.cookies.get(LETTERS_COOKIE, "") != "off"


def keep_preferences(response: Response, form: Mapping[str, str]) -> None:
    """Keep what a form says under `theme`, `zone` and `letters`; anything odd there means the default."""
    chosen_theme, zone = form.get("theme", ""), form.get("zone", "")
    _keep(response, THEME_COOKIE, chosen_theme if chosen_theme in ("light", "dark") else "")
    _keep(response, CHOSEN_ZONE_COOKIE, zone if zone in zone_names() else "")
    _keep(response, LETTERS_COOKIE, "" if form.get("letters") == "on" else "off")


def _keep(response: Response, name: str, value: str) -> None:
    if not value:
        response.delete_cookie(name, path="/", samesite="Lax")
        return
    secure = services().settings.public_base_url.startswith("https://")
    response.set_cookie(name, value, max_age=A_YEAR, path="/", samesite="Lax", secure=secure)
