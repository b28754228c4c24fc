"""What messages of a template cost by category and country, from PRICES_FILE; without one, Twilio's fee alone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain import yaml_text
from app.domain.yaml_text import UnusableFile


class Cost(NamedTuple):
    """An amount in the file's currency, and how many messages have no price of Meta's in the file."""

    amount: Decimal
    unpriced: int


class Prices(BaseModel):
    """The file: a currency, Twilio's fee for each message, and Meta's price by category and country (two letters)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    per_message: Decimal = Field(default=Decimal("0.005"), ge=0, allow_inf_nan=False)
    by_category: Mapping[str, Mapping[str, Decimal]] = Field(default_factory=dict)

    def cost(self, category: str, by_country: Mapping[str, int]) -> Cost:
        """What so many messages of a category cost, by country. '' is a country that isn't known."""
        known = {name.upper(): value for name, value in self.by_category.get(category.lower(), {}).items()}
        amount, unpriced = Decimal(0), 0
        for country, count in by_country.items():
            price = known.get(country, known.get("OTHER"))
            unpriced += count if price is None else 0
            amount += count * (self.per_message + (price or 0))
        return Cost(amount, unpriced)


def read(path: Path) -> Prices:
    """The prices in a file. Raises UnusableFile."""
    _content, written = yaml_text.read(path, "PRICES_FILE")
    try:
        return Prices.model_validate(written)
    except ValidationError as error:
        faults = yaml_text.faults_of(error)
        raise UnusableFile("\n".join([f"PRICES_FILE {path} can't be used. Mend these:", *faults])) from error


_held: list[Prices] = [Prices()]


def use(path: str) -> None:
    """Hold the prices of a file for as long as the process runs; '' for none. Raises UnusableFile."""
    _held[0] = read(Path(path)) if path else Prices()


def in_force() -> Prices:
    """The prices that the process holds."""
    return _held[0]
