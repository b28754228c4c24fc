"""`media`: the files that are kept here."""

from __future__ import annotations

import click


@click.group()
def media() -> None:
    """Files, customers' and ours."""
