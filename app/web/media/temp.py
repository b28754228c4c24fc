"""`/media/temp/<token>/<name.ext>`: a file of ours, for Twilio to fetch. The token is the key; there is no login."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, abort, request

from app import metrics
from app.domain.clock import now
from app.domain.media import grants
from app.domain.media.grants import MediaLinks
from app.domain.media.probes import ProbeLinks
from app.domain.sending.fetch_evidence import Fetch, Receipt
from app.gateways.media_store import MediaMissing, StoredFile, StoreDown
from app.media_words import GrantStanding
from app.store.media import hosted as hosted_files
from app.store.media.hosted import Granted
from app.store.tables import HostedFile
from app.web.media import harmless
from app.web.media.streamed import Ended, streamed
from app.web.shell.error_pages import explain, files_unavailable
from app.web.shell.services import services

blueprint = Blueprint("media_temp", __name__)
log = structlog.get_logger()


@blueprint.get("/media/temp/<token>/<name>")
def file(token: str, name: str) -> Response:
    """The file, as WhatsApp wants it: its own type, inline, with a name that has an extension, and no redirect.

    One and the same 404 for what is unknown, revoked, expired or gone; what was granted once is written down then too.
    """
    if (probed := _probed(token)) is not None and probed.name == name:
        response = streamed(_opened(probed), _etag(probed.id), probed.created_at)
        return harmless.to_twilio(response, probed.content_type, probed.name)
    granted = _granted(token)
    if granted is None or granted.name != name:
        abort(404)
    standing = grants.standing_of(granted, now())
    if standing != "live":
        return _refuse(granted, standing, explain(404))
    try:
        content = services().media_store.open(granted.account_sid, granted.key)
    except MediaMissing:
        log.error("media.missing", file=granted.file_id)
        return _refuse(granted, "missing", explain(404))
    except StoreDown as error:
        log.error("media.store_down", file=granted.file_id, error=str(error))
        return _refuse(granted, "unavailable", files_unavailable())
    response = streamed(content, _etag(granted.file_id), granted.file_created_at, _written_down(granted, standing))
    return harmless.to_twilio(response, granted.content_type, granted.name)


@blueprint.after_request
def count(response: Response) -> Response:
    """Count every fetch, those of nothing too."""
    metrics.HOSTED_FETCHES.labels(str(response.status_code)).inc()
    return response


def _granted(token: str) -> Granted | None:
    settings = services().settings
    grant_id = MediaLinks(settings.public_base_url, settings.secret_key).grant_of(token)
    # A token that isn't ours costs no look at the database.
    if grant_id is None:
        return None
    account_sid = settings.twilio_account_sid
    return services().database.read_once(lambda session: hosted_files.granted(session, account_sid, grant_id))


def _probed(token: str) -> HostedFile | None:
    """The file that our own preflight asks for; that is no fetch of a message's."""
    settings = services().settings
    number = ProbeLinks(settings.public_base_url, settings.secret_key).file_of(token, now())
    if number is None:
        return None
    account_sid = settings.twilio_account_sid
    file = services().database.read(lambda session: hosted_files.files(session, account_sid, [number])).get(number)
    return file if file is not None and file.deleted_at is None else None


def _opened(file: HostedFile) -> StoredFile:
    try:
        return services().media_store.open(file.account_sid, file.key)
    except MediaMissing:
        log.error("media.missing", file=file.id)
        abort(404)


def _refuse(granted: Granted, standing: GrantStanding, response: Response) -> Response:
    _written_down(granted, standing)(response, 0 if request.method == "HEAD" else response.content_length or 0)
    return response


def _etag(file_id: int | None) -> str:
    return f"hosted-{file_id}"


def _written_down(granted: Granted, standing: GrantStanding) -> Ended:
    """What writes this request down, as soon as it is known how many bytes left."""
    method, who, at = request.method, (request.remote_addr or "", request.headers.get("User-Agent", "")), now()
    fetches = services().fetches

    def ended(response: Response, size: int) -> None:
        fetches.take(Receipt(granted, Fetch(method, response.status_code, size, *who, standing), at))

    return ended
