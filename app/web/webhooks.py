"""Twilio's webhooks."""

from flask import Blueprint

blueprint = Blueprint("webhooks", __name__, url_prefix="/twilio")
