"""A file of ours as Twilio fetches it: throughput against nginx's with the same file, and its first byte."""

from __future__ import annotations

from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from app.domain import actor
from app.domain.media import files, links
from app.domain.media.grants import MediaLinks
from app.gateways.media_store import Folder
from app.store.database import connect
from bench import figures, nginx
from bench.downloads import Downloads, download
from bench.stands import product, webhooks_at
from harness.processes import Stand

SIZE = 5 * 1000 * 1000
RATIO = 0.5
FIRST_BYTE_MS = 20
# Somebody who reads at 10 Mbit/s has the file in four seconds.
READS_A_SECOND = 1_250_000
WEBHOOK_MS = 50
CONTENT = b"%PDF-1.7\n%" + bytes(range(128, 256)) * (SIZE // 128 + 1)


def run(options: Namespace, engine: str) -> bool:
    """Measure both and print the tables; True when the figures are met."""
    with product(engine, "web") as stand:
        folder = Path(stand.env["DATA_DIR"])
        path = urlsplit(_hosted(stand)).path
        (folder / "plain").mkdir()
        (folder / "plain" / "file.pdf").write_bytes(CONTENT[:SIZE])
        with nginx.serving(folder / "plain", folder / "nginx") as port:
            met = _throughput(options, engine, int(stand.env["PORT"]), path, port)
            met &= _first_byte(options, engine, stand, path, port)
    return met


def _hosted(stand: Stand) -> str:
    """The address of a file that is hosted by the product, for hours."""
    account_sid = stand.env["TWILIO_ACCOUNT_SID"]
    who, database = actor.command(account_sid), connect(stand.env["DATABASE_URL"])
    try:
        store = Folder(Path(stand.env["DATA_DIR"]) / "media")
        number = files.host(database, store, who, "file.pdf", CONTENT[:SIZE])
        grant = database.write(lambda session: links.make(session, who, number, timedelta(hours=4)))
    finally:
        database.close()
    return MediaLinks(stand.env["PUBLIC_BASE_URL"], stand.env["SECRET_KEY"]).address(grant, "file.pdf")


def _throughput(options: Namespace, engine: str, port: int, path: str, plain: int) -> bool:
    turns: list[tuple[Downloads, Downloads]] = []
    for _ in range(options.pairs):
        ours = download(port, path, SIZE, options.connections, options.seconds)
        turns.append((ours, download(plain, "/file.pdf", SIZE, options.connections, options.seconds)))
    rows = [
        (f"{ours.megabytes_a_second:.0f}", f"{theirs.megabytes_a_second:.0f}", f"{_ratio(ours, theirs):.2f}")
        for ours, theirs in turns
    ]
    figures.table(f"media on {engine}: 5 MB over {options.connections} connections", ("MB/s", "nginx", "ratio"), rows)
    ratio = figures.median(_ratio(*turn) for turn in turns)
    files_of_ours = sum(ours.files for ours, _theirs in turns)
    figures.verdict(f"{files_of_ours} downloads, each whole", files_of_ours > 0)
    met = figures.target(options, f"{ratio:.2f} of nginx's throughput (at least {RATIO})", ratio >= RATIO)
    best = max(ours.megabytes_a_second for ours, _theirs in turns)
    result = f"{ratio:.2f} of nginx's; {best:.0f} MB/s at best"
    figures.record(options, engine, "media, throughput of a 5 MB file", result, f"≥ {RATIO}", met)
    return met


def _ratio(ours: Downloads, theirs: Downloads) -> float:
    return ours.megabytes_a_second / theirs.megabytes_a_second


def _first_byte(options: Namespace, engine: str, stand: Stand, path: str, plain: int) -> bool:
    """Files that are read at 10 Mbit/s, so many at once, beside webhooks at fixed times."""
    port = int(stand.env["PORT"])
    alone = webhooks_at(stand, options.rate, options.seconds)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(download, port, path, SIZE, options.readers, options.seconds, READS_A_SECOND)
        beside = webhooks_at(stand, options.rate, options.seconds)
        ours = reading.result()
    theirs = download(plain, "/file.pdf", SIZE, options.readers, options.seconds, READS_A_SECOND)
    named = (
        ("first byte", ours.first_bytes),
        ("first byte, nginx", theirs.first_bytes),
        ("webhooks beside", beside.latencies),
        ("webhooks alone", alone.latencies),
    )
    rows = [(name, len(times), *figures.milliseconds(times)) for name, times in named]
    figures.table(f"media on {engine}: {options.readers} read at once", ("", "count", *figures.MILLISECONDS), rows)
    p95 = figures.percentile(ours.first_bytes, 0.95) * 1000
    webhooks = figures.percentile(beside.latencies, 0.95) * 1000
    met = figures.target(options, f"first byte p95 {p95:.1f} ms (at most {FIRST_BYTE_MS})", p95 <= FIRST_BYTE_MS)
    kept = figures.target(options, f"webhooks p95 {webhooks:.1f} ms (under {WEBHOOK_MS})", webhooks < WEBHOOK_MS)
    result = f"p95 {p95:.1f} ms; webhooks beside p95 {webhooks:.1f} ms, alone {rows[3][3]}"
    name = f"media, first byte at {options.readers} concurrent"
    figures.record(options, engine, name, result, f"≤ {FIRST_BYTE_MS} ms", met and kept)
    return met and kept
