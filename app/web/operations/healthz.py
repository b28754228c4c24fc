"""`GET /healthz`: ready or not, and why, as JSON."""

import structlog
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.domain import health
from app.web.shell.services import services

log = structlog.get_logger()

blueprint = Blueprint("healthz", __name__)

WHY = {
    "database_unreachable": "The database can't be reached. Check DATABASE_URL and that the server runs.",
    "database_does_not_take_writes": "The database takes no writes: locked, read-only or full. Webhooks are spooled.",
    "schema_not_at_head": "The database's schema is not this version's. Run: bin/switchboard db upgrade",
    "worker_missing": "No worker has been alive for 30 seconds. Nothing is being sent. Start: python -m app.worker",
    "backlog_old": "Messages have been waiting to be sent for over 5 minutes. Look at the worker's log.",
    "webhooks_wait_in_spool": "Webhooks wait in the spool for the database. They are taken in when it is back.",
}


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 when ready, else 503; `why` says what is wrong and what to do."""
    found = health.examine(services().database, services().spool, services().settings.twilio_account_sid)
    facts = dict(found.facts)
    if facts.get("database", "ok") != "ok":
        # Whoever asks isn't known, and the database's own words name its host and user.
        log.warning("health.database_in_trouble", said=facts["database"])
        facts["database"] = "in trouble: see the log"
    why = [{"code": code, "what_to_do": WHY[code]} for code in found.faults]
    body = {"ready": not found.faults, "why": why, "facts": facts}
    return jsonify(body), 503 if found.faults else 200
