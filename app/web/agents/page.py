"""`/settings/agents`: who works here. For admins."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.actor import Actor
from app.domain.agents import password_reset, people
from app.store.database import Session
from app.web.shell.current_user import actor
from app.web.shell.services import services
from app.web.words.agents import why_not
from app.web.words.gettext import _

blueprint = Blueprint("agents", __name__, url_prefix="/settings/agents")


@blueprint.get("")
def page() -> str:
    """Everybody, and the form that adds somebody."""
    return _page()


@blueprint.post("")
def add() -> tuple[str, int]:
    """Add somebody, and show the link with which they set their password. It is shown this once."""
    who, form = actor(), request.form
    login, name, role = form.get("login", ""), form.get("name", ""), form.get("role", "")

    def work(session: Session) -> tuple[int, str]:
        agent_id = people.add(session, who, login, name, role)
        return agent_id, password_reset.make_link(session, who, agent_id)

    try:
        agent_id, token = services().database.write(work)
    except people.AgentRefused as error:
        return _page(refused=error.code, why=why_not(error), typed=form), 422
    return _page(link=_address(token), link_for=agent_id), 201


@blueprint.post("/<int:agent_id>/link")
def link(agent_id: int) -> ResponseReturnValue:
    """Make a link with which somebody sets a new password. It is shown this once."""
    who = actor()
    try:
        token = services().database.write(lambda session: password_reset.make_link(session, who, agent_id))
    except people.AgentRefused as error:
        return _page(trouble=why_not(error)), 409
    return _page(link=_address(token), link_for=agent_id), 201


@blueprint.post("/<int:agent_id>/disable")
def disable(agent_id: int) -> ResponseReturnValue:
    """Shut somebody out at once."""
    return _change(
        lambda session, who: people.disable(session, who, agent_id), _("Disabled, and logged out everywhere.")
    )


@blueprint.post("/<int:agent_id>/enable")
def enable(agent_id: int) -> ResponseReturnValue:
    """Let somebody in again."""
    return _change(lambda session, who: people.enable(session, who, agent_id), _("Enabled."))


@blueprint.post("/<int:agent_id>/role")
def role(agent_id: int) -> ResponseReturnValue:
    """Give somebody another role."""
    chosen = request.form.get("role", "")
    return _change(lambda session, who: people.change_role(session, who, agent_id, chosen), _("Role changed."))


def _change(work: Callable[[Session, Actor], None], done: str) -> ResponseReturnValue:
    # Asked for here: on SQLite the work may run in another request's thread.
    who = actor()
    try:
        services().database.write(lambda session: work(session, who))
    except people.AgentRefused as error:
        return _page(trouble=why_not(error)), 409
    flash(done)
    return redirect(url_for("agents.page"), 303)


def _page(**told: object) -> str:
    who = actor()
    everybody = services().database.read(lambda session: people.everybody(session, who))
    return render_template("agents/page.html", everybody=everybody, roles=people.ROLES, **told)


def _address(token: str) -> str:
    return services().settings.public_base_url + url_for("login.reset", token=token)
