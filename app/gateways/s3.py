"""Files in a bucket that speaks S3 (MEDIA_STORE=s3://bucket/prefix)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.gateways.media_store import (
    MediaMissing,
    StoredFile,
    StoreDown,
    check_key,
    read_whole,
    write_whole,
)
from app.gateways.streams import PIECE_BYTES, Measured, Readable, Stored, ranged
from app.settings import Settings

_CONFIG = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "max_attempts": 3},
    s3={"addressing_style": "auto"},
    max_pool_connections=100,
    # Other makers of buckets don't know the checksums that AWS has added since.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
# A part is what is held in memory of a file on its way; threads of boto's own would hold ten.
_TRANSFER = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024, use_threads=False)
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


class Bucket:
    """Files of a bucket, below a prefix."""

    def __init__(self, settings: Settings, url: str) -> None:
        self._bucket, _, prefix = url.removeprefix("s3://").partition("/")
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        session = boto3.session.Session(
            settings.aws_access_key_id or None,
            settings.aws_secret_access_key or None,
            region_name=settings.aws_default_region or None,
        )
        self._s3: Any = session.client("s3", endpoint_url=settings.s3_endpoint_url or None, config=_CONFIG)

    def write_stream(self, account_sid: str, key: str, stream: Readable) -> Stored:
        """Keep the file. What was given up on the way is no file. Raises StoreDown."""
        measured, place = Measured(stream), self._place(account_sid, key)
        with _told(key):
            self._s3.upload_fileobj(measured, self._bucket, place, Config=_TRANSFER)
        return measured.stored()

    def open(self, account_sid: str, key: str) -> StoredFile:
        """The file, open. Raises MediaMissing and StoreDown."""
        place = self._place(account_sid, key)
        with _told(key):
            head = self._s3.head_object(Bucket=self._bucket, Key=place)
        size = int(head["ContentLength"])
        body = _Body(self._get(place, key, head["ETag"]))
        return StoredFile(ranged(size, body.read_at, body.close), size)

    def write(self, account_sid: str, key: str, content: bytes) -> None:
        """Keep a small file; see `write_stream`."""
        write_whole(self, account_sid, key, content)

    def read(self, account_sid: str, key: str) -> bytes:
        """A small file's bytes. Raises MediaMissing and StoreDown."""
        return read_whole(self, account_sid, key)

    def delete(self, account_sid: str, key: str) -> None:
        """Forget the file, if it is there. Raises StoreDown."""
        with _told(key):
            self._s3.delete_object(Bucket=self._bucket, Key=self._place(account_sid, key))

    def keys(self, account_sid: str, prefix: str, before: datetime | None = None) -> list[str]:
        """The keys that begin with `prefix`, in order; those written before then. Raises StoreDown."""
        base = f"{self._prefix}{account_sid}/"
        found = (
            str(entry["Key"]).removeprefix(base)
            for entry in self._pages("list_objects_v2", "Contents", base + prefix)
            if before is None or entry["LastModified"] < before
        )
        return sorted(found)

    def forget_unfinished(self, account_sid: str, before: datetime) -> int:
        """Give up what a process that died had begun to write before then; returns how many. Raises StoreDown."""
        base = f"{self._prefix}{account_sid}/"
        begun = [one for one in self._pages("list_multipart_uploads", "Uploads", base) if one["Initiated"] < before]
        for one in begun:
            with _told(""):
                self._s3.abort_multipart_upload(Bucket=self._bucket, Key=one["Key"], UploadId=one["UploadId"])
        return len(begun)

    def _place(self, account_sid: str, key: str) -> str:
        return self._prefix + check_key(account_sid, key)

    def _pages(self, operation: str, entries: str, prefix: str) -> Iterator[dict[str, Any]]:
        with _told(""):
            for page in self._s3.get_paginator(operation).paginate(Bucket=self._bucket, Prefix=prefix):
                yield from page.get(entries, ())

    def _get(self, place: str, key: str, etag: str) -> Callable[[int], Any]:
        def get(start: int) -> Any:
            with _told(key):
                return self._s3.get_object(Bucket=self._bucket, Key=place, Range=f"bytes={start}-", IfMatch=etag)

        return get


class _Body:
    """An object's bytes from one request, as long as they are read in order."""

    def __init__(self, get: Callable[[int], Any]) -> None:
        self._get = get
        self._body: Any = None
        self._at = 0

    def read_at(self, position: int, most: int) -> bytes:
        if self._body is None or position != self._at:
            self.close()
            self._body, self._at = self._get(position)["Body"], position
        with _told(""):
            got: bytes = self._body.read(min(most, PIECE_BYTES))
        if not got:
            raise StoreDown("the file ended early")
        self._at += len(got)
        return got

    def close(self) -> None:
        if self._body is not None:
            self._body.close()


@contextmanager
def _told(key: str) -> Iterator[None]:
    """Errors of the library as those of a media store."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING:
            raise MediaMissing(key) from None
        raise StoreDown(code or "refused") from error
    except (BotoCoreError, Boto3Error) as error:
        raise StoreDown(type(error).__name__) from error
