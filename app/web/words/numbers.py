"""Telephone numbers, sizes, initials and browsers as people read them."""

from __future__ import annotations

import phonenumbers
from markupsafe import Markup

from app.web.words.gettext import _


def phone_text(address: str) -> str:
    """`+442079460018` or `whatsapp:+442079460018` as +44 20 7946 0018; what is not E.164 comes back as it is."""
    if address.startswith("erased:"):
        return _("Erased person")
    number = address.removeprefix("whatsapp:")
    if not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def phone(address: str) -> Markup:
    """`phone_text` in an element that keeps its direction in right-to-left text, and its line."""
    return Markup('<span class="nw" dir="ltr">{}</span>').format(phone_text(address))


def size(count: int) -> str:
    """A number of bytes: 512 B, 412 kB, 1.8 MB."""
    if count < 1000:
        return _("%(count)d B", count=count)
    if count < 999_500:
        return _("%(count)d kB", count=round(count / 1000))
    return _("%(count).1f MB", count=count / 1_000_000)


def length(seconds: int | None) -> str:
    """How long a recording lasts: 0:07, 12:30, 1:02:03; '' when nobody knows."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def initials(name: str) -> str:
    """Ana Souza is AS, demo is D."""
    words = [word for word in name.split() if word[0].isalnum()]
    ends = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in ends).upper()


def browser(user_agent: str) -> str:
    """A browser as a person calls it: Firefox on Linux. The whole line where it is none of these."""
    name = next((shown for word, shown in _BROWSERS if word in user_agent), "")
    system = next((shown for word, shown in _SYSTEMS if word in user_agent), "")
    if name and system:
        return _("%(browser)s on %(system)s", browser=name, system=system)
    return name or user_agent[:80] or _("Unknown browser")


def count_words(count: int, more: bool) -> str:
    """99+ where nobody counted further; nothing where nobody was found among those that were looked at."""
    if not more:
        return f"{count:,}"
    return _("%(count)s+", count=f"{count:,}") if count else ""


# Looked for in this order: each also carries the words of those after it.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
