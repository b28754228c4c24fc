"""Who is asking: the session behind the browser's cookie."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import g, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.access import require
from app.domain.actor import Actor
from app.domain.agents import sessions
from app.domain.clock import now
from app.web.shell.services import services


def actor() -> Actor:
    """The person who is logged in. Only behind a door that is not public, where there always is one."""
    found = logged_in()
    if found is None:
        raise RuntimeError("this door is public, so there may be nobody")
    return found.actor


def allowed(verb: str) -> Actor:
    """The person who is logged in, who may do this. Raises NotAllowed."""
    who = actor()
    require(who, verb)
    return who


def actor_or_none() -> Actor | None:
    """The person who is logged in, or None."""
    found = logged_in()
    return found.actor if found else None


def logged_in() -> sessions.LoggedIn | None:
    """The session of this request, or None. Read from the database once a request, and only when asked for."""
    if "logged_in" not in g:
        g.logged_in = _find()
    found: sessions.LoggedIn | None = g.logged_in
    return found


def known_already() -> Actor | None:
    """The person, where this request has asked already: for pages that must not touch the database."""
    found: sessions.LoggedIn | None = g.get("logged_in")
    return found.actor if found else None


def origin() -> sessions.Origin:
    """The address and the browser that this request comes from."""
    return sessions.Origin(request.remote_addr or "", request.user_agent.string)


def cookie_name() -> str:
    """Over https the browser lets nobody but this host set it, over https and for all paths."""
    return "__Host-switchboard_session" if _secure() else "switchboard_session"


def set_cookie(response: AnyResponse, token: str) -> None:
    """Let the browser hold the token. It is forgotten when the browser closes."""
    response.set_cookie(cookie_name(), token, path="/", httponly=True, secure=_secure(), samesite="Lax")


def clear_cookie(response: AnyResponse) -> None:
    """Let the browser forget the token."""
    response.delete_cookie(cookie_name(), path="/", httponly=True, secure=_secure(), samesite="Lax")


def left() -> timedelta:
    """How long the session of this request holds yet, unless it is used before that."""
    found = logged_in()
    return found.ends_at(services().settings.session_idle) - now() if found else timedelta()


def touch() -> None:
    """Write down that the person was active; not more often than it matters."""
    found = logged_in()
    if found is None or not found.wants_touch(now()):
        return
    at = now()
    account_sid, session_id = found.actor.account_sid, found.session_id
    services().database.write(lambda session: sessions.touch(session, account_sid, session_id, at))
    g.logged_in = replace(found, last_seen_at=at)


def why_over() -> sessions.Over:
    """Why there is no session of this request."""
    account_sid, idle, token = services().settings.twilio_account_sid, services().settings.session_idle, _token()
    return services().database.read(lambda session: sessions.why_over(session, account_sid, token, now(), idle))


def _find() -> sessions.LoggedIn | None:
    token = _token()
    if not token:
        return None
    account_sid, idle = services().settings.twilio_account_sid, services().settings.session_idle
    return services().database.read(lambda session: sessions.find(session, account_sid, token, now(), idle))


def _token() -> str:
    token = request.cookies.get(cookie_name(), "")
    return token if len(token) <= 100 else ""


def _secure() -> bool:
    return services().settings.public_base_url.startswith("https://")
