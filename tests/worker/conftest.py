"""Tests of the worker start with what a fresh process holds."""

from tests.support.held import _as_at_a_start as _as_at_a_start
