"""The routing file: what it holds by country, and what is said about one that can't be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.application import create_app
from app.domain.sending import routing_file
from app.domain.sending.routing_file import RoutingError
from app.settings import Settings

UK, REST = "MG" + "b" * 32, "MG" + "c" * 32
EVERY_FAULT = f"""
default_messaging_service_sid: AC{"1" * 32}
colour: red
by_country:
  GB: MGxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  UK: {UK}
  de: {UK}
  NO: your_messaging_service_sid
  FR: MG{"0" * 32}
  SE:
senders:
  {UK}: "447"
  HX{"1" * 32}: "+442079460018"
"""
FAULTS = (
    "default_messaging_service_sid",
    "colour",
    "by_country.GB",
    "by_country.UK",
    "by_country.de",
    "by_country.NO",
    "by_country.FR",
    "by_country.SE",
    f"senders.{UK}",
    "senders.HX" + "1" * 32,
)


def file_of(folder: Path, text: str) -> Path:
    path = folder / "routes.yaml"
    path.write_text(text)
    return path


def test_one_message_names_every_fault(tmp_path: Path) -> None:
    with pytest.raises(RoutingError) as told:
        routing_file.read(file_of(tmp_path, EVERY_FAULT))
    first, *lines = str(told.value).splitlines()
    assert "routes.yaml can't be used" in first
    assert sorted(line.strip().partition(":")[0] for line in lines) == sorted(FAULTS)
    assert "did you mean GB?" in str(told.value)
    assert "is a placeholder" in str(told.value)


@pytest.mark.parametrize(
    "text", ["by_country: [", "by_country: {}\nby_country: {}", "\x00", "- a", "by_country: 7", "7"]
)
def test_what_is_no_routing_file_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    with pytest.raises(RoutingError, match=r"routes\.yaml"):
        routing_file.read(file_of(tmp_path, text))


def test_the_start_stops_for_it(tmp_path: Path, make_settings: Callable[..., Settings]) -> None:
    path = file_of(tmp_path, EVERY_FAULT)
    with pytest.raises(RoutingError, match="colour"):
        create_app(make_settings(ROUTING_FILE=str(path)))


def test_an_odd_length_is_a_warning(tmp_path: Path) -> None:
    found = routing_file.read(
        file_of(tmp_path, f"default_messaging_service_sid: {REST}1\nby_country:\n  GB: MGabc\n  NO: {UK}\n")
    )
    assert [(odd.where, odd.value) for odd in found.warnings] == [
        ("default_messaging_service_sid", REST + "1"),
        ("by_country.GB", "MGabc"),
    ]
    assert found.file.by_country == {"GB": "MGabc", "NO": UK}


@pytest.mark.parametrize("text", ["", "by_country:", "default_messaging_service_sid:"])
def test_nothing_in_it_is_no_route(tmp_path: Path, text: str) -> None:
    assert routing_file.read(file_of(tmp_path, text)).file == routing_file.RoutingFile()
