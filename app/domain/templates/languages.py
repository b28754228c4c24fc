"""Which language of a template somebody gets: that of their profile, of their number's country, then en_US."""

from __future__ import annotations

import re
from collections.abc import Iterable

LAST = "en_US"
# The languages in which most people of a country are written to, the first one first.
_OF_COUNTRIES = """
AE ar en|AR es|AT de|AU en|BD bn|BE nl fr|BG bg|BH ar|BO es|BR pt|CA en fr|CH de fr it|CL es|CM fr en|CN zh|CO es
CR es|CY el|CZ cs|DE de|DK da|DO es|DZ ar fr|EC es|EE et|EG ar|ES es ca|FI fi sv|FR fr|GB en|GE ka|GH en|GR el|GT es
HK zh en|HN es|HR hr|HU hu|ID id|IE en|IL he ar|IN en hi|IQ ar|IR fa|IS is|IT it|JM en|JO ar|JP ja|KE en sw|KH km
KR ko|KW ar|KZ kk ru|LA lo|LB ar fr|LK si ta|LT lt|LU fr de|LV lv|LY ar|MA ar fr|MD ro|MM my|MT en|MX es|MY ms en
NG en|NI es|NL nl|NO nb no|NP ne|NZ en|OM ar|PA es|PE es|PH en fil|PK ur en|PL pl|PR es en|PT pt|PY es|QA ar|RO ro
RS sr|RU ru|SA ar|SE sv|SG en zh|SI sl|SK sk|SN fr|SV es|TH th|TN ar fr|TR tr|TW zh|TZ sw en|UA uk|UG en|US en es
UY es|UZ uz ru|VE es|VN vi|ZA en af|ZM en
"""
_LANGUAGES = {
    country: tuple(languages)
    for country, *languages in (entry.split() for entry in re.split(r"[|\n]", _OF_COUNTRIES) if entry)
}


def wishes(profile: str, country: str) -> tuple[str, ...]:
    """The languages that somebody is offered, the best first: each as language_COUNTRY or a language alone."""
    of_country = [wish for language in _LANGUAGES.get(country, ()) for wish in (f"{language}_{country}", language)]
    found = [profile, _base(profile), *of_country, LAST, _base(LAST)]
    return tuple(dict.fromkeys(wish for wish in found if wish))


def rank(language: str, wished: Iterable[str]) -> tuple[int, int]:
    """How well a language fits, the smallest best: by the first wish that it meets, whole before in part."""
    for place, wish in enumerate(wished):
        if _plain(language) == _plain(wish):
            return place, 0
        if "_" not in wish and _base(language) == _base(wish):
            return place, 1
    return 1000, 0


def _plain(language: str) -> str:
    return language.replace("-", "_").lower()


def _base(language: str) -> str:
    return _plain(language).partition("_")[0]
