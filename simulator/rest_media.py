"""The media of messages: Twilio's own address, which redirects, and the CDN that hands out the bytes."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.utils import redirect

from simulator.answers import as_json, authenticate, errors_as_twilio, exchange, perform
from simulator.errors import error
from simulator.media import Medium
from simulator.paging import page
from simulator.rest import MESSAGES

rest_media = Blueprint("rest_media", __name__)
errors_as_twilio(rest_media)


@rest_media.get(f"{MESSAGES}/<sid>/Media.json")
def media_of(account: str, sid: str) -> Response:
    authenticate(account)
    return perform("media_list", lambda: _listed(sid))


def _listed(sid: str) -> Response:
    here = exchange()
    message = here.ledger.get(sid)
    if message is None:
        raise error(20404, request.path)
    found = [medium for me in message.media if (medium := here.media.get(me))]
    return as_json(page("media_list", found, request.path, request.args.to_dict()))


@rest_media.get(f"{MESSAGES}/<sid>/Media/<medium_sid>.json")
def facts(account: str, sid: str, medium_sid: str) -> Response:
    authenticate(account)
    return as_json(_found(sid, medium_sid).resource())


@rest_media.get(f"{MESSAGES}/<sid>/Media/<medium_sid>")
def bytes_of(account: str, sid: str, medium_sid: str) -> Response:
    """A redirect to the CDN; 404 for the first few tries, where the control API asked for it."""
    authenticate(account)
    return perform("media", lambda: _to_cdn(sid, medium_sid))


@rest_media.delete(f"{MESSAGES}/<sid>/Media/<medium_sid>.json")
def delete(account: str, sid: str, medium_sid: str) -> Response:
    authenticate(account)
    exchange().media.remove(_found(sid, medium_sid))
    return Response(status=204)


@rest_media.get("/AC<rest_of_sid>/<secret>")
def from_cdn(rest_of_sid: str, secret: str) -> Response:
    """What mms.twiliocdn.com answers: public for who knows the address, and no place for credentials."""
    if "Authorization" in request.headers:
        return Response("Only one auth mechanism allowed", 400, content_type="text/plain")
    medium = exchange().media.by_secret(secret)
    if medium is None or medium.account_sid != f"AC{rest_of_sid}":
        return Response("Not found", 404, content_type="text/plain")
    response = Response(exchange().media.content(medium), content_type=medium.content_type)
    response.headers["Content-Disposition"] = f'inline; filename="{medium.sid}"'
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _to_cdn(sid: str, medium_sid: str) -> Response:
    medium = _found(sid, medium_sid)
    here = exchange()
    if here.media.tries(medium_sid) <= here.knobs.media_404_tries:
        raise error(20404, request.path)
    answer = redirect(medium.cdn_url, 307, Response)
    assert isinstance(answer, Response)
    return answer


def _found(sid: str, medium_sid: str) -> Medium:
    medium = exchange().media.get(medium_sid)
    if medium is None or medium.message_sid != sid:
        raise error(20404, request.path)
    return medium
