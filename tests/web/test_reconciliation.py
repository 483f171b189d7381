"""Every order accounted for: the days, what is missing and why, fetching it, and the files."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from connector.sync.models import MissingRecord
from jobqueue.models import JobQueueEntry
from shops.models import Shop
from tests import factories

PAGE, FETCH = reverse("missing-records"), reverse("missing-fetch")


@pytest.fixture
def given_a_shop(db: None) -> Shop:
    return factories.make_shop()


def names(client: Client, query: str = "") -> list[str]:
    page = client.get(f"{PAGE}{query}").context["page"]
    return [row.order_name for row in page.object_list]


def test_a_day_leads_to_what_is_missing_of_it(given_a_shop: Shop, given_kari: Client) -> None:
    day = date(2026, 3, 1)
    factories.make_day_count(given_a_shop, day=day, missing=1)
    factories.make_day_count(given_a_shop, day=date(2026, 3, 2), missing=0)
    record = factories.make_missing_record(given_a_shop, day=day)
    factories.make_missing_record(given_a_shop, day=date(2026, 2, 1))

    text = given_kari.get(reverse("reconciliation")).content.decode()

    assert "?shop=NORDIC&amp;day=2026-03-01" in text
    assert text.count("?shop=NORDIC&amp;day=") == 1
    assert names(given_kari, "?shop=NORDIC&day=2026-03-01") == [record.order_name]


def test_every_reason_is_a_sentence(given_a_shop: Shop, given_kari: Client) -> None:
    """Also of one whose details are not there."""
    made = [factories.make_missing_record(given_a_shop, why) for why in MissingRecord.Why.values]
    told = {"order": "#1", "document": "S-1", "books": "2.00", "shopify": "1.00", "currency": "X"}
    told |= {"by": "", "on": "2026-03-02", "note": "Sent as a gift."}
    MissingRecord.objects.update(details=told)

    for row in MissingRecord.objects.all():
        assert row.reason.endswith(".") or row.why in {"waiting", "unprocessed"}, row.why
    assert len(names(given_kari)) == len(made)


def test_trouble_stands_apart(given_a_shop: Shop, given_kari: Client) -> None:
    missed = factories.make_missing_record(given_a_shop, "missed")
    factories.make_missing_record(given_a_shop, "archived")

    assert names(given_kari, "?view=trouble") == [missed.order_name]


def test_one_order_is_fetched(given_a_shop: Shop, given_kari: Client) -> None:
    wanted, other = (factories.make_missing_record(given_a_shop) for _number in range(2))

    response = given_kari.post(FETCH, {"record": wanted.pk})

    entry = JobQueueEntry.objects.get()
    assert response["Location"] == reverse("job", args=[entry.pk])
    assert (entry.kind, entry.shop) == ("orders", "NORDIC")
    assert entry.parameters == {"filters": {}, "options": {"retry": "due"}}
    asked = MissingRecord.objects.filter(asked_at__isnull=False)
    assert list(asked) == [wanted]
    assert other not in asked


def test_all_that_the_list_shows_are_fetched_and_nothing_else(
    given_a_shop: Shop, given_kari: Client
) -> None:
    """The order of a refund comes with it; what is here already is not asked for."""
    missed = factories.make_missing_record(given_a_shop)
    refund = factories.make_missing_record(
        given_a_shop, "order_missing", kind="refund", order_gid=missed.order_gid
    )
    factories.make_missing_record(given_a_shop, "archived")
    factories.make_missing_record(given_a_shop, "unprocessed")

    given_kari.post(FETCH, {"query": "kind=refund"})

    assert list(MissingRecord.objects.filter(asked_at__isnull=False)) == [missed]
    assert refund in MissingRecord.objects.filter(asked_at__isnull=True)
    given_kari.post(FETCH, {"query": ""})
    assert MissingRecord.objects.filter(asked_at__isnull=False).count() == 2


def test_another_shop_card_of_the_same_store_is_left_alone(
    given_a_shop: Shop, given_kari: Client
) -> None:
    record = factories.make_missing_record(given_a_shop)
    pos = factories.make_shop("POS")
    factories.make_missing_record(pos, gid=record.gid, order_gid=record.gid)

    given_kari.post(FETCH, {"query": "shop=POS"})

    [asked] = MissingRecord.objects.filter(asked_at__isnull=False)
    assert asked.shop == pos
    assert JobQueueEntry.objects.get().shop == "POS"


def test_nothing_to_fetch_is_said(given_a_shop: Shop, given_kari: Client) -> None:
    factories.make_missing_record(given_a_shop, "unprocessed")

    text = given_kari.post(FETCH, {"query": "q=x"}, follow=True).content.decode()

    assert "None of these is an order" in text
    assert not JobQueueEntry.objects.exists()


def test_a_disabled_shop_is_asked_nothing(given_a_shop: Shop, given_kari: Client) -> None:
    record = factories.make_missing_record(given_a_shop)
    Shop.objects.update(enabled=False)

    text = given_kari.post(FETCH, {"record": record.pk}, follow=True).content.decode()

    assert "is disabled" in text
    record.refresh_from_db()
    assert record.asked_at is None


def test_the_lists_are_files_without_formulas(given_a_shop: Shop, given_kari: Client) -> None:
    factories.make_day_count(given_a_shop, refunds=3)
    factories.make_missing_record(given_a_shop, order_name="=cmd()", day=date(2026, 3, 1))
    factories.make_missing_record(given_a_shop, "archived", day=date(2026, 3, 2))

    days = _rows(given_kari, "days", "")
    found = _rows(given_kari, "missing", "?day=2026-03-01")

    assert (days[0]["shop"], days[0]["day"], days[0]["refunds"]) == ("NORDIC", "2026-03-02", "3")
    [row] = found
    assert (row["order_name"], row["why"]) == ("'=cmd()", "missed")
    assert "Fetch it" in row["reason"]
    assert given_kari.get(reverse("missing-export", args=["nonsense"])).status_code == 404


def _rows(client: Client, what: str, query: str) -> list[dict[str, str]]:
    response = client.get(f"{reverse('missing-export', args=[what])}{query}")
    assert response["Content-Disposition"] == f'attachment; filename="shopify-{what}.csv"'
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
