"""The environment, read once into one frozen `Settings`.

Every missing or wrong value is named in one message, so that an admin mends all of them in one go.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError

from app.settings import Settings

ENV_FILE = Path(__file__).resolve().parents[1] / ".env"


class SettingsError(Exception):
    """The environment can't be used; the message names every setting to mend."""


def load(environ: Mapping[str, str] | None = None, env_file: str | Path = ENV_FILE) -> Settings:
    """Read settings from `environ` (default: the process's) over `env_file`.

    Raises SettingsError that names every missing or wrong setting at once. Blanks around a value are none of it, and
    an empty value counts as unset.
    """
    given = {**dotenv_values(env_file), **(os.environ if environ is None else environ)}
    known = {name: value for name in Settings.model_fields if (value := (given.get(name.upper()) or "").strip())}
    wrong = _pairs_that_do_not_fit(known)
    try:
        settings = Settings(**known)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = [_line(str(e["loc"][0]), e["type"], e["msg"]) for e in error.errors()] + wrong
    if wrong:
        raise SettingsError("\n".join([CANNOT_START, *wrong]))
    return settings


CANNOT_START = "Switchboard can't start. Set these in the environment or in .env:"


def _pairs_that_do_not_fit(known: Mapping[str, str]) -> list[str]:
    wrong = []
    if "twilio_whatsapp_from" not in known and "twilio_messaging_service_sid" not in known:
        wrong.append("  TWILIO_WHATSAPP_FROM or TWILIO_MESSAGING_SERVICE_SID: one of them must be set")
    if ("twilio_api_key_sid" in known) != ("twilio_api_key_secret" in known):
        wrong.append("  TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET: set both or neither")
    if known.get("consent_checkpoint_to", "").startswith("mailto:") and not {"smtp_url", "mail_from"} <= known.keys():
        wrong.append("  SMTP_URL and MAIL_FROM: set both, for CONSENT_CHECKPOINT_TO is a mail address")
    return wrong


def _line(field: str, kind: str, message: str) -> str:
    if kind == "missing":
        message = "is missing"
    if kind == "string_too_short":
        message = f"is too short: {message.removeprefix('String ')}"
    return f"  {field.upper()} {message.removeprefix('Value error, ')}"
