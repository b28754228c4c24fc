"""The comparison for a webhook's cost: a route of bare Flask that does nothing, under the product's own gunicorn."""

from __future__ import annotations

from flask import Flask, Response, request

app = Flask(__name__)


@app.post("/twilio/inbound")
def inbound() -> Response:
    """Read the form and answer as the product does."""
    return Response("<Response></Response>" if request.form else "", mimetype="text/xml")
