"""Every text that a person sees goes through gettext. English is the source; catalogues lie in `translations/`."""

from __future__ import annotations

import gettext as catalogues
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

DOMAIN = "switchboard"
FOLDER = Path(__file__).resolve().parents[3] / "translations"


def language() -> str:
    """The language of this request. There is only one as yet."""
    return "en"


def _(message: str, **values: Any) -> str:
    """The message in the request's language, with `%(name)s` filled in from `values`."""
    translated = _catalogue(language()).gettext(message)
    return translated % values if values else translated


def ngettext(one: str, many: str, number: int, **values: Any) -> str:
    """The form that fits `number`, which the message may name as `%(num)d`."""
    return _catalogue(language()).ngettext(one, many, number) % {"num": number, **values}


def N_(message: str) -> str:
    """Mark a message in a table for the catalogue; it is translated where it is shown, by `_(variable)`."""
    return message


def install(app: Flask) -> None:
    """Give templates `_()` and `{% trans %}`. There a lone percent sign is written `%%`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _catalogue(language()).gettext(message),
        lambda one, many, number: _catalogue(language()).ngettext(one, many, number),
        newstyle=True,
    )


@cache
def _catalogue(name: str) -> catalogues.NullTranslations:
    return catalogues.translation(DOMAIN, FOLDER, languages=[name], fallback=True)
