"""All messages of the account, and the record of every create that was accepted."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from simulator.journal import Journal
from simulator.message import Message, now


class Ledger:
    """Messages by SID, oldest first, in memory; each change is a line of a journal, read back at start."""

    def __init__(self, folder: Path) -> None:
        self._journal = Journal(folder / "messages.jsonl")
        self._record_journal = Journal(folder / "record.jsonl")
        self._lock = threading.RLock()
        self._forget()
        for row in self._journal.rows():
            self._replay(row)
        self.record: list[dict[str, Any]] = list(self._record_journal.rows())

    def add(self, message: Message) -> None:
        """Keep a new message."""
        with self._lock:
            self._keep(message)
            self._journal.append(message.as_row())

    def accept(self, message: Message, params: dict[str, list[str]]) -> None:
        """Keep a message that a create asked for, and write the create down with all its parameters."""
        with self._lock:
            self.add(message)
            entry = {
                "n": len(self.record) + 1,
                "sid": message.sid,
                "at": message.created.isoformat(),
                "params": params,
            }
            self.record.append(entry)
            self._record_journal.append(entry)

    def change(self, sid: str, **fields: Any) -> Message | None:
        """Set fields of a message; None where there is no such message any more."""
        with self._lock:
            message = self._by_sid.get(sid)
            if message is None:
                return None
            for name, value in fields.items():
                setattr(message, name, value)
            message.updated = now()
            self.version += 1
            whole = message.as_row()
            self._journal.append({"sid": sid, "set": {name: whole[name] for name in (*fields, "updated")}})
            return message

    def remove(self, sid: str) -> None:
        """Forget a message; the record of its create stays."""
        with self._lock:
            self._drop(sid)
            self._journal.append({"removed": sid})

    def get(self, sid: str) -> Message | None:
        """The message with this SID, if any."""
        return self._by_sid.get(sid)

    def newest_first(self, to: str = "", sender: str = "") -> list[Message]:
        """Messages of both directions, newest first, to exactly this address and from exactly that one."""
        with self._lock:
            found: Iterable[str] = self._by_to[to] if to else self._by_customer.get(sender) or self._by_sid
            messages = [self._by_sid[sid] for sid in found]
        return [m for m in reversed(messages) if (not to or m.to == to) and (not sender or m.sender == sender)]

    def thread(self, customer: str) -> list[Message]:
        """All messages between the team and one customer, oldest first."""
        with self._lock:
            return [self._by_sid[sid] for sid in self._by_customer.get(customer, ())]

    def heard_since(self, customer: str, sender: str, since: datetime) -> bool:
        """Whether the customer wrote to the sender after `since`."""
        with self._lock:
            messages = [self._by_sid[sid] for sid in self._by_customer.get(customer, ())]
        return any(m.direction == "inbound" and m.to == sender and m.created > since for m in reversed(messages))

    def customers(self) -> list[str]:
        """Every customer's address, the one with the newest message first."""
        with self._lock:
            return list(reversed(self._recent))

    def matching(self, wanted: Callable[[Message], bool]) -> list[Message]:
        """All messages for which `wanted` holds, oldest first."""
        with self._lock:
            return [message for message in self._by_sid.values() if wanted(message)]

    def reset(self) -> None:
        """Forget all messages and the record."""
        with self._lock:
            self._journal.clear()
            self._record_journal.clear()
            self._forget()
            self.record = []

    def _forget(self) -> None:
        self._by_sid: dict[str, Message] = {}
        self._by_to: dict[str, list[str]] = defaultdict(list)
        self._by_customer: dict[str, list[str]] = defaultdict(list)
        self._recent: dict[str, None] = {}
        self.version = 0

    def _replay(self, row: dict[str, Any]) -> None:
        if "removed" in row:
            self._drop(row["removed"])
        elif "set" in row:
            known = self._by_sid[row["sid"]]
            self._by_sid[known.sid] = Message.from_row({**known.as_row(), **row["set"]})
        else:
            self._keep(Message.from_row(row))

    def _drop(self, sid: str) -> None:
        gone = self._by_sid.pop(sid, None)
        if gone is None:
            return
        self._by_to[gone.to].remove(sid)
        self._by_customer[gone.customer].remove(sid)
        self.version += 1

    def _keep(self, message: Message) -> None:
        if message.sid not in self._by_sid:
            self._by_to[message.to].append(message.sid)
            self._by_customer[message.customer].append(message.sid)
        self._recent.pop(message.customer, None)
        self._recent[message.customer] = None
        self._by_sid[message.sid] = message
        self.version += 1
