"""What went wrong, why, and what to do: a page for a browser, one sentence for htmx and programs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from app.domain.access import NotAllowed
from app.domain.actor import Actor
from app.gateways.media_store import StoreDown
from app.store.errors import DatabaseUnavailable
from app.web.shell import problems
from app.web.shell.current_user import actor_or_none, known_already
from app.web.shell.requests import request
from app.web.words.gettext import N_, _

# Never shown again, even to the one who typed them.
SECRET_FIELDS = frozenset({"csrf_token", "password", "old_password", "new_password"})


@dataclass(frozen=True)
class Explanation:
    """An error as its page says it: what happened, and what to do about it."""

    what: str
    todo: str


EXPLANATIONS = {
    400: Explanation(
        N_("The request could not be understood."),
        N_("Go back, reload the page and send it again. If it was a link, it may have been cut off."),
    ),
    401: Explanation(
        N_("You are not logged in, or not any more."),
        N_("Log in and send it again. Nothing was changed."),
    ),
    403: Explanation(
        N_("Your role may not do this."), N_("Ask an admin to do it, or to change your role in Settings.")
    ),
    404: Explanation(
        N_("There is nothing at this address."),
        N_("It may have been deleted, or the link may have been cut off. Start again from the inbox."),
    ),
    405: Explanation(
        N_("This address does not take that kind of request."),
        N_("Go back and use the button on the page instead of the address."),
    ),
    413: Explanation(N_("What was sent is larger than this page takes."), N_("Shorten it, or send a smaller file.")),
    429: Explanation(
        N_("Too many requests of this kind came in a short time."), N_("Wait a minute, then send it again.")
    ),
    500: Explanation(
        N_("The server failed at this request. It was written to the log."),
        N_("Reload the page to see whether the change was kept. If it fails again, tell an admin the time."),
    ),
    503: Explanation(
        N_("The database can't be reached."),
        N_("Nothing was changed. Messages from customers are kept meanwhile. Try again in a minute."),
    ),
}
# Who isn't logged in may be a customer with a link, who knows of no console.
NOTHING_FOR_OUTSIDERS = Explanation(
    N_("There is nothing at this address."),
    N_("The link may have been cut off, or what it led to is gone. Ask for a new one where you got it."),
)
# The place of files has troubles of its own.
FILES_UNAVAILABLE = Explanation(
    N_("The place where files are kept can't be reached."),
    N_("The file is neither sent nor lost, and neither is what you wrote. Try again in a minute."),
)


def install(app: Flask) -> None:
    """Answer every error in these words."""
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(NotAllowed, lambda error: explain(403))
    app.register_error_handler(DatabaseUnavailable, lambda error: _unavailable(EXPLANATIONS[503]))
    app.register_error_handler(StoreDown, lambda error: files_unavailable())


def explain(code: int, explanation: Explanation | None = None, **context: object) -> Response:
    """The answer to an error: its page, or one sentence where a page would be no use."""
    person = None if problems.is_api() else _person(code)
    if code == 404 and person is None:
        explanation = NOTHING_FOR_OUTSIDERS
    explanation = explanation or EXPLANATIONS.get(code) or EXPLANATIONS[500 if code >= 500 else 400]
    what, todo = _(explanation.what), _(explanation.todo)
    if problems.is_api():
        return problems.problem(code, problems.DETAILS.get(code, what))
    if wants_page():
        body = render_template("errors/page.html", what=what, todo=todo, actor=person, **context)
        return make_response(body, code)
    return Response(f"{what} {todo}", code, mimetype="text/plain")


def typed() -> list[str]:
    """The text of the form that was refused, so that it isn't lost with it."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return []
    return [
        value
        for name, value in request.form.items(multi=True)
        if name not in SECRET_FIELDS and value.strip() and len(value) > 3
    ]


def wants_page() -> bool:
    """True for a browser that will show what it gets as a page."""
    # Without a host that can be one there are no addresses, and so no page.
    if request.htmx or request_ctx.url_adapter is None:
        return False
    return request.accept_mimetypes.best_match(["text/plain", "text/html"]) == "text/html"


def _person(code: int) -> Actor | None:
    # An address that leads nowhere has no guard that asked who it is; a failed database is not asked again.
    if code != 404:
        return known_already()
    try:
        return actor_or_none()
    except DatabaseUnavailable:
        return None


def _on_http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    answer = explain(error.code or 500)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def files_unavailable() -> Response:
    """The answer while the media store is away."""
    return _unavailable(FILES_UNAVAILABLE)


def _unavailable(explanation: Explanation) -> Response:
    answer = explain(503, explanation)
    answer.headers["Retry-After"] = "10"
    return answer
