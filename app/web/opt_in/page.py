"""`/opt-in/<slug>`: people opt in. What it answers never tells whether a number is known here."""

from __future__ import annotations

import io
import math
import secrets

import segno
from flask import Blueprint, abort, current_app, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.agents.ip_addresses import throttled_as
from app.domain.clock import now
from app.domain.consent import opt_in, opt_in_codes, opt_in_forms
from app.domain.consent.opt_in_forms import Published
from app.domain.contacts.addresses import phone_of, recipient
from app.web.opt_in.phrases import direction, phrases
from app.web.shell.current_user import origin
from app.web.shell.rate_limit import RateLimit
from app.web.shell.services import services

blueprint = Blueprint("opt_in", __name__, url_prefix="/opt-in")

# A household, or a shop with a tablet at its counter, shares one address.
SENT_PER_MINUTE = 6
SENT_AT_ONCE = 12
# Stricter than the console's: no script at all, and nothing from elsewhere.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


@blueprint.get("/<slug>")
def page(slug: str) -> Response:
    """The form, in the language that `?lang=` names or the browser prefers."""
    form = _form(slug)
    return _page(form, _language(form))


@blueprint.post("/<slug>")
def submit(slug: str) -> Response:
    """Record what was ticked, and thank; the same words for everybody."""
    form = _form(slug)
    language = _language(form)
    if wait := _limit().wait(throttled_as(origin().ip)):
        answer = _page(form, language, 429, wrong={"form": "wait"})
        answer.headers["Retry-After"] = str(math.ceil(wait))
        return answer
    address = recipient(request.form.get("number", "")) or ""
    purposes = tuple(purpose for purpose in form.draft.purposes if request.form.get(f"purpose-{purpose}") == "on")
    wrong = {} if phone_of(address) else {"number": "number_wrong"}
    if not purposes:
        wrong["boxes"] = "boxes_wrong"
    if wrong:
        return _page(form, language, 422, wrong=wrong)
    filled = opt_in.Filled(
        address=address,
        purposes=purposes,
        language=language,
        page=request.form.get("page", "")[:100],
        ip=origin().ip,
        user_agent=origin().user_agent,
        source_url=services().settings.public_base_url + url_for("opt_in.page", slug=slug, lang=language),
    )
    at, account_sid = now(), _account()
    text = services().database.write(lambda session: opt_in.agree(session, account_sid, form, filled, at))
    link = opt_in_codes.whatsapp_link(form.draft.sender, text)
    return _rendered("opt_in/done.html", form, language, text=text, link=link)


@blueprint.get("/<slug>/qr.svg")
def qr(slug: str) -> Response:
    """A QR code for a poster: it opens WhatsApp with the message whose arrival is the opt-in."""
    form = _form(slug)
    link = _link(form, _language(form)) or abort(404)
    picture = io.BytesIO()
    segno.make(link, error="l", boost_error=True).save(picture, kind="svg", scale=4, border=4, light="#fff")
    answer = make_response(picture.getvalue())
    answer.mimetype = "image/svg+xml"
    answer.vary.add("Accept-Language")
    return answer


def _link(form: Published, language: str) -> str:
    """What opens WhatsApp with the form's prefilled message; '' where there is none."""
    text = services().database.read(
        lambda session: opt_in_codes.link_text(session, _account(), form.version_id, language)
    )
    return opt_in_codes.whatsapp_link(form.draft.sender, text) if text else ""


def _form(slug: str) -> Published:
    found = services().database.read(lambda session: opt_in_forms.published(session, _account(), slug))
    return found or abort(404)


def _language(form: Published) -> str:
    """Of the form's languages the one that was asked for, else the browser's, else the first."""
    asked = request.args.get("lang", "")
    if asked in form.languages:
        return asked
    # By hand: werkzeug's best_match gives "en" to who prefers "de-AT" and takes "en" too, where there is "de".
    for wanted, quality in request.accept_languages:
        fitting = [one for one in form.languages if quality and _primary(one) == _primary(wanted)]
        if fitting:
            return next((one for one in fitting if one.lower() == wanted.lower()), fitting[0])
    return form.languages[0]


def _primary(language: str) -> str:
    return language.lower().partition("-")[0]


def _page(form: Published, language: str, status: int = 200, wrong: dict[str, str] | None = None) -> Response:
    page = request.form.get("page") or secrets.token_urlsafe(12)
    return _rendered(
        "opt_in/page.html",
        form,
        language,
        status,
        wrong=wrong or {},
        typed=request.form,
        page=page,
        link=_link(form, language),
    )


def _rendered(template: str, form: Published, language: str, status: int = 200, **more: object) -> Response:
    body = render_template(
        template,
        form=form.draft,
        languages=form.languages,
        wording=form.wording(language),
        say=phrases(language),
        direction=direction(language),
        **more,
    )
    answer = make_response(body, status)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Content-Language"] = language
    answer.vary.add("Accept-Language")
    return answer


def _limit() -> RateLimit:
    limit: RateLimit = current_app.extensions.setdefault("opt_in_rate_limit", RateLimit(SENT_PER_MINUTE, SENT_AT_ONCE))
    return limit


def _account() -> str:
    return services().settings.twilio_account_sid
