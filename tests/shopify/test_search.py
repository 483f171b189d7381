"""Search strings: times keep their hours, and no value breaks out of its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from connector.shopify import search

NOON = datetime(2026, 10, 1, 12, 0, 0, 999_999, tzinfo=UTC)


def test_a_time_is_quoted_and_in_utc() -> None:
    oslo = NOON.astimezone(timezone(timedelta(hours=2)))

    assert search.updated_since(NOON) == "updated_at:>='2026-10-01T12:00:00Z'"
    assert search.updated_since(oslo) == search.updated_since(NOON)
    assert search.before("created_at", NOON) == "created_at:<'2026-10-01T12:00:00Z'"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        search.updated_since(datetime(2026, 10, 1, 12))  # noqa: DTZ001 (that is the case)


@pytest.mark.parametrize(
    ("value", "term"),
    [
        ("ABC-1", "sku:'ABC-1'"),
        ("x' OR status:any", r"sku:'x\' OR status:any'"),
        ("back\\slash'", r"sku:'back\\slash\''"),
        ("", "sku:''"),
    ],
)
def test_a_value_stays_one_value(value: str, term: str) -> None:
    assert search.equals("sku", value) == term


def test_terms_are_joined_and_choices_kept_together() -> None:
    joined = search.all_of("test:false", "", "status:open OR status:closed")

    assert joined == "test:false AND (status:open OR status:closed)"
