"""The media page over many hosted files: its list, its end, its filters and its search."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from app.domain.clock import now
from app.store.database import Session, connect
from app.store.inserts import insert_many
from app.store.tables import HostedFile, MediaGrant
from bench import figures
from bench.filling import fill
from bench.pages import SETTINGS, logged_in, taken_by
from bench.past import Past
from bench.processor import database_server
from bench.stands import filled_product
from harness.processes import Stand

PAGE_MS, SEARCH_MS = 50, 300
_AT_ONCE = 1000
_KINDS = (("image", "image/png"), ("document", "application/pdf"), ("audio", "audio/ogg"), ("video", "video/mp4"))


def run(options: Namespace, engine: str) -> bool:
    """Measure on one database and print the table; True when every page is quick enough."""
    with filled_product(engine, lambda stand: _fill(stand, options.files), "web", **SETTINGS) as stand:
        leaders, cookie = [stand.pids("web")[0], *database_server(stand.env["DATABASE_URL"])], logged_in(stand)
        taken = {
            name: taken_by(int(stand.env["PORT"]), leaders, address, cookie, options.requests)
            for name, address in _addresses(options.files).items()
        }
    rows, held = [], []
    for name, one in taken.items():
        most = SEARCH_MS if "search" in name else PAGE_MS
        rows.append((name, f"{one.median:.1f}", f"{one.p95:.1f}", f"{one.processor * 1000:.1f}"))
        held.append(figures.target(options, f"{name}: p95 {one.p95:.0f} ms (at most {most})", one.p95 <= most))
        result = f"p95 {one.p95:.0f} ms; {one.processor * 1000:.0f} ms of processor time"
        named = f"library, {name} of {options.files:,} files"
        figures.record(options, engine, named, result, f"≤ {most} ms", one.p95 <= most)
    heads = ("", "median ms", "p95 ms", "processor ms")
    figures.table(f"library on {engine}: {options.files:,} hosted files", heads, rows)
    held.append(figures.verdict("every page answered 200", True))
    return all(held)


def _addresses(count: int) -> dict[str, str]:
    return {
        "list": "/media",
        "older half": f"/media?before={count // 2}",
        "one kind": "/media?kind=audio",
        "with a live URL": "/media?only=live",
        "one file": f"/media/{count // 2}",
        "search, found once": f"/media?q=wheel-{count // 3}.",
        "search, found never": "/media?q=nothing+of+the+kind",
    }


def _fill(stand: Stand, count: int) -> None:
    env = stand.env
    account_sid = env["TWILIO_ACCOUNT_SID"]
    fill(env["DATABASE_URL"], Past(account_sid, env["TWILIO_WHATSAPP_FROM"], 1000, 100, time.time()))
    database = connect(env["DATABASE_URL"])

    def add(session: Session) -> None:
        made = list(_files(account_sid, count))
        for begin in range(0, count, _AT_ONCE):
            numbers = insert_many(session, HostedFile, made[begin : begin + _AT_ONCE])
            links = [_link(account_sid, number) for number in numbers if number % 20 == 0]
            insert_many(session, MediaGrant, links)

    database.write(add)
    database.close()


def _files(account_sid: str, count: int) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        kind, content_type = _KINDS[number % len(_KINDS)]
        yield {
            "account_sid": account_sid,
            "name": f"wheel-{number}.{content_type[-3:]}",
            "content_type": content_type,
            "kind": kind,
            "size": 1000 + number,
            "key": f"out/{number}",
            "author_kind": "agent",
            "author_id": 1,
            "created_at": now() - timedelta(minutes=count - number),
        }


def _link(account_sid: str, file_id: int) -> dict[str, Any]:
    at = now()
    whole = {"account_sid": account_sid, "file_id": file_id, "purpose": "link"}
    return {**whole, "created_at": at, "expires_at": at + timedelta(hours=4)}
