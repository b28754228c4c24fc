"""`bin/switchboard tokens`, and what a token may do."""

from __future__ import annotations

import json

import pytest

from app.domain.access import MAY, NotAllowed, may
from app.domain.agents import api_tokens
from app.store.database import Database
from app.store.tables import ApiToken, Audit
from tests.commands.conftest import Run
from tests.support.cast import ACCOUNT, KIM, STRANGER_ACCOUNT, only


def test_a_token_is_printed_once_and_kept_as_a_hash(switchboard: Run, database: Database) -> None:
    made = switchboard("tokens", "create", "Shop", "--scope", "consents:write", "--scope", "consents:read")
    token = made.out.strip()
    row = only(database, ApiToken)
    assert (made.code, token.startswith("swb_"), len(token)) == (0, True, 47)
    assert (row.token_hash, row.last_signs) == (api_tokens.hash_of(token), token[-4:])
    assert token not in repr(row)
    listed = switchboard("tokens", "list", "--output", "json").out
    assert token not in listed
    (shown,) = json.loads(listed)
    assert (shown["token"], shown["scopes"], shown["used_at"]) == (
        f"…{token[-4:]}",
        "consents:read consents:write",
        None,
    )
    assert only(database, Audit, verb="token.create").actor_kind == "command"


def test_a_revoked_token_holds_no_more(switchboard: Run, database: Database) -> None:
    token = switchboard("tokens", "create", "Shop", "--scope", "consents:read").out.strip()
    assert database.read(lambda session: api_tokens.find(session, ACCOUNT, token)) is not None
    number = str(only(database, ApiToken).id)
    assert switchboard("tokens", "revoke", number).code == 0
    assert database.read(lambda session: api_tokens.find(session, ACCOUNT, token)) is None
    again = switchboard("tokens", "revoke", number)
    assert (again.code, "No token that holds" in again.err) == (1, True)
    assert only(database, Audit, verb="token.revoke").subject_id == number


@pytest.mark.parametrize(
    "arguments", [("Shop",), ("  ", "--scope", "consents:read"), ("Shop", "--scope", "everything"), ("x" * 201,)]
)
def test_what_makes_no_token_is_said(switchboard: Run, database: Database, arguments: tuple[str, ...]) -> None:
    refused = switchboard("tokens", "create", *arguments)
    assert (refused.code, refused.out, bool(refused.err)) == (1, "", True)
    assert json.loads(switchboard("tokens", "list", "--output", "json").out) == []


def test_a_token_may_do_what_its_scopes_say_and_nothing_else(switchboard: Run, database: Database) -> None:
    token = switchboard("tokens", "create", "Shop", "--scope", "consents:write").out.strip()
    found = database.read(lambda session: api_tokens.find(session, ACCOUNT, token))
    assert found is not None
    assert [verb for verb in MAY if may(found.actor, verb)] == ["consent.record"]


def test_a_token_is_of_one_account(switchboard: Run, database: Database) -> None:
    token = switchboard("tokens", "create", "Shop", "--scope", "consents:write").out.strip()
    assert database.read(lambda session: api_tokens.find(session, STRANGER_ACCOUNT, token)) is None


def test_an_agent_makes_no_tokens(database: Database) -> None:
    with pytest.raises(NotAllowed):
        database.write(lambda session: api_tokens.create(session, KIM, "Shop", ["consents:read"]))
