"""Which recordings and films browsers play, told by their codec, as sentences."""

from __future__ import annotations

from app.web.words.gettext import N_, _

# By codec: why it may stay silent or dark, and whether any browser plays it.
_BY_CODEC = {
    "hevc": (N_("This film is HEVC, as iPhones record it. Where your browser doesn't play it, download it."), True),
    "av1": (N_("This film is AV1. Where your browser doesn't play it, download it."), True),
    "mpeg4": (N_("This film is in an old format (MPEG-4 Part 2) that browsers don't play. Download it."), False),
    "h263": (N_("This film is in an old format (H.263) that browsers don't play. Download it."), False),
    "amr": (N_("This recording is AMR, which browsers don't play. Download it."), False),
    "amr-wb": (N_("This recording is AMR, which browsers don't play. Download it."), False),
    "speex": (N_("This recording is Speex, which browsers don't play. Download it."), False),
    "alac": (N_("This recording is Apple Lossless. Where your browser doesn't play it, download it."), True),
}
_BY_TYPE = {"audio/amr": "amr", "audio/3gpp": "amr"}


def note(content_type: str, codec: str) -> tuple[str, bool]:
    """Why a browser may not play it, '' where it does; and whether there is any point in a player."""
    said, plays = _BY_CODEC.get(codec or _BY_TYPE.get(content_type, ""), ("", True))
    return (_(said) if said else ""), plays
