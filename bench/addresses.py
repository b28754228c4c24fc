"""What `bench.pages` asks for: every page, list, count and search of the console."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from bench.past import Past


@dataclass(frozen=True)
class Asked:
    """What is asked for: its name, its address, and whether it is a search."""

    name: str
    address: str
    is_search: bool = False


def asked_of(past: Past) -> list[Asked]:
    """Every page, list, count and search, for conversations and words of this past."""
    middle, newest = past.contacts // 2, past.contacts
    old_name, phone = past.name(past.contacts // 3).partition(" ")[2], past.phone(middle)
    pages = {
        **{f"inbox, {tab}": f"/?tab={tab}" for tab in ("mine", "unassigned", "all", "closing", "closed")},
        "inbox, a list": "/inbox/list?tab=all",
        "inbox, rows further down": "/inbox/more?tab=all&after=" + _position(past),
        "inbox, counts": "/inbox/counts?tab=all",
        "numbers of the navigation": "/navigation",
        "a conversation": f"/conversations/{newest}",
        "the longest conversation": "/conversations/1",
        "state of the longest": "/conversations/1/state",
        "feed": "/feed",
        "feed, statuses": "/feed?kind=status",
        "feed, consent (none)": "/feed?kind=consent",
        "feed, further down": f"/feed/more?before={past.messages}",
        "failures": "/failures",
        "failures, counts": "/failures/counts",
        "failures of a code": f"/failures/{past.newest_code()}",
        "journal": "/journal",
        "journal, quarantined": "/journal?state=quarantined",
        "journal, by SID": f"/journal?sid={past.sid(middle)}",
        "new message": "/messages/new",
        "agents": "/settings/agents",
        "settings": "/settings",
    }
    searches = {
        "search: an old name": quote(old_name),
        "search: a number": quote(phone),
        "search: part of a number": phone[-7:],
        "search: a common word": "order",
        "search: what isn't there": "nowheretobefound",
    }
    asked = [Asked(name, address) for name, address in pages.items()]
    asked += [Asked(name, f"/inbox/list?q={words}", True) for name, words in searches.items()]
    asked += [Asked(f"feed, {name}", f"/feed?q={words}", True) for name, words in searches.items()]
    return [*asked, Asked("feed, search: a SID", f"/feed?q={past.sid(1)}", True)]


def _position(past: Past) -> str:
    return f"{int(past.until - 3600 * 12) * 1_000_000}-1"
