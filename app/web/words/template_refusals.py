"""Why the gate refuses a template, in words: what happened, and what to do."""

from __future__ import annotations

from app.web.words.gettext import N_

TEMPLATE_REFUSALS = {
    "template_unknown": (
        N_("The account has no template with this Content SID."),
        N_("Read the templates anew on their page, or choose another one."),
    ),
    "template_not_approved": (
        N_("This template is not approved, so WhatsApp does not take it."),
        N_("Choose an approved one; the templates' page tells why this one isn't."),
    ),
    "template_paused": (
        N_("WhatsApp has paused this template, because people blocked or reported it."),
        N_("Choose another one, or wait: a pause ends after hours, the third is for good."),
    ),
    "template_disabled": (
        N_("WhatsApp has disabled this template for good."),
        N_("Choose another one, or write a new one."),
    ),
    "template_category_unknown": (
        N_("This template's category is a word that is not known here."),
        N_("Choose another one: what its messages need can't be said."),
    ),
    "template_type_unknown": (
        N_("This template's type is not known here."),
        N_("Choose another one: how it would look can't be said."),
    ),
    "template_needs_window": (
        N_("A template of this type goes only as an answer, within 24 hours of the customer's last message."),
        N_("Choose another one."),
    ),
    "variable_missing": (
        N_("A variable of the template has no value."),
        N_("Fill it in: the customer would get the template's sample in its place."),
    ),
    "variable_invalid": (
        N_("A variable of the template is empty, or holds a line break, a tab or more than four spaces in a row."),
        N_("Change the variables: each takes one line of text."),
    ),
}
