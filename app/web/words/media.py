"""The media page's words: how long a URL lives, why one can't be changed."""

from __future__ import annotations

from app.web.words.gettext import N_, _

LIVES = {
    600: N_("10 minutes"),
    900: N_("15 minutes"),
    3600: N_("1 hour"),
    14_400: N_("4 hours"),
    86_400: N_("1 day"),
    172_800: N_("2 days"),
}
LINK_REFUSALS = {
    "file_gone": N_("This file is not here any more."),
    "link_gone": N_("This URL is over already. Make a new one."),
    "link_at_its_end": N_("This URL already lives as long as it may: 48 hours from when it was made. Make a new one."),
}
FIT_REFUSALS = {
    "picture_unreadable": N_("This picture can't be read, so nothing could be made of it."),
    "file_too_many_pixels": N_("This picture has more pixels than can be converted here. Save it smaller first."),
    "sound_unreadable": N_("This recording can't be read, so nothing could be made of it."),
}


def link_refusal(code: str) -> str:
    """Why a temporary URL was not made or changed."""
    return _(LINK_REFUSALS[code])


def fit_refusal(code: str) -> str:
    """Why a file could not be made to fit."""
    return _(FIT_REFUSALS[code])
