"""The words of consent; part of the vocabulary."""

from __future__ import annotations

# What a message is for, and what may be agreed to; "all" stands in opt-outs.
PURPOSES = ("service", "marketing", "authentication")
CONSENT_PURPOSES = (*PURPOSES, "all")
# Only these allow, and these hold back.
GIVEN = ("given", "renewed")
TAKEN_BACK = ("withdrawn", "refused")
# ISO/IEC TS 27560:2023's words.
CONSENT_STATES = ("requested", "refused", "given", "renewed", "withdrawn", "invalidated", "expired")
CONSENT_BASES = (
    "",
    "express",
    "double",
    "implied_purchase",
    "implied_inquiry",
    "soft_opt_in",
    "service_reply",
)
# Twilio or WhatsApp hold messages back too, until the person ends it.
TWILIO_BLOCKS = ("twilio_keyword", "twilio_error_21610", "whatsapp_preference", "kept_block")
CONSENT_SOURCES = (
    "keyword",
    "twilio_keyword",
    "twilio_error_21610",
    "twilio_error_63014",
    "whatsapp_preference",
    "button",
    "link",
    "form",
    "api",
    "paper",
    "phone",
    "mail",
    "in_person",
    "import",
    "agent",
    # An opt-out that was kept when the person was erased; of the second kind Twilio or WhatsApp hold messages back too.
    "kept_opt_out",
    "kept_block",
)
EXPRESSED_BY = ("principal", "agent", "import", "webhook")
EVENT_TYPES = ("expressed", "explicit", "implied")
REGION_SOURCES = ("", "number", "set")

# How an address came to be a contact's: it wrote itself, is another spelling, Twilio signed it, an agent joined it.
ADDRESS_LINKS = ("", "spelling", "signed", "agent")
JOIN_REASONS = ("spelling", "signed", "agent")

CONSENT_IMPORT_STATES = ("staging", "staged", "checking", "ready", "applying", "applied", "taken_back", "dropped")
