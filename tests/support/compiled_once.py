"""What every application and every database of the tests would compile anew is compiled once, as in a real process.

A process has one application and one engine, and compiles a route or a statement once. A process of the tests has
hundreds of each, and did so for each of them: nearly half of the time of all tests of pages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule


class RouteRule(Rule):
    """A route's rule, whose builder of addresses is kept by all that makes it."""

    _kept: ClassVar[dict[Any, Callable[..., tuple[str, str]]]] = {}
    _compiled: ClassVar[dict[Any, dict[str, Any]]] = {}

    def compile(self) -> None:
        """Compile the rule's path, or take what another application's made of the same one."""
        assert self.map is not None
        if self.defaults or self.host or self.subdomain:
            super().compile()
            return
        # A converter is its class and what the rule gives it: what it knows of its map it doesn't use.
        key = (self.rule, self.merge_slashes, *self.map.converters.items())
        if key not in self._compiled:
            super().compile()
            made = ("_parts", "_trace", "_converters", "arguments")
            self._compiled[key] = {name: getattr(self, name) for name in made}
        vars(self).update(self._compiled[key])
        self._build = self._compile_builder(False).__get__(self, None)
        self._build_unknown = self._compile_builder(True).__get__(self, None)

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        made_of = (self.rule, tuple(self._trace), append_unknown)
        if made_of not in self._kept:
            self._kept[made_of] = super()._compile_builder(append_unknown)
        return self._kept[made_of]


class Statements:
    """The compiled statements of all engines. SQLAlchemy's key begins with the dialect, of which each has its own."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], Any] = {}

    def get(self, key: tuple[Any, ...]) -> Any:
        """What was compiled for this key on such a dialect; None if nothing was."""
        return self._kept.get((key[0].name, *key[1:]))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._kept[(key[0].name, *key[1:])] = compiled


def compile_once() -> None:
    """From now on, in this process."""
    statements = Statements()
    Flask.url_rule_class = RouteRule
    # An engine sets its own when it is made: that goes nowhere.
    sa.Engine._compiled_cache = property(lambda _engine: statements, lambda _engine, _own: None)  # type: ignore
