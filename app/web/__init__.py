"""HTTP in, HTML or JSON out: one module a page or door."""

from flask import Flask

from app.web import healthz, webhooks

BLUEPRINTS = (healthz.blueprint, webhooks.blueprint)


def install(app: Flask) -> None:
    """Hang every door on the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
