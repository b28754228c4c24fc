"""The environment, read once into one frozen value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
SENDER = re.compile(r"whatsapp:\+[1-9]\d{6,14}")


class SettingsError(Exception):
    """Every setting that is missing or wrong, in one message."""


@dataclass(frozen=True)
class Settings:
    """What the stand-in was started with.

    `senders` are the team's WhatsApp senders as `whatsapp:+E164`; the first one is what a Messaging Service
    chooses. `api_key` is a pair of key SID and secret that Basic auth accepts besides the account's own.
    """

    account_sid: str
    auth_token: str
    senders: tuple[str, ...]
    messaging_service_sid: str = ""
    api_key: tuple[str, str] | None = None
    public_base_url: str = "http://127.0.0.1:8000"
    bind: str = "127.0.0.1"
    port: int = 8001
    folder: Path = Path("var/simulator")

    @property
    def inbound_url(self) -> str:
        return f"{self.public_base_url}/twilio/inbound"

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def as_address(sender: str) -> str:
    """`+4420…` and `whatsapp:+4420…` alike as `whatsapp:+4420…`."""
    bare = sender.strip()
    return bare if bare.startswith("whatsapp:") else f"whatsapp:{bare}"


def load(environ: Mapping[str, str]) -> Settings:
    """Read the environment; raises SettingsError naming all that is missing or wrong at once."""
    wrong = []
    account_sid = environ.get("TWILIO_ACCOUNT_SID", "")
    if not ACCOUNT_SID.fullmatch(account_sid):
        wrong.append("TWILIO_ACCOUNT_SID must be AC and 32 hex digits")
    auth_token = environ.get("TWILIO_AUTH_TOKEN", "")
    if not auth_token:
        wrong.append("TWILIO_AUTH_TOKEN is missing")
    named = [part for part in environ.get("TWILIO_WHATSAPP_FROM", "").split(",") if part.strip()]
    senders = tuple(as_address(part) for part in named)
    if not senders or not all(SENDER.fullmatch(sender) for sender in senders):
        wrong.append("TWILIO_WHATSAPP_FROM must be the team's sender, as +E.164")
    port = environ.get("SIMULATOR_PORT", "8001")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        wrong.append("SIMULATOR_PORT must be a port number")
    if wrong:
        raise SettingsError("; ".join(wrong))
    key = (environ.get("TWILIO_API_KEY_SID", ""), environ.get("TWILIO_API_KEY_SECRET", ""))
    return Settings(
        account_sid=account_sid,
        auth_token=auth_token,
        senders=senders,
        messaging_service_sid=environ.get("TWILIO_MESSAGING_SERVICE_SID", ""),
        api_key=key if all(key) else None,
        public_base_url=(environ.get("PUBLIC_BASE_URL") or "http://127.0.0.1:8000").rstrip("/"),
        bind=environ.get("BIND") or "127.0.0.1",
        port=int(port),
        folder=Path(environ.get("DATA_DIR") or "var") / "simulator",
    )
