"""`POST /conversations/<id>/presence`: a console says that it has the conversation open, or no more."""

from __future__ import annotations

from typing import cast, get_args

from flask import Blueprint, Response, abort, request

from app.domain.conversations import presence
from app.domain.conversations.changes import ConversationUnknown
from app.vocabulary import Doing
from app.web.shell.current_user import allowed
from app.web.shell.services import services

blueprint = Blueprint("presence", __name__)


@blueprint.post("/conversations/<int:conversation>/presence")
def say(conversation: int) -> Response:
    """`doing` is looking, writing or left."""
    who, doing = allowed("conversation.read"), request.form.get("doing", "")
    if doing == "left":
        services().database.write(lambda session: presence.leave(session, who, conversation))
    elif doing in get_args(Doing):
        try:
            presence.say(services().database, who, conversation, cast(Doing, doing))
        except ConversationUnknown:
            abort(404)
    else:
        abort(400)
    return Response(status=204)
