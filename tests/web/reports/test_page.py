"""The page of what became of templates: its numbers, its filters, its file."""

from __future__ import annotations

import re

from app.domain.consent.entry import Entry
from app.store.tables import Message
from tests.support.cast import ACCOUNT, SENDER, ago, rows
from tests.support.office import Office
from tests.support.templates import template
