"""Templates' categories, states, languages, and what is wrong with a value, as people read them."""

from __future__ import annotations

from app.store.tables import Template
from app.web.words.gettext import N_, _

_CATEGORIES = {
    "UTILITY": N_("utility"),
    "TRANSACTIONAL": N_("utility"),
    "MARKETING": N_("marketing"),
    "AUTHENTICATION": N_("authentication"),
    "OTP": N_("authentication"),
}
_STATES = {
    "approved": N_("approved"),
    "unsubmitted": N_("not submitted"),
    "received": N_("in review"),
    "pending": N_("in review"),
    "rejected": N_("rejected"),
    "paused": N_("paused"),
    "disabled": N_("disabled"),
}
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


def category_name(category: str) -> str:
    """The category; of one that isn't known its own word, '' of none."""
    return _(_CATEGORIES[category.upper()]) if category.upper() in _CATEGORIES else category.lower()


def state_name(template: Template) -> str:
    """How the template stands with WhatsApp; a word that isn't known as it came."""
    if template.gone_at is not None:
        return _("gone from Twilio")
    return _(_STATES[template.status]) if template.status in _STATES else template.status


def language_name(code: str) -> str:
    """A language by its own name with its code: Deutsch (de)."""
    name = _LANGUAGES.get(code.replace("-", "_").partition("_")[0].lower(), "")
    return f"{name} ({code})" if name else code or _("no language")


def fault_text(code: str) -> str:
    """What to mend in a value."""
    return _(_FAULTS[code])
