"""Files from the machine's disk, hosted for the message that a command sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from app.commands.context import Installation
from app.domain.media import files
from app.domain.media.file_types import MOST_BYTES, FileRefused
from app.domain.media.store import media_store_for
from app.gateways.media_store import MediaStore

WHY = {
    "file_empty": "it is empty.",
    "file_too_large": "pictures may have 5 MB, everything else 16 MB.",
    "file_type_not_accepted": "WhatsApp takes JPEG, PNG, WebP, MP4, OGG, MP3, M4A, AAC, AMR, vCard, PDF and Office"
    " documents; what a file is shows in its content, not in its name.",
}


@contextmanager
def hosted(installation: Installation, paths: Sequence[Path]) -> Iterator[list[str]]:
    """The references of these files, hosted now; forgotten when what the block does with them is refused."""
    store = media_store_for(installation.settings, installation.database)
    numbers: list[int] = []
    try:
        for path in paths:
            numbers.append(_host(installation, store, path))
        yield [files.reference(number) for number in numbers]
    except click.ClickException:
        for number in numbers:
            files.delete(installation.database, store, installation.actor, number)
        raise


def _host(installation: Installation, store: MediaStore, path: Path) -> int:
    try:
        with path.open("rb") as file:
            # One byte more than the most is enough to see that it is too large.
            content = file.read(MOST_BYTES + 1)
        return files.host(installation.database, store, installation.actor, path.name, content)
    except FileRefused as error:
        raise click.ClickException(f"{path} can't be sent: {WHY[error.code]}") from None
    except OSError as error:
        raise click.ClickException(f"{path} can't be read, or not be stored: {error.strerror}.") from None
