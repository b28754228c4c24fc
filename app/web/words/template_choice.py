"""How a template is told when one is chosen: its language, its state, and what is wrong with a value."""

from __future__ import annotations

from app.store.tables import Template
from app.web.words.gettext import N_, _
from app.web.words.templates import state

_FAULTS = {
    "missing": N_("Fill this in: without it the send fails, or the customer gets the sample."),
    "line_end": N_("Write it on one line: WhatsApp takes no line ends or tabs in a variable."),
    "blanks": N_("Take out blanks: WhatsApp takes at most four in a row."),
    "too_long": N_("Shorten it: a variable holds up to 1,600 characters."),
}
_LANGUAGES = {
    "af": "Afrikaans", "ar": "العربية", "bg": "Български", "bn": "বাংলা", "ca": "Català",
    "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "el": "Ελληνικά", "en": "English",
    "es": "Español", "et": "Eesti", "fa": "فارسی", "fi": "Suomi", "fil": "Filipino",
    "fr": "Français", "gu": "ગુજરાતી", "he": "עברית", "hi": "हिन्दी", "hr": "Hrvatski",
    "hu": "Magyar", "id": "Indonesia", "it": "Italiano", "ja": "日本語", "ko": "한국어", "lt": "Lietuvių",
    "lv": "Latviešu", "ms": "Melayu", "nb": "Norsk", "nl": "Nederlands", "pl": "Polski",
    "pt": "Português", "ro": "Română", "ru": "Русский", "sk": "Slovenčina", "sl": "Slovenščina",
    "sr": "Српски", "sv": "Svenska", "sw": "Kiswahili", "ta": "தமிழ்", "th": "ไทย", "tr": "Türkçe",
    "uk": "Українська", "ur": "اردو", "uz": "Oʻzbek", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip


def state_name(template: Template) -> str:
    """How the template stands with WhatsApp."""
    return state(template.status, gone=template.gone_at is not None)[0]


def language_name(code: str) -> str:
    """A language by its own name with its code: Deutsch (de)."""
    name = _LANGUAGES.get(code.replace("-", "_").partition("_")[0].lower(), "")
    return f"{name} ({code})" if name else code or _("no language")


def fault_text(code: str) -> str:
    """What to mend in a value."""
    return _(_FAULTS[code])
