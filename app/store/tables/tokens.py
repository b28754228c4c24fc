"""Programs that may call the API, and what was answered to them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import Json, account, document, identity, maybe_moment, moment, reference


class ApiToken(SQLModel, table=True):
    """A program that may call the API. It holds the token, this row only its SHA-256 and its last four signs."""

    __tablename__ = "api_token"
    __table_args__ = (sa.UniqueConstraint("account_sid", "token_hash"),)

    id: int | None = identity()
    account_sid: str = account()
    name: str = Field(max_length=200)
    scopes: list[str] = Field(default_factory=list, sa_column=sa.Column(Json, nullable=False))
    token_hash: str = Field(max_length=64, repr=False)
    last_signs: str = Field(max_length=4)
    created_at: datetime = moment()
    used_at: datetime | None = maybe_moment()
    revoked_at: datetime | None = maybe_moment()


class ApiAnswer(SQLModel, table=True):
    """What a request that changed something was answered, by the key that its token gave it."""

    __tablename__ = "api_answer"
    __table_args__ = (sa.UniqueConstraint("account_sid", "token_id", "idempotency_key"),)

    id: int | None = identity()
    account_sid: str = account()
    token_id: int = reference("api_token.id")
    idempotency_key: str = Field(max_length=100)
    digest: str = Field(max_length=64)
    answer: dict[str, Any] = document()
    created_at: datetime = moment()
