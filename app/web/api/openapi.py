"""The API as OpenAPI 3.1 describes it: bodies from the models that read them, the rest written here."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.web.api.consent_body import ConsentBody

Schema = dict[str, Any]

_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}
_REASONS = {
    "400": "The body is no JSON, or the Idempotency-Key is missing.",
    "401": "No token, or none that holds.",
    "403": "The token has not the scope.",
    "413": "The body is too large.",
    "415": "The body is not application/json.",
    "422": "Fields have faults, or the key was used for another body.",
    "429": "Too many requests; Retry-After says when to go on.",
    "503": "The database can not be reached; nothing was kept.",
}


@cache
def document(base_url: str) -> Schema:
    """The whole description."""
    body = ConsentBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = {"Consent": body, **body.pop("$defs", {}), **_answers()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Switchboard", "version": "1"},
        "servers": [{"url": base_url}],
        "security": [{"token": []}],
        "paths": {"/api/v1/consents": {"post": _add(), "get": _read()}},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    }


def _add() -> Schema:
    key = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {**_TEXT, "maxLength": 100}}
    return {
        "operationId": "addConsent",
        "summary": "Record what somebody agreed to or took back. Needs the scope consents:write.",
        "parameters": [key],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _named("Consent")}}},
        "responses": {"201": _answer("One record for each purpose.", "Added"), **_problems(*_REASONS)},
    }


def _read() -> Schema:
    return {
        "operationId": "readConsents",
        "summary": "What is in force for an address, and its records. Needs the scope consents:read.",
        "parameters": [{"name": "address", "in": "query", "required": True, "schema": _TEXT}],
        "responses": {
            "200": _answer("Both lists are empty for somebody unknown.", "Standing"),
            **_problems("401", "403", "422", "429", "503"),
        },
    }


def _answers() -> Schema:
    shared = {"record_id": _TEXT, "purpose": _TEXT, "state": _TEXT}
    added = _object({**shared, "occurred_at": _MOMENT, "recorded_at": _MOMENT})
    maybe_text = {"type": ["string", "null"]}
    in_force = {**shared, "address": _TEXT, "sender": maybe_text, "since": _MOMENT, "valid_until": maybe_text}
    record = {**shared, "sender": maybe_text, "source": _TEXT, "basis": maybe_text, "occurred_at": _MOMENT}
    record |= {"recorded_at": _MOMENT, "confirmed_at": maybe_text, "supersedes": maybe_text}
    record |= {"counts": {"type": "boolean"}, "taken_back_at": maybe_text, "taken_back_by": maybe_text}
    problem = {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT}
    fault = _object({"pointer": _TEXT, "detail": _TEXT})
    return {
        "Added": _object({"records": _list(added)}),
        "Standing": _object(
            {
                "address": _TEXT,
                "in_force": _list(_object({**in_force, "overruled": {"type": "boolean"}})),
                "records": _list(_object(record)),
            }
        ),
        "Problem": _object({**problem, "errors": _list(fault)}),
    }


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(description: str, name: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": _named(name)}}}


def _problems(*statuses: str) -> Schema:
    content = {"application/problem+json": {"schema": _named("Problem")}}
    return {status: {"description": _REASONS[status], "content": content} for status in statuses}
