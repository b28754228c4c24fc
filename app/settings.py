"""What an admin sets, checked one by one."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.urls import base_url, is_ip_address, mail_address, split

SHAPES = {
    "twilio_account_sid": (
        re.compile(r"AC[0-9a-f]{32}"),
        "must be AC and 32 hexadecimal digits, as on the first page of the Twilio console",
    ),
    "twilio_messaging_service_sid": (re.compile(r"MG[0-9a-f]{32}"), "must be MG and 32 hexadecimal digits"),
    "archive_key": (
        re.compile(r"[A-Za-z0-9_-]{43}="),
        "must be a key that `bin/switchboard webhooks archive-key` makes",
    ),
    "consent_key": (re.compile(r"[A-Za-z0-9+/]{43}="), "must be 32 random bytes in base64 (openssl rand -base64 32)"),
}
# A version, a colon, and 32 bytes in base64.
SUPPRESSION_KEY = re.compile(r"[a-z0-9-]{1,20}:[A-Za-z0-9+/]{43}=")
_MEDIA_STORE = re.compile(r"file:.+|database:|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()/-]*)?")
WHATSAPP_NUMBER = re.compile(r"whatsapp:\+[1-9][0-9]{6,14}")


class Settings(BaseSettings):
    """The settings of an installation. Names in the environment are the same in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    twilio_account_sid: str
    twilio_auth_token: str = Field(repr=False, min_length=1)
    twilio_auth_token_secondary: str = Field(default="", repr=False)
    twilio_webhook_shared_keys: str = Field(default="", repr=False)
    twilio_api_key_sid: str = ""
    twilio_api_key_secret: str = Field(default="", repr=False)
    twilio_messaging_service_sid: str = ""
    twilio_whatsapp_from: str = ""
    business_name: str = Field(default="", max_length=100)
    twilio_api_base_url: str = ""
    public_base_url: str
    secret_key: str = Field(repr=False, min_length=32)
    data_dir: Path = Path("var")
    database_url: str = Field(default="", repr=False)
    media_store: str = ""
    media_store_before: str = ""
    s3_endpoint_url: str = ""
    aws_access_key_id: str = ""
    aws_secret_access_key: str = Field(default="", repr=False)
    aws_default_region: str = ""
    media_url_seconds: int = Field(default=900, ge=600, le=172_800)
    media_preflight: bool = True
    media_unused_days: int = Field(default=30, ge=0, le=3650)
    media_document_mb: int = Field(default=16, ge=16, le=100)
    delete_media_at_twilio: bool = False
    late_media_warning: int = Field(default=24, ge=1, le=10_000)
    spool_dir: str = ""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    web_concurrency: int = Field(default=2, ge=1, le=64)
    web_threads: int = Field(default=160, ge=16, le=1000)
    session_idle_minutes: int = Field(default=30, ge=5, le=720)
    sender_rate: float = Field(default=80.0, ge=0, le=1000)
    sender_concurrency: int = Field(default=20, ge=1, le=50)
    rules_file: str = ""
    routing_file: str = ""
    prices_file: str = ""
    message_text_days: int = Field(default=90, ge=0, le=3650)
    media_days: int = Field(default=30, ge=0, le=3650)
    raw_form_days: int = Field(default=14, ge=1, le=3650)
    archive_days: int = Field(default=90, ge=0, le=3650)
    feed_days: int = Field(default=90, ge=0, le=3650)
    api_answer_days: int = Field(default=30, ge=0, le=3650)
    redact: str = ""
    archive_key: str = Field(default="", repr=False)
    consent_key: str = Field(default="", repr=False)
    suppression_keys: str = Field(default="", repr=False)
    consent_checkpoint_to: str = Field(default="", repr=False)
    smtp_url: str = Field(default="", repr=False)
    mail_from: str = ""
    metrics_token: str = Field(default="", repr=False)
    log_level: str = "INFO"
    bind: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    dyno: str = ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` passes in: the environment is an argument, so tests need not change it."""
        return (init_settings,)

    @field_validator(*SHAPES)
    @classmethod
    def _shape(cls, value: str, info: ValidationInfo) -> str:
        shape, what_it_is = SHAPES[str(info.field_name)]
        if value and not shape.fullmatch(value):
            raise ValueError(what_it_is)
        return value

    @field_validator("twilio_whatsapp_from")
    @classmethod
    def _whatsapp_from(cls, value: str) -> str:
        if value and not value.startswith("whatsapp:"):
            value = f"whatsapp:{value}"
        if value and not WHATSAPP_NUMBER.fullmatch(value):
            raise ValueError("must be your WhatsApp sender's number in E.164, like whatsapp:+14155238886")
        return value

    @field_validator("public_base_url", "twilio_api_base_url")
    @classmethod
    def _base_url(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name == "twilio_api_base_url":
            return value
        return base_url(value)

    @field_validator("consent_checkpoint_to")
    @classmethod
    def _consent_checkpoint_to(cls, value: str) -> str:
        if value.startswith("mailto:"):
            return f"mailto:{mail_address(value.removeprefix('mailto:'))}"
        if value and not value.startswith("/"):
            parts = split(value)
            if parts is None or "://" not in value or parts.fragment:
                raise ValueError(
                    "must be a folder like /mnt/elsewhere/checkpoints, an https:// URL, or mailto:somebody@example.com"
                )
            # A token may stand in its query.
            base_url(value.partition("?")[0])
        return value

    @field_validator("suppression_keys")
    @classmethod
    def _suppression_keys(cls, value: str) -> str:
        keys = [one.strip() for one in value.split(",") if one.strip()]
        versions = [one.partition(":")[0] for one in keys]
        if not all(SUPPRESSION_KEY.fullmatch(one) for one in keys) or len(set(versions)) < len(versions):
            raise ValueError("must be like 1:<32 random bytes in base64>, the newest last, with commas between")
        return ",".join(keys)

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, value: str) -> str:
        # Heroku hands out postgres://, a name SQLAlchemy dropped.
        value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
        if value and not value.startswith(("postgresql+psycopg://", "sqlite:///")):
            raise ValueError("must begin with postgres:// or sqlite:///")
        return value

    @field_validator("media_store", "media_store_before")
    @classmethod
    def _media_store(cls, value: str) -> str:
        if value and not _MEDIA_STORE.fullmatch(value):
            raise ValueError("must be file:<folder>, s3://<bucket>/<prefix> or database:")
        return value

    @field_validator("s3_endpoint_url")
    @classmethod
    def _s3_endpoint_url(cls, value: str) -> str:
        parts = split(value)
        # A bucket of one's own stands in a network of one's own, often without TLS.
        if value and (parts is None or parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("must be a whole URL like https://s3.example.com")
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_from(cls, value: str) -> str:
        return mail_address(value) if value else value

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url(cls, value: str) -> str:
        parts = split(value)
        if value and (parts is None or parts.scheme not in ("smtp", "smtps") or not parts.hostname):
            raise ValueError("must be like smtps://login:password@mail.example.com, or smtp:// for STARTTLS")
        return value

    @field_validator("redact")
    @classmethod
    def _redact(cls, value: str) -> str:
        if {part.strip() for part in value.split(",")} - {"cards", "codes", ""}:
            raise ValueError("must be cards, codes or cards,codes")
        return value

    @field_validator("bind")
    @classmethod
    def _bind(cls, value: str) -> str:
        if not is_ip_address(value):
            raise ValueError("must be an IP address of this machine, like 127.0.0.1, or 0.0.0.0 for all of them")
        return value

    @field_validator("log_level")
    @classmethod
    def _log_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @property
    def session_idle(self) -> timedelta:
        """How long a login holds that nobody uses."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def media_url_lives(self) -> timedelta:
        """How long the temporary URL of a file lives, unless a message on its way needs it for longer."""
        return timedelta(seconds=self.media_url_seconds)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL: DATABASE_URL, or a SQLite file in DATA_DIR."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve()}/switchboard.db"

    @property
    def media(self) -> str:
        """MEDIA_STORE, or a folder in DATA_DIR."""
        return self.media_store or f"file:{self.data_dir.resolve()}/media"

    @property
    def spool(self) -> Path | None:
        """The folder for webhooks that the database could not take, or None: a dyno's disk is not kept."""
        if self.spool_dir:
            return Path(self.spool_dir)
        return None if self.dyno else self.data_dir.resolve() / "spool"
