"""What became of one uploaded file: its checks, in words, and what can be done about those that did not pass."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.domain.media import outgoing
from app.domain.media.extensions import EXTENSIONS
from app.domain.media.fitting import Fitted
from app.domain.media.kinds import Kind
from app.domain.media.outgoing import MEGABYTE, FileRefused
from app.store.tables import HostedFile
from app.web.media.view import FileView, file_view
from app.web.words.file_refusals import file_refusal
from app.web.words.gettext import _
from app.web.words.numbers import size
from app.web.words.refusals import Sentence

# Beyond these a recipient's phone may show another name.
_LONGEST_NAME = 20
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9]+")


@dataclass(frozen=True)
class Check:
    """One check in words: passed, not passed, or only a hint."""

    text: str
    state: str = "ok"


@dataclass(frozen=True)
class Uploaded:
    """One file: kept as `file`, or refused for `why`; `offer` says what could be made of it."""

    name: str
    size: str
    tag: str
    checks: list[Check] = field(default_factory=list)
    file: FileView | None = None
    why: Sentence | None = None
    offer: str = ""
    made: str = ""


def kept(file: HostedFile, given: str, kind: Kind, has_place: bool, fitted: Fitted | None) -> Uploaded:
    """A file that was kept."""
    offer = ""
    checks = [*_passed(file.name, file.size, kind), *_hints(file.name, given)]
    if has_place:
        checks.append(Check(_("The picture tells where it was taken"), "hint"))
        offer = _("Remove the place")
    elif kind.content_type == "image/webp":
        checks.append(Check(_("WhatsApp may show a WebP as a sticker"), "hint"))
        offer = _("Convert to JPEG")
    view = file_view(file)
    return Uploaded(view.name, view.size, view.tag, checks, view, offer=offer, made=_made(fitted, file))


def refused(given: str, count: int, error: FileRefused, way: str) -> Uploaded:
    """A file that WhatsApp doesn't take, with the way in which it could be made to fit."""
    why = file_refusal(error)
    checks = [Check(why.what, "bad")]
    if error.code in ("file_too_large", "file_too_many_pixels"):
        checks.insert(0, Check(_("Content is %(kind)s", kind=_shown(error.kind.content_type))))
    tag = given.rpartition(".")[2].upper()[:4] if "." in given else "?"
    return Uploaded(given, size(count), tag, checks, why=why, offer=_offer(way))


def not_fitted(given: str, count: int, why: str) -> Uploaded:
    """A file of which nothing could be made."""
    return Uploaded(given, size(count), "?", [Check(why, "bad")], why=Sentence(why, ""))


def _offer(way: str) -> str:
    return {"picture": _("Convert to JPEG"), "sound": _("Convert to a voice note")}.get(way, "")


def _made(fitted: Fitted | None, file: HostedFile) -> str:
    if fitted is None:
        return ""
    sizes = {"was": size(fitted.was), "now": size(file.size)}
    if file.content_type == "image/jpeg":
        return _(
            "Made into a JPEG of %(now)s from %(was)s, upright, without what the camera wrote of the place.", **sizes
        )
    return _("Made into a voice note of %(now)s from %(was)s.", **sizes)


def _passed(name: str, count: int, kind: Kind) -> list[Check]:
    most = outgoing.most_bytes(kind.content_type, max(count, outgoing.OTHER_BYTES)) // MEGABYTE
    checks = [
        Check(_("Content is %(kind)s", kind=_shown(kind.content_type))),
        Check(_("Extension agrees: .%(extension)s", extension=name.rpartition(".")[2])),
        Check(_("Not empty, at most %(mb)s MB", mb=most)),
    ]
    if kind.pixels:
        checks.append(Check(_("%(width)s × %(height)s pixels", width=kind.width, height=kind.height)))
    if count > outgoing.OTHER_BYTES:
        checks.append(Check(_("Above 16 MB Twilio may refuse it"), "hint"))
    return checks


def _hints(name: str, given: str) -> list[Check]:
    hints = []
    if name != given:
        hints.append(Check(_("Named %(name)s", name=name), "hint"))
    if len(given) > _LONGEST_NAME or not _PLAIN_NAME.fullmatch(given):
        text = _("Names over 20 characters, or with signs, may be shown otherwise on the phone")
        hints.append(Check(text, "hint"))
    return hints


def _shown(content_type: str) -> str:
    return EXTENSIONS[content_type][0].upper() if content_type in EXTENSIONS else content_type
