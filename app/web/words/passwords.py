"""Why a password may not be chosen, in words."""

from __future__ import annotations

from app.domain.agents.passwords import LONGEST, SHORTEST, PasswordRefused
from app.web.words.gettext import _


def why_refused(error: PasswordRefused) -> str:
    """One sentence that names the fix."""
    sentences = {
        "too_short": _("Use at least %(count)d characters. Three or four words make a good one.", count=SHORTEST),
        "too_long": _("Use at most %(count)d characters.", count=LONGEST),
        "too_common": _("This is one of the first passwords that guessers try. Choose another."),
        "same_as_login": _("A password that is made of the login is guessed at once. Choose another."),
    }
    return sentences[error.code]
