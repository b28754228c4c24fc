"""Which passwords may be chosen, and how they are kept."""

from __future__ import annotations

import pytest

from app.domain.agents import passwords


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "too_short"),
        ("x" * 201, "too_long"),
        ("Password1234", "too_common"),
        ("qwertyuiop123", "too_common"),
        ("abababababab", "too_common"),
        ("ana@halden.example", "same_as_login"),
        ("ELPMAXE.NEDLAH@ANA", "same_as_login"),
    ],
)
def test_a_password_that_is_guessed_at_once_is_refused(password: str, code: str) -> None:
    with pytest.raises(passwords.PasswordRefused) as refused:
        passwords.hashed(password, "ana@halden.example")
    assert refused.value.code == code


@pytest.mark.parametrize("password", ["twelve chars", "        spaced", "пароль длинный", "aaa bbb ccc ddd"])
def test_no_other_rule_holds(password: str) -> None:
    passwords.judge(password, "ana")


def test_the_hash_is_argon2id_salted_and_matches_only_its_password() -> None:
    first, second = passwords.hashed("heron lantern gravel"), passwords.hashed("heron lantern gravel")
    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.matches(first, "heron lantern gravel")
    assert not passwords.matches(first, "heron lantern gravel ")
    assert not passwords.matches("", "of nobody")
    assert not passwords.matches("no hash at all", "heron lantern gravel")
