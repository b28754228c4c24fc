"""The guard that keeps one account's rows from another."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.database import Database
from app.store.tables import Account, Address, Contact, Conversation, Message
from tests.support.account_guard import AccountGuard, AccountNotSaid, missing
from tests.support.cast import ACCOUNT, ago

OTHER = sa.orm.aliased(Message)
MINE = col(Message.account_sid) == ACCOUNT
CONVERSATIONS = sa.select(col(Conversation.id)).where(col(Conversation.account_sid) == ACCOUNT)
ANY_CONVERSATION = sa.select(col(Conversation.id))

CAREFUL = {
    "by value": select(Message).where(Message.account_sid == ACCOUNT),
    "by a parameter": sa.select(col(Message.id)).where(col(Message.account_sid) == sa.bindparam("account")),
    "among values": select(Message).where(col(Message.account_sid).in_([ACCOUNT])),
    "a table without accounts": sa.text("SELECT * FROM lease"),
    "a table joined by account": select(Conversation, Address)
    .join(Address, sa.and_(col(Address.account_sid) == ACCOUNT, col(Address.id) == col(Conversation.address_id)))
    .where(Conversation.account_sid == ACCOUNT),
    "a table whose account equals a fixed one": select(Message, Conversation).where(
        Conversation.account_sid == Message.account_sid, Message.account_sid == ACCOUNT
    ),
    "an exists that repeats it": select(Message).where(
        MINE, sa.exists().where(col(OTHER.account_sid) == ACCOUNT, col(OTHER.id) < col(Message.id))
    ),
    "a subquery": select(Message).where(MINE, col(Message.conversation_id).in_(CONVERSATIONS)),
    "a derived table": sa.select(CONVERSATIONS.subquery().c.id),
    "an update": sa.update(Message).where(MINE).values(state="ready"),
    "a delete": sa.delete(Message).where(MINE, col(Message.id) == 1),
    "an insert": sa.insert(Message),
}
CARELESS = {
    "no condition": select(Message),
    "by number alone": select(Message).where(Message.id == 1),
    "only in an OR": select(Message).where(sa.or_(MINE, col(Message.id) == 1)),
    "another account than": select(Message).where(Message.account_sid != ACCOUNT),
    "a joined table": select(Conversation)
    .join(Address, col(Address.id) == col(Conversation.address_id))
    .where(Conversation.account_sid == ACCOUNT),
    "an outer join": select(Conversation)
    .outerjoin(Address, col(Address.id) == col(Conversation.address_id))
    .where(Conversation.account_sid == ACCOUNT),
    "a second table": select(Message, Contact).where(Message.account_sid == ACCOUNT),
    "two tables that fix only each other": select(Message, Contact).where(Message.account_sid == Contact.account_sid),
    "an alias of the same table": select(Message).where(MINE, sa.exists().where(col(OTHER.id) < col(Message.id))),
    "a subquery": select(Message).where(MINE, col(Message.conversation_id).in_(ANY_CONVERSATION)),
    "a scalar subquery": sa.select(sa.select(sa.func.count(col(Message.id))).scalar_subquery()),
    "a derived table": sa.select(ANY_CONVERSATION.subquery().c.id),
    "a common table": sa.select(ANY_CONVERSATION.cte("every").c.id),
    "one half of a union": sa.union(CONVERSATIONS, ANY_CONVERSATION),
    "a count": select(sa.func.count()).select_from(Message),
    "an update": sa.update(Message).where(col(Message.id) == 1).values(state="ready"),
    "an update by another table": sa.update(Message)
    .where(MINE, col(Message.conversation_id) == col(Conversation.id))
    .values(state="ready"),
    "a delete": sa.delete(Message),
    "an insert out of a select": sa.insert(Account).from_select(["account_sid"], sa.select(col(Contact.name))),
}


@pytest.mark.parametrize("statement", CAREFUL.values(), ids=CAREFUL)
def test_a_statement_that_says_whose_rows_it_wants_passes(statement: Any) -> None:
    assert missing(statement) == []


@pytest.mark.parametrize("statement", CARELESS.values(), ids=CARELESS)
def test_a_statement_that_forgets_an_account_is_caught(statement: Any) -> None:
    assert missing(statement) != []


def test_the_guard_watches_every_engine(database: Database, account_guard: AccountGuard) -> None:
    with pytest.raises(AccountNotSaid):
        database.read(lambda session: session.exec(select(Message)).all())
    with pytest.raises(AccountNotSaid):
        database.read(lambda session: session.get(Contact, 1))
    with pytest.raises(AccountNotSaid):
        database.read(lambda session: session.execute(sa.text("SELECT * FROM message")))
    assert len(account_guard.complaints) == 3
    account_guard.complaints.clear()


def test_an_object_that_was_read_by_account_may_be_written_back(database: Database) -> None:
    def rename(session: Session) -> None:
        session.add(Contact(account_sid=ACCOUNT, name="Ava", created_at=ago()))
        session.flush()
        found = session.exec(select(Contact).where(Contact.account_sid == ACCOUNT)).one()
        found.name = "Ava Lindqvist"
        session.flush()
        session.delete(found)

    database.write(rename)
