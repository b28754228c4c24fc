"""The rules file: what it holds by region, and what is said about one that can't be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.application import create_app
from app.domain.gate import in_force
from app.domain.gate.rules_file import Region
from app.settings import Settings
from tests.support.rules import written

EVERY_FAULT = """
version: 2
colour: red
opt_out: {scope: some}
template_categories: {HX12: marketing}
regions:
  DE:
    quiet_hours: {from: "25:00", to: 20, purposes: [sales]}
    marketing: {bases: [maybe], max_unused_months: soon}
  NO: {}
  de: {}
"""
FAULTS = (
    "version",
    "colour",
    "opt_out.scope",
    "template_categories.HX12",
    "regions.DE.quiet_hours.from",
    "regions.DE.quiet_hours.to",
    "regions.DE.quiet_hours.purposes.0",
    "regions.DE.marketing.bases.0",
    "regions.DE.marketing.max_unused_months",
    "regions.de",
    "regions.default",
)


def file_of(folder: Path, text: str) -> Path:
    path = folder / "own.yaml"
    path.write_text(text)
    return path


def test_one_message_names_every_fault(tmp_path: Path) -> None:
    with pytest.raises(in_force.RulesError) as told:
        in_force.read(file_of(tmp_path, EVERY_FAULT))
    first, *lines = str(told.value).splitlines()
    assert "own.yaml can't be used" in first
    assert sorted(line.strip().partition(":")[0] for line in lines) == sorted(FAULTS)


@pytest.mark.parametrize("text", ["regions: {a: [}", "regions: {}\nregions: {}", "\x00", "", "- a", "regions: 7"])
def test_what_is_no_rules_file_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    with pytest.raises(in_force.RulesError, match=r"own\.yaml"):
        in_force.read(file_of(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(in_force.RulesError, match="none.yaml can't be read"):
        in_force.read(tmp_path / "none.yaml")


def test_the_start_stops_for_it(tmp_path: Path, make_settings: Callable[..., Settings]) -> None:
    path = file_of(tmp_path, EVERY_FAULT)
    with pytest.raises(in_force.RulesError, match="colour"):
        create_app(make_settings(RULES_FILE=str(path)))


def test_a_region_says_what_differs_and_has_the_rest_from_the_default(tmp_path: Path) -> None:
    path = written(tmp_path, regions__default__service={"max_unused_months": "7"}, regions__NO__marketing={})
    rules = in_force.read(path)
    assert rules.of("US").service.max_unused_months == rules.of("XX").service.max_unused_months == 7
    assert rules.of("CA").marketing.max_age_months_by_basis == {"implied_purchase": 24, "implied_inquiry": 6}
    assert rules.of("CA").marketing.max_unused_months == 24
    assert rules.of("NO") == rules.of("").model_copy()


def test_every_shipped_value_names_its_source() -> None:
    of_course = {"authentication", "marketing_templates_delivered"}
    for name, region in in_force.read(in_force.SHIPPED).file.regions.items():
        said = region.model_fields_set & (Region.model_fields.keys() - {"sources"})
        told = {source.about for source in region.sources}
        assert told >= (said - of_course if name == "default" else said), name


def test_another_file_is_another_version(tmp_path: Path) -> None:
    assert in_force.read(written(tmp_path)).version != in_force.read(in_force.SHIPPED).version
