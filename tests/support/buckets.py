"""A bucket: a server that speaks S3 on loopback, and one that is down."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import boto3
from moto.server import ThreadedMotoServer

from app.settings import Settings

_KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "aws_default_region": "us-east-1"}


class BucketServer(NamedTuple):
    """Where the server answers."""

    url: str

    def settings(self, settings: Settings) -> Settings:
        """These settings with MEDIA_STORE in a new bucket."""
        name = f"media-{uuid.uuid4().hex[:12]}"
        session = boto3.session.Session("testing", "testing", region_name="us-east-1")
        session.client("s3", endpoint_url=self.url).create_bucket(Bucket=name)
        changed = {"media_store": f"s3://{name}/switch/board", "s3_endpoint_url": self.url, **_KEYS}
        return settings.model_copy(update=changed)


@contextmanager
def bucket_server() -> Iterator[BucketServer]:
    """A server of buckets, at a port of its own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield BucketServer(f"http://{host}:{port}")
    finally:
        server.stop()
