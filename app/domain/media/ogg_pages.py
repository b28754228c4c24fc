"""Ogg is a container: the first packet of each stream in it says what it holds."""

from __future__ import annotations

_PACKETS = (
    (b"\x80theora", "video/ogg", "theora"),
    (b"BBCD\x00", "video/ogg", "dirac"),
    (b"OpusHead", "audio/ogg", "opus"),
    (b"\x01vorbis", "audio/ogg", "vorbis"),
    (b"Speex   ", "audio/ogg", "speex"),
    (b"\x7fFLAC", "audio/ogg", "flac"),
)
_BEGINS_STREAM = 2


def told(head: bytes) -> tuple[str, str]:
    """The type and the codec; a film's before a sound's, ('audio/ogg', '') when no stream tells."""
    packets = _first_packets(head)
    for mark, content_type, codec in _PACKETS:
        if any(packet.startswith(mark) for packet in packets):
            return content_type, codec
    return "audio/ogg", ""


def _first_packets(head: bytes) -> list[bytes]:
    """What the first pages begin with: those that begin a stream all come before the others."""
    packets, at = [], 0
    while head[at : at + 4] == b"OggS" and len(head) > at + 27 and head[at + 5] & _BEGINS_STREAM:
        segments = head[at + 26]
        begin = at + 27 + segments
        packets.append(head[begin : begin + 16])
        at = begin + sum(head[at + 27 : begin])
    return packets
