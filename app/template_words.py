"""The words of templates; part of the vocabulary."""

from __future__ import annotations

# What is written down when a template differs from the last time that it was read.
TEMPLATE_CHANGES = ("new", "status", "category", "content", "name", "gone", "back", "group")
# What the lint of a template finds (domain/templates/lint.py).
TEMPLATE_FAULTS = (
    "name_missing",
    "name_not_for_meta",
    "language_invalid",
    "language_taken",
    "languages_differ",
    "kind_differs",
    "category_unknown",
    "body_missing",
    "body_too_long",
    "braces_broken",
    "variables_adjacent",
    "variable_first",
    "variable_last",
    "variable_not_number",
    "variable_gap",
    "too_few_words",
    "too_many_variables",
    "sample_missing",
    "sample_invalid",
    "header_too_long",
    "header_twice",
    "footer_too_long",
    "footer_has_variable",
    "card_has_only_text",
    "media_missing",
    "media_host_not_fixed",
    "media_many_variables",
    "media_not_taken",
    "buttons_missing",
    "too_many_buttons",
    "many_buttons",
    "too_many_urls",
    "too_many_phones",
    "button_titles_alike",
    "button_title_missing",
    "button_title_too_long",
    "button_title_has_variable",
    "button_kind_not_taken",
    "button_url_invalid",
    "button_phone_invalid",
    "button_code_missing",
    "filled_too_long",
    "looks_like_marketing",
    "looks_like_a_code",
    "code_has_its_own_type",
)
# What may fill a variable by itself: fields of the contact, who writes, what was sent to them last; or nothing.
# One of the person's own fields is meant by its name behind OWN_FIELD.
OWN_FIELD = "field:"
VARIABLE_FIELDS = ("first_name", "name", "phone", "country", "agent", "business", "last", "nothing")
