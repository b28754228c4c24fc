"""Files from the machine's disk, hosted for the message that a command sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from app.commands.context import Installation
from app.domain.media import files, uploads
from app.domain.media.outgoing import MEGABYTE, FileRefused
from app.domain.media.store import media_store_for
from app.gateways.media_store import MediaStore
from app.store.tables import HostedFile

WHY = {
    "file_empty": "it is empty.",
    "file_too_large": "pictures may have 5 MB, documents what MEDIA_DOCUMENT_MB says, everything else 16 MB.",
    "file_type_not_accepted": "WhatsApp takes JPEG, PNG, WebP, MP4, OGG, MP3, M4A, AAC, AMR, vCard, PDF and Office"
    " documents; what a file is shows in its content, not in its name.",
    "file_codec_not_accepted": "WhatsApp takes sounds in OGG as Opus only, and films in MP4 as H.264 only; convert it,"
    " or send a sound as MP3.",
    "file_too_many_pixels": "it claims more pixels than any camera takes.",
}


@contextmanager
def hosted(installation: Installation, paths: Sequence[Path]) -> Iterator[list[tuple[str, str]]]:
    """These files, hosted now, by reference and type; forgotten when what the block does with them is refused."""
    store = media_store_for(installation.settings, installation.database)
    kept: list[HostedFile] = []
    try:
        for path in paths:
            kept.append(host(installation, store, path))
        yield [(files.reference(file.id or 0), file.content_type) for file in kept]
    except click.ClickException:
        for file in kept:
            uploads.delete(installation.database, store, installation.actor, file.id or 0)
        raise


def host(installation: Installation, store: MediaStore, path: Path) -> HostedFile:
    """Keep a file of this machine's disk. Raises a usage error that says why it can't be."""
    most = installation.settings.media_document_mb * MEGABYTE
    try:
        with path.open("rb") as file:
            return uploads.upload(installation.database, store, installation.actor, path.name, file, most)
    except FileRefused as error:
        raise click.ClickException(f"{path} can't be sent: {WHY[error.code]}") from None
    except OSError as error:
        raise click.ClickException(f"{path} can't be read, or not be stored: {error.strerror}.") from None
