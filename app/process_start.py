"""What a process reads once when it starts, and holds until it ends, whichever process it is."""

from __future__ import annotations

from app import environment
from app.domain.consent import kept_opt_outs
from app.domain.gate import in_force
from app.domain.redaction import forms as redaction
from app.domain.runs import daily_limit, prices
from app.domain.sending import routing, window_closed
from app.domain.yaml_text import UnusableFile
from app.settings import Settings

# The environment, or a file that it names, can't be used; the message names every fault.
START_FAULTS = (environment.SettingsError, UnusableFile)


def read() -> Settings:
    """The environment's settings, with all that they name held. Raises one of START_FAULTS."""
    settings = environment.load()
    hold(settings)
    return settings


def hold(settings: Settings) -> None:
    """Hold rules, routes, prices, a day's limit, a closed window's template, what is redacted, and the opt-outs' key.

    Raises one of START_FAULTS.
    """
    in_force.use(settings.rules_file)
    routing.use(settings)
    prices.use(settings.prices_file)
    daily_limit.use(settings.daily_recipients)
    window_closed.use(settings.window_closed_template)
    redaction.use(settings.redact.split(","))
    kept_opt_outs.use(settings)
