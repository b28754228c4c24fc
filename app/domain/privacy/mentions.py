"""Whether a form or a text names a person's address, in any spelling of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

# Who sends, who receives, and the ids beside them. What somebody writes in a message is theirs, whomever it names.
_FIELDS = frozenset({"From", "To", "WaId", "ExternalUserId", "ParentExternalUserId"})
_BETWEEN_DIGITS = re.compile(r"[\s()./\u2010-\u2015-]")


class Mentions:
    """A person's addresses, looked for in forms, cells and answers."""

    def __init__(self, addresses: Collection[str]) -> None:
        bare = {address.removeprefix("whatsapp:") for address in addresses}
        self._values = {*addresses, *bare, *(one.removeprefix("+") for one in bare)}
        numbers = "|".join(sorted(one[1:] for one in bare if one.startswith("+")))
        # As it stands in a text that has nothing between its digits any more.
        self._number = re.compile(rf"(?<!\d)(?:00)?(?:{numbers})(?!\d)") if numbers else None

    def in_form(self, pairs: Iterable[tuple[str, str]]) -> bool:
        """True when the form is from this person, to them, or carries an id of theirs."""
        return any(name in _FIELDS and value.strip() in self._values for name, value in pairs)

    def in_cell(self, text: str) -> bool:
        """True when the text is an address of theirs, or has their number in it, however that is written."""
        if text.strip() in self._values:
            return True
        return self._number is not None and bool(self._number.search(_BETWEEN_DIGITS.sub("", text)))

    def in_line(self, line: Mapping[str, Any]) -> bool:
        """True when a line of a list (its `cells`, and what was `understood` of them) names them."""
        cells = [*line["cells"].get("cells", ()), line["understood"].get("address", "")]
        return any(self.in_cell(str(cell)) for cell in cells)
