"""What the lint of a template found, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.web.words.gettext import N_, _

FAULTS = {
    "name_missing": N_("Give it a name."),
    "name_not_for_meta": N_("Meta takes only small letters, digits and _ in a name, such as bike_ready."),
    "language_invalid": N_("Write the language's code, such as en, en_GB or pt_BR."),
    "language_taken": N_("This name has a template in %(language)s already."),
    "languages_differ": N_("In %(language)s the variables are others: %(names)s. Use the same in every language."),
    "kind_differs": N_("In %(language)s this template has another type."),
    "category_unknown": N_("Choose one of Meta's categories."),
    "body_missing": N_("Write the text."),
    "body_too_long": N_("The text has %(length)s characters; %(most)s are taken."),
    "braces_broken": N_("Two braces that are no variable. A variable is written {{1}}."),
    "variables_adjacent": N_("Two variables stand side by side. Put words between them."),
    "variable_first": N_("The text begins with a variable. Put words before it."),
    "variable_last": N_("The text ends with a variable. Put words behind it."),
    "variable_not_number": N_("Variables are whole numbers: {{1}}, {{2}}. These are not: %(names)s."),
    "variable_gap": N_("The numbers have a gap: %(names)s is missing."),
    "too_few_words": N_(
        "Too many variables for so few words: there are %(words)s beside them, Meta asks for %(needed)s."
    ),
    "too_many_variables": N_("More than %(most)s variables."),
    "sample_missing": N_("Variable %(name)s has no sample. Meta asks for one at the review."),
    "sample_invalid": N_(
        "The sample of variable %(name)s is too long, or has a line break, a tab or five blanks in a row."
    ),
    "header_too_long": N_("The header has %(length)s characters; %(most)s are taken."),
    "header_twice": N_("A header is a text or a file, not both."),
    "footer_too_long": N_("The footer has %(length)s characters; %(most)s are taken."),
    "footer_has_variable": N_("A footer takes no variables."),
    "card_has_only_text": N_("A card has a header, a file, a footer or buttons too. Of text alone make a text."),
    "media_missing": N_("Write the file's address."),
    "media_host_not_fixed": N_("The address begins with https:// and a host; a variable may stand only behind it."),
    "media_many_variables": N_("One variable in the file's address, not more."),
    "media_not_taken": N_("With its sample, the address ends in the file's type: %(ends)s. Templates take no others."),
    "buttons_missing": N_("Add a button."),
    "too_many_buttons": N_("More than %(most)s buttons."),
    "many_buttons": N_("With more than %(most)s buttons it goes only once it is approved, within the 24 hours too."),
    "too_many_urls": N_("More than %(most)s buttons that lead to a page."),
    "too_many_phones": N_("More than %(most)s button that calls."),
    "button_titles_alike": N_("Two buttons have the same title."),
    "button_title_missing": N_("Button %(number)s has no title."),
    "button_title_too_long": N_("The title of button %(number)s has %(length)s characters; %(most)s are taken."),
    "button_title_has_variable": N_("The title of button %(number)s takes no variables."),
    "button_kind_not_taken": N_("Button %(number)s: this type of template takes no such button."),
    "button_url_invalid": N_("Button %(number)s: the address begins with https:// and a host."),
    "button_phone_invalid": N_("Button %(number)s: the number is written with + and the country code."),
    "button_code_missing": N_("Button %(number)s: write the code that it copies."),
    "filled_too_long": N_(
        "With the samples in it the text has %(length)s characters. WhatsApp delivers %(most)s at most."
    ),
    "looks_like_marketing": N_("This reads like an offer. Meta will probably make it marketing."),
    "looks_like_a_code": N_(
        "Login codes go as authentication, with a type of their own. Meta may reject it as another."
    ),
    "code_has_its_own_type": N_("Authentication templates have a fixed text and are made in the console of Twilio."),
}


def why_fault(code: str, detail: Mapping[str, Any]) -> str:
    """What is wrong, and what to do."""
    text = _(FAULTS[code])
    return text % detail if detail else text
