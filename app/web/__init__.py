"""HTTP in, HTML or JSON out: one module a page or door."""

from flask import Flask

from app.web import (
    again,
    agents,
    conversation_changes,
    conversations,
    decisions,
    failures,
    feed,
    inbox,
    journal,
    login,
    media_in,
    media_temp,
    new_message,
    one_message,
    replies,
    settings_page,
    shell,
    template_to,
    template_to_all,
)
from app.web.healthz import blueprint as healthz
from app.web.live import streams as live
from app.web.parts import parts
from app.web.request_log import install as install_request_log
from app.web.spool_drain import SpoolDrain
from app.web.webhooks import blueprint as webhooks

BLUEPRINTS = (
    healthz,
    webhooks,
    login.blueprint,
    settings_page.blueprint,
    agents.blueprint,
    inbox.blueprint,
    feed.blueprint,
    live.blueprint,
    conversations.blueprint,
    replies.blueprint,
    conversation_changes.blueprint,
    media_in.blueprint,
    media_temp.blueprint,
    decisions.blueprint,
    again.blueprint,
    template_to.blueprint,
    new_message.blueprint,
    one_message.blueprint,
    failures.blueprint,
    template_to_all.blueprint,
    journal.blueprint,
)


def install(app: Flask) -> None:
    """Hang every door on the application."""
    install_request_log(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    live.install(app)
    shell.install(app)
    if spool := parts(app).spool:
        app.extensions["spool_drain"] = SpoolDrain(parts(app).database, spool)
