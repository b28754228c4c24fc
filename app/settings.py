"""What an admin sets, checked one by one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.setting_checks import CHECKS


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
    media_urls: Literal["pass_on", "rehost"] = "pass_on"
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
    daily_recipients: int = Field(default=0, ge=0, le=10_000_000)
    window_closed_template: str = Field(default="", max_length=500)
    rules_file: str = ""
    routing_file: str = ""
    prices_file: str = ""
    message_text_days: int = Field(default=90, ge=0, le=3650)
    message_days: int = Field(default=730, ge=0, le=3650)
    media_days: int = Field(default=30, ge=0, le=3650)
    raw_form_days: int = Field(default=14, ge=1, le=3650)
    archive_days: int = Field(default=90, ge=0, le=3650)
    feed_days: int = Field(default=90, ge=0, le=3650)
    api_answer_days: int = Field(default=30, ge=0, le=3650)
    run_list_days: int = Field(default=90, ge=0, le=3650)
    import_list_days: int = Field(default=90, ge=0, le=3650)
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

    @field_validator(*CHECKS)
    @classmethod
    def _checked(cls, value: str, info: ValidationInfo) -> str:
        return CHECKS[str(info.field_name)](value)

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
