"""The routing file: which Messaging Service begins conversations in which country, checked value by value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from app.domain import yaml_text
from app.domain.twilio_ids import MESSAGING_SERVICE_SID
from app.setting_checks import WHATSAPP_NUMBER

_HEXADECIMAL = re.compile(r"MG[0-9a-f]+")
# The United Kingdom and Greece go by other codes in some places than in ISO 3166.
_OTHER_CODES = {"UK": "GB", "EL": "GR"}


class RoutingError(yaml_text.UnusableFile):
    """The routing file can't be used; the message names every fault of it."""


def _service(value: str) -> str:
    """The SID, however long; a prefix of something else or a placeholder is a fault."""
    if not value.startswith("MG"):
        raise ValueError("must be a Messaging Service's SID, which begins with MG")
    if not _HEXADECIMAL.fullmatch(value) or not value.removeprefix("MG").strip("0"):
        raise ValueError("is a placeholder: put in the SID from Twilio's console, MG and 32 hexadecimal digits")
    return value


def _country(value: str) -> str:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        meant = _OTHER_CODES.get(value) or (value.upper() if value.upper() in phonenumbers.SUPPORTED_REGIONS else "")
        raise ValueError("is no country's ISO code" + (f"; did you mean {meant}?" if meant else ", like GB"))
    return value


def _sender(value: str) -> str:
    address = value if value.startswith("whatsapp:") else f"whatsapp:{value}"
    if not WHATSAPP_NUMBER.fullmatch(address):
        raise ValueError("must be a WhatsApp sender's number in E.164, like whatsapp:+14155238886")
    return address


def _nothing(value: object) -> object:
    return value or {}


Service = Annotated[str, AfterValidator(_service)]
Country = Annotated[str, AfterValidator(_country)]
Sender = Annotated[str, AfterValidator(_sender)]


class RoutingFile(BaseModel):
    """The whole file. `senders` names the number by which a service begins; without one Twilio chooses it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default_messaging_service_sid: Annotated[str, AfterValidator(lambda value: value and _service(value))] = ""
    by_country: Annotated[dict[Country, Service], BeforeValidator(_nothing)] = Field(default_factory=dict)
    senders: Annotated[dict[Service, Sender], BeforeValidator(_nothing)] = Field(default_factory=dict)


@dataclass(frozen=True)
class Warned:
    """A value that is taken as it stands, though it looks wrong: where it stands, and what it says."""

    where: str
    value: str


@dataclass(frozen=True)
class Read:
    """A file that can be used, and what looks odd in it."""

    file: RoutingFile = field(default_factory=RoutingFile)
    warnings: tuple[Warned, ...] = ()


def read(path: Path) -> Read:
    """The routes of a file. Raises RoutingError."""
    try:
        _, written = yaml_text.read(path, "ROUTING_FILE")
    except yaml_text.UnusableFile as error:
        raise RoutingError(str(error)) from error
    try:
        file = RoutingFile.model_validate(written if written not in (None, "") else {})
    except ValidationError as error:
        lines = yaml_text.faults_of(error)
        raise RoutingError("\n".join([f"ROUTING_FILE {path} can't be used. Mend these:", *lines])) from error
    named = {"default_messaging_service_sid": file.default_messaging_service_sid}
    named |= {f"by_country.{country}": sid for country, sid in file.by_country.items()}
    named |= {f"senders.{sid}": sid for sid in file.senders}
    odd = [Warned(where, sid) for where, sid in named.items() if sid and not MESSAGING_SERVICE_SID.fullmatch(sid)]
    return Read(file, tuple(odd))
