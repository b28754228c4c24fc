"""Each of our words has one in the Data Privacy Vocabulary."""

from __future__ import annotations

from app.consent_words import CONSENT_BASES, CONSENT_PURPOSES, CONSENT_STATES, EXPRESSED_BY
from app.domain.consent import record_27560


def test_every_word_is_mapped() -> None:
    assert set(record_27560.STATES) == set(CONSENT_STATES)
    assert set(record_27560.PURPOSES) == set(CONSENT_PURPOSES)
    assert set(record_27560.BASES) == set(CONSENT_BASES)
    assert set(record_27560.INDICATED_BY) == set(EXPRESSED_BY)
