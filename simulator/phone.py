"""The phone page: one writes as the customer and sees what arrives."""

from __future__ import annotations

from flask import Blueprint, Response

phone = Blueprint("phone", __name__)


@phone.get("/")
def show() -> Response:
    return Response("Stand-in for Twilio", content_type="text/plain")
