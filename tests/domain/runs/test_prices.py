"""What a run costs, by the admin's price file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.runs import prices
from app.domain.yaml_text import UnusableFile

FILE = """
currency: EUR
per_message: 0.005
by_category:
  marketing: {DE: 0.1, OTHER: 0.06}
  utility: {"NO": 0.02}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A price file."""
    path = tmp_path / "prices.yaml"
    path.write_text(FILE)
    return path


def test_the_cost_is_by_category_and_country(file: Path) -> None:
    found = prices.read(file)
    assert found.currency == "EUR"
    assert found.cost("MARKETING", {"DE": 2, "FR": 1}) == (Decimal("0.275"), 0)
    assert found.cost("UTILITY", {"NO": 1, "": 3}) == (Decimal("0.040"), 3)


def test_without_a_file_only_twilios_fee_is_known() -> None:
    assert prices.Prices().cost("UTILITY", {"DE": 2}) == (Decimal("0.010"), 2)


def test_every_fault_of_a_file_is_named(file: Path) -> None:
    file.write_text("currency: euro\nper_message: -1\nby_categorie: {}")
    with pytest.raises(UnusableFile) as refused:
        prices.read(file)
    said = str(refused.value)
    assert all(name in said for name in ("currency", "per_message", "by_categorie", str(file)))


@pytest.mark.parametrize("content", ["{", "a: 1\na: 2"])
def test_what_is_no_yaml_is_refused(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(UnusableFile, match="no YAML"):
        prices.read(file)
