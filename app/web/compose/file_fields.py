"""Variables that stand for a file: the hosted files that fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.actor import Actor
from app.domain.media import files
from app.domain.templates import media_variables
from app.store.database import Session
from app.store.media import library
from app.store.media.library import FileFilter
from app.store.tables import Template
from app.web.shell.services import services

MOST_FILES = 200
_ADDRESS = "/media/temp/"


def file_fields(session: Session, who: Actor, template: Template) -> dict[str, dict[str, Any]]:
    """What the field of each such variable has beside, by its name."""
    prefixes = media_variables.prefixes(template.content_types)
    return {name: _field(session, who, template, name, prefix) for name, prefix in prefixes.items()}


def shown_file(fields: Mapping[str, Mapping[str, Any]], name: str, value: str) -> str:
    """The value as the preview shows it: of a hosted file its name."""
    return str(dict(fields.get(name, {}).get("files", ())).get(value, value))


def _field(session: Session, who: Actor, template: Template, name: str, prefix: str) -> dict[str, Any]:
    ours = (services().settings.public_base_url + _ADDRESS).startswith(prefix)
    if not ours:
        return {"prefix": prefix}
    fit = media_variables.kinds(str(template.variables.get(name, "")))
    newest = library.page(session, who.account_sid, FileFilter(), None, MOST_FILES)
    found = [file for file in newest if file.content_type in fit]
    return {"files": tuple((files.reference(file.id or 0), file.name) for file in found), "prefix": prefix}
