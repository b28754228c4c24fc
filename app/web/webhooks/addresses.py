"""The addresses of Twilio's doors, opened by a person or by a Twilio that is set to GET."""

from __future__ import annotations

from flask import Blueprint, Response

from app.web.shell.services import services

blueprint = Blueprint("webhook_addresses", __name__, url_prefix="/twilio")
# Twilio can be set to GET. The others are somebody trying, who is told the same.
UNTAKEN = ("GET", "PUT", "PATCH", "DELETE")

WHAT_TO_SET = {
    "inbound": "In Twilio, set this address as the sender's webhook for incoming messages, with the method HTTP POST: ",
    "fallback": "In Twilio, set this address as the fallback for incoming messages, with the method HTTP POST: ",
    "status": "Twilio posts statuses here by itself; a Messaging Service may also name it, with the method HTTP POST: ",
}


@blueprint.route("/<any(inbound, fallback, status):door>", methods=UNTAKEN)
@blueprint.route("/<any(status):door>/<int:message>/<int:attempt>", methods=UNTAKEN, endpoint="of_attempt")
def what_to_set(door: str, message: int = 0, attempt: int = 0) -> Response:
    """One sentence that says what to set, for whoever opens a door that takes forms only."""
    sentence = f"{WHAT_TO_SET[door]}{services().settings.public_base_url}/twilio/{door}"
    return Response(sentence, status=405, headers={"Allow": "POST"}, content_type="text/plain")
