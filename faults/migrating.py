"""Alembic keeps what it migrates in its module, so that two threads of one process can't migrate at once."""

from __future__ import annotations

import threading

one_at_a_time = threading.Lock()
