"""A consent record as JSON-LD in the words of W3C's Data Privacy Vocabulary, which reads ISO/IEC TS 27560:2023.

The guide is https://w3id.org/dpv/guides/consent-27560, the profile https://w3id.org/dpv/schema/dpv-27560.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PROFILE = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"
CONTEXT = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "pd": "https://w3id.org/dpv/pd#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
STATES = {
    "requested": "dpv:ConsentRequested",
    "refused": "dpv:ConsentRefused",
    "given": "dpv:ConsentGiven",
    "renewed": "dpv:RenewedConsentGiven",
    "withdrawn": "dpv:ConsentWithdrawn",
    "invalidated": "dpv:ConsentInvalidated",
    "expired": "dpv:ConsentExpired",
}
PURPOSES = {
    "service": ["dpv:CommunicationForCustomerCare"],
    "marketing": ["dpv:DirectMarketing"],
    "authentication": ["dpv:IdentityAuthentication"],
    "all": ["dpv:CommunicationForCustomerCare", "dpv:DirectMarketing", "dpv:IdentityAuthentication"],
}
_CONSENT, _INTEREST = "eu-gdpr:A6-1-a", "eu-gdpr:A6-1-f"
BASES = {
    "": _CONSENT,
    "express": _CONSENT,
    "double": _CONSENT,
    "implied_purchase": _INTEREST,
    "implied_inquiry": _INTEREST,
    "soft_opt_in": _INTEREST,
    "service_reply": _INTEREST,
}
INDICATED_BY = {
    "principal": "dpv:DataSubject",
    "agent": "dpv:DataController",
    "import": "dpv:DataController",
    "webhook": "dpv:DataProcessor",
}
# All who take part in carrying a message.
RECIPIENTS = ["Twilio", "WhatsApp (Meta)"]


def shaped(row: Mapping[str, Any], controller: str) -> dict[str, Any]:
    """One row of the export as a consent record of the profile. `controller` is the installation's address."""
    made = {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{row['record_id']}",
        "@type": "dpv:ConsentRecord",
        "dct:identifier": row["record_id"],
        "dct:conformsTo": PROFILE,
        "dct:hasVersion": row["schema_version"],
        "dct:created": row["recorded_at"],
        "dct:source": row["source"],
        "dct:replaces": f"urn:uuid:{row['supersedes']}" if row["supersedes"] else "",
        "dpv:hasDataSubject": {"@type": "dpv:DataSubject", "dct:identifier": row["address"]},
        "dpv:hasDataController": {"@id": controller, "@type": "dpv:DataController"},
        "dpv:hasJurisdiction": f"loc:{row['region']}" if row["region"] else "",
        "dpv:hasLegalBasis": {"@id": BASES[row["basis"]], "dct:description": row["basis"]},
        "dpv:hasNotice": _notice(row),
        "dpv:hasProcess": _process(row),
        "dpv:hasConsentStatus": _status(row) if row["counts"] else [_status(row), _not_counting(row)],
        "dpv:hasConsentControl": _withdrawal(row),
    }
    return {name: value for name, value in made.items() if value not in ("", {})}


def _notice(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {
        "dct:identifier": row["notice_id"],
        "dct:hasVersion": row["notice_version"],
        "dct:language": row["language"],
        "dct:description": row["notice_text"],
        "dct:source": row["source_url"],
    }
    told = {name: value for name, value in told.items() if value}
    return {"@type": "dpv:ConsentNotice", **told} if told else {}


def _process(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": PURPOSES[row["purpose"]],
        "dpv:hasPersonalData": {
            "@type": "pd:TelephoneNumber",
            "rdf:value": row["address"],
            "dpv:hasDataSource": "dpv:DataSubject",
        },
        "dpv:hasProcessing": ["dpv:Collect", "dpv:Store", "dpv:Use"],
        "dpv:hasRecipient": RECIPIENTS,
        "dpv:hasScope": row["scope"] or "all senders",
    }


def _status(row: Mapping[str, Any]) -> dict[str, Any]:
    """The event: what was expressed, when, how, by whom, how long it holds, and the proof of it."""
    told = {
        "@type": STATES[row["state"]],
        "dpv:isIndicatedAtTime": row["occurred_at"],
        "dpv:isIndicatedBy": INDICATED_BY[row["expressed_by"]],
        "dpv:hasIndicationMethod": row["source"],
        "dct:type": row["event_type"],
        "dct:description": row["keyword"] or row["proof"],
        "dct:valid": row["valid_until"],
        "dct:dateAccepted": row["confirmed_at"],
        "dct:references": row["message_sid"],
    }
    return {name: value for name, value in told.items() if value}


def _not_counting(row: Mapping[str, Any]) -> dict[str, Any]:
    """The status of what an import brought that was taken back as a whole, or that isn't applied yet."""
    told = {"dpv:isIndicatedAtTime": row["taken_back_at"], "dct:description": f"import {row['import_id']}"}
    told["dct:contributor"] = row["taken_back_by"]
    told = {name: value for name, value in told.items() if value}
    state = "dpv:ConsentInvalidated" if row["taken_back_at"] else "dpv:ConsentUnknown"
    return {"@type": state, "dpv:isIndicatedBy": INDICATED_BY["import"], **told}


def _withdrawal(row: Mapping[str, Any]) -> dict[str, Any]:
    if not row["withdrawal_method"]:
        return {}
    return {"@type": "dpv:WithdrawConsent", "dct:description": row["withdrawal_method"]}
