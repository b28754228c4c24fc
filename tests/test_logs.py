"""What may stand in a log of a customer and of a secret."""

from __future__ import annotations

from app.logs import masked


def test_a_log_holds_no_whole_number() -> None:
    line = masked(None, "info", {"event": "from whatsapp:+442079460018 to +14155550132", "tries": 3})
    assert line == {"event": "from whatsapp:+44…18 to +14…32", "tries": 3}


def test_a_log_holds_no_whole_id_of_somebody_without_a_number() -> None:
    line = masked(None, "info", {"to": "whatsapp:US.13491208655302741918"})
    assert line == {"to": "whatsapp:US.13…"}


def test_a_log_holds_no_secret_whatever_it_looks_like() -> None:
    names = ("auth_token", "Authorization", "body", "new_password", "X-Twilio-Signature", "secret_key", "cookie")
    line = masked(None, "info", dict.fromkeys(names, "heron lantern"))
    assert set(line.values()) == {"***"}
