"""The rules file as it may be written: its values by region, checked one by one."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

Purpose = Literal["service", "marketing", "authentication"]
OptInBasis = Literal["express", "double", "implied_purchase", "implied_inquiry", "soft_opt_in", "service_reply"]
DEFAULT = "default"
UNLIMITED = "unlimited"


def _months(value: Any) -> Any:
    return None if value == UNLIMITED else value


def _bases(value: Any) -> Any:
    return () if value == "any" else value


def _clock(value: Any) -> Any:
    """HH:MM; a bare number would be read as seconds."""
    if isinstance(value, str) and len(value) != len("20:00"):
        raise ValueError('must be a time of day like "20:00"')
    return value


Months = Annotated[Annotated[int, Field(ge=1, le=1200)] | None, BeforeValidator(_months)]
TimeOfDay = Annotated[time, BeforeValidator(_clock)]


class Section(BaseModel):
    """A part of the file: what it doesn't know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Source(Section):
    """Where a value comes from, and the day it was checked."""

    about: Literal["service", "marketing", "authentication", "quiet_hours", "marketing_templates_delivered"]
    source: str = Field(min_length=3)
    url: str = ""
    last_checked: date
    confidence: Literal["high", "medium", "low"]


class PurposeRules(Section):
    """What messages of one purpose need."""

    needs: Literal["opt_in", "opt_in_or_message"] = "opt_in"
    opt_in_for: tuple[Purpose, ...] = ()
    bases: Annotated[tuple[OptInBasis, ...], BeforeValidator(_bases)] = ()
    max_age_months: Months = None
    max_age_months_by_basis: dict[OptInBasis, Annotated[int, Field(ge=1, le=1200)]] = Field(default_factory=dict)
    max_unused_months: Months = None


class QuietHours(Section):
    """The hours, local to the number, in which nothing is started; `sunday_to` is their end on Sundays."""

    purposes: tuple[Purpose, ...] = ("marketing",)
    begin: TimeOfDay = Field(default=time(20), alias="from")
    end: TimeOfDay = Field(default=time(9), alias="to")
    sunday_to: TimeOfDay | None = None


class Region(Section):
    """The rules of one region; what one doesn't say is as in the default."""

    service: PurposeRules = PurposeRules(needs="opt_in_or_message", opt_in_for=("service",))
    marketing: PurposeRules = PurposeRules(opt_in_for=("marketing",))
    authentication: PurposeRules = PurposeRules(needs="opt_in_or_message", opt_in_for=("authentication", "service"))
    quiet_hours: QuietHours = QuietHours()
    marketing_templates_delivered: bool = True
    sources: tuple[Source, ...] = ()

    def purpose(self, name: str) -> PurposeRules:
        """What messages of this purpose need."""
        found: PurposeRules = getattr(self, name)
        return found

    def over(self, default: Region) -> Region:
        """This region with what it doesn't say taken from the default."""
        return _over(self, default)


S = TypeVar("S", bound=Section)


class OptOut(Section):
    """What an opt-out keyword is said to: all senders, or the one that it was sent to."""

    scope: Literal["all", "sender"] = "all"


class RulesFile(Section):
    """The whole file."""

    version: int = Field(ge=1, le=1)
    unknown_category: Purpose = "service"
    template_categories: dict[Annotated[str, Field(pattern=r"^HX[0-9a-fA-F]{32}$")], Purpose] = Field(
        default_factory=dict
    )
    opt_out: OptOut = OptOut()
    regions: dict[Annotated[str, Field(pattern=r"^([A-Z]{2}|default)$")], Region]

    @field_validator("template_categories", mode="before")
    @classmethod
    def _none(cls, value: Any) -> Any:
        return value or {}


def _over(own: S, default: S) -> S:
    """What a section says itself over what the default says, part by part."""
    said = {}
    for name in own.model_fields_set:
        value, beneath = getattr(own, name), getattr(default, name)
        said[name] = _over(value, beneath) if isinstance(value, Section) else value
    return default.model_copy(update=said)
