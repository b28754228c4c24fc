"""What fills a template's variable by itself, in words."""

from __future__ import annotations

from app.web.words.gettext import N_

FIELD_NAMES = {
    "first_name": N_("the first word of their name"),
    "name": N_("their name"),
    "phone": N_("their number"),
    "country": N_("their country, two letters"),
    "agent": N_("the name of who writes"),
    "business": N_("our name (BUSINESS_NAME)"),
    "last": N_("what it was when this was sent to them last"),
    "nothing": N_("nothing: it is typed each time"),
}
