"""The quick buttons of the phone page, and the choices of what Twilio does next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from simulator import samples
from simulator.exchange import File
from simulator.forms import Inbound


@dataclass(frozen=True)
class Preset:
    """One button: its icon, its words and a hint."""

    key: str
    icon: str
    label: str
    hint: str


PRESETS = (
    Preset("picture", "media", "Picture", "JPEG"),
    Preset("voice", "mic", "Voice note", "OGG, 0:02"),
    Preset("document", "file", "Document", "PDF"),
    Preset("location", "pin", "Location", "51.5229, −0.0443"),
    Preset("button", "check", "Button reply", "“Confirm”"),
    Preset("ad", "ad", "From an ad", "first message"),
    Preset("stop", "lock", "STOP", "opts out"),
    Preset("start", "redo", "START", "opts back in"),
)

NEXT: dict[str, tuple[str, dict[str, Any] | None]] = {
    "normal": ("Works normally", None),
    "429": ("429, too many requests", {"operation": "create", "behaviour": "429", "retry_after": 2}),
    "500": ("500, server error", {"operation": "create", "behaviour": "500"}),
    "timeout_sent": (
        "Times out, but was sent",
        {"operation": "create", "behaviour": "timeout_after_accepting"},
    ),
    "timeout": ("Times out, was not sent", {"operation": "create", "behaviour": "timeout"}),
    "drop_sent": (
        "Connection drops, but was sent",
        {"operation": "create", "behaviour": "drop_after_accepting"},
    ),
    "cut": ("Answer cut short, but was sent", {"operation": "create", "behaviour": "cut"}),
    "63016": ("Fails later: window closed (63016)", {"operation": "delivery", "behaviour": "fail", "code": 63016}),
    "63018": ("Fails later: rate limit (63018)", {"operation": "delivery", "behaviour": "fail", "code": 63018}),
    "63019": ("Fails later: media (63019)", {"operation": "delivery", "behaviour": "fail", "code": 63019}),
    "media": (
        "Media answers 404 four times",
        {"operation": "media", "behaviour": "error", "code": 20404, "status": 404, "times": 4},
    ),
}

LOCATION = {
    "Latitude": "51.5229",
    "Longitude": "-0.0443",
    "Label": "Hoxton Yard",
    "Address": "Hoxton Yard, London",
}
REFERRAL = {
    "Body": "Spring service, 20 % off",
    "Headline": "Halden Cycles",
    "SourceId": "1203948",
    "SourceType": "ad",
    "SourceUrl": "https://fb.me/3abc",
    "CtwaClid": "ARAkLk",
}


def written(kind: str, base: Inbound, last_sid: str) -> tuple[Inbound, list[File]]:
    """What a quick button sends as the customer of `base`; `last_sid` is the team's last message, or ''."""
    if kind in samples.SAMPLES:
        file = samples.sample(kind)
        return replace(base, body=file[2] if kind == "document" else base.body), [file]
    choices: dict[str, dict[str, Any]] = {
        "location": {"location": LOCATION},
        "button": {
            "body": "Confirm",
            "button": {"text": "Confirm", "payload": "confirm_18473"},
            "reply_to": last_sid,
        },
        "ad": {"body": "I saw your offer", "referral": REFERRAL},
        "stop": {"body": "STOP"},
        "start": {"body": "START"},
    }
    return replace(base, **choices.get(kind, {})), []
