"""Where checkpoints leave the machine to: a folder, perhaps of another machine, a URL, or somebody's mail."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

import requests

from app.gateways.mail import MailServer

SECONDS = 10
MAIL = "mailto:"


def drop_for(target: str, mail: MailServer | None = None) -> Callable[[str, str], None]:
    """What takes a name and a text there, whole and durably, or raises OSError. `target` is CONSENT_CHECKPOINT_TO."""
    if target.startswith(MAIL):
        return partial(_by_mail, target.removeprefix(MAIL), mail or MailServer("", ""))
    return partial(_into_folder, Path(target)) if target.startswith("/") else partial(_to_url, target)


def _into_folder(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / f".{name}.{uuid.uuid4().hex}"
    try:
        with unfinished.open("x", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(folder / name)
    finally:
        unfinished.unlink(missing_ok=True)


def _to_url(url: str, name: str, text: str) -> None:
    headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'}
    try:
        answer = requests.post(url, text.encode(), headers=headers, timeout=SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        # Its words hold the URL, and with it perhaps a secret.
        raise OSError(type(error).__name__) from None
    if not answer.ok or answer.is_redirect:
        raise OSError(f"HTTP {answer.status_code}")


def _by_mail(recipient: str, mail: MailServer, name: str, text: str) -> None:
    mail.send(recipient, f"Switchboard {name.removesuffix('.txt')}", text, name)
