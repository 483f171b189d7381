"""Starting syncs by hand: acceptance cases F1 to F10, F18 and F21 of the pages' side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from connector.management.demo import seed
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Priority, Status
from jobqueue.moments import moment
from shops.models import Shop
from tests import factories

pytestmark = pytest.mark.django_db
SAID = "The sync is in the job queue. You may go on working."


@pytest.fixture
def given_shop() -> Shop:
    shop = factories.make_shop()
    factories.make_books(shop.company_code)
    return shop


def sync(client: Client, shop: Shop, number: int = 30104) -> Any:
    return client.post(reverse("sync", args=[shop.code, number]), follow=True)


def running(entry: JobQueueEntry) -> None:
    """As a worker's claim leaves it."""
    JobQueueEntry.objects.filter(pk=entry.pk).update(
        status=Status.IN_PROCESS,
        owner="node/1",
        started=entry.earliest_start,
        lease_until=entry.earliest_start + timedelta(days=36500),
    )


def test_f1_with_background_syncs_on_an_entry_waits_and_a_note_leads_to_its_log(
    given_shop: Shop, given_kari: Client
) -> None:
    text = sync(given_kari, given_shop).content.decode()

    entry = JobQueueEntry.objects.get()
    assert (entry.status, entry.category) == (Status.READY, "SHPFY-NORDIC")
    assert entry.description == "Sync orders from Shopify · shop NORDIC"
    assert entry.earliest_start - entry.created < timedelta(seconds=2)
    assert SAID in text
    assert 'href="#h-log"' in text


def test_f2_with_background_syncs_off_it_goes_first_and_the_page_waits_with_it(
    given_shop: Shop, given_kari: Client
) -> None:
    Shop.objects.update(allow_background_syncs=False)

    text = sync(given_kari, given_shop).content.decode()

    entry = JobQueueEntry.objects.get()
    assert entry.priority == Priority.HIGH
    assert "The sync runs now. Wait here to see what comes of it." in text
    assert reverse("progress-fragment", args=[entry.pk]) in text


def test_f4_leaving_the_request_page_creates_nothing(given_shop: Shop, given_kari: Client) -> None:
    address = f"{reverse('report', args=[30104])}?shop=NORDIC"

    page = given_kari.get(address).content.decode()
    given_kari.get(f"{address}&preview=1&filter-fully_paid=yes")
    back = reverse("shop", args=["NORDIC"])
    assert f'href="{back}"' in page
    given_kari.get(back)

    assert not JobQueueEntry.objects.exists()


@pytest.mark.parametrize("first_one_runs", [False, True])
def test_f5_a_second_click_leads_to_the_first_entry(
    first_one_runs: bool, given_shop: Shop, given_kari: Client
) -> None:
    sync(given_kari, given_shop)
    entry = JobQueueEntry.objects.get()
    if first_one_runs:
        running(entry)

    second = sync(given_kari, given_shop)

    assert JobQueueEntry.objects.count() == 1
    assert second.redirect_chain == [(reverse("job", args=[entry.pk]), 302)]
    assert "This sync was already asked for. Here it is." in second.content.decode()


def test_a_sync_that_was_planned_for_later_is_said_to_run_now_instead(
    given_shop: Shop, given_kari: Client
) -> None:
    sync(given_kari, given_shop)
    planned = datetime(2036, 1, 5, 14, 30, tzinfo=UTC)
    JobQueueEntry.objects.update(earliest_start=planned)

    page = sync(given_kari, given_shop)

    text = f"This sync was planned for {moment(planned)}. It runs now instead."
    assert text in page.content.decode()
    assert JobQueueEntry.objects.get().earliest_start < planned


def test_f5_other_parameters_wait_for_the_first(given_shop: Shop, given_kari: Client) -> None:
    sync(given_kari, given_shop)
    running(JobQueueEntry.objects.get())
    address = f"{reverse('report', args=[30104])}?shop=NORDIC"

    sent = {"filter-fully_paid": "yes", "option-retry": "all", "option-archived": "leave"}
    given_kari.post(address, sent)

    first, second = JobQueueEntry.objects.order_by("pk")
    assert (first.status, second.status) == (Status.IN_PROCESS, Status.WAITING)
    assert second.parameters["filters"] == {"fully_paid": "yes"}


@pytest.mark.parametrize(
    ("address", "background"),
    [("http://127.0.0.1:8100", False), ("https://acme.myshopify.com", True)],
)
def test_f6_a_new_shop_in_a_sandbox_does_not_sync_in_the_background(
    address: str, background: bool, settings: Any
) -> None:
    settings.SHOPIFY_ALLOW_LOCAL = True

    call_command("shop", "add", "ACME", address, "--company", "NEW", "--currency", "EUR")
    assert Shop.objects.get().allow_background_syncs is background


def test_f6_the_demo_is_a_sandbox() -> None:
    assert not seed.shop(seed.books(), "http://127.0.0.1:8100", "shpat_1").allow_background_syncs


def test_f7_dont_show_again_counts_for_one_person(
    given_shop: Shop, given_kari: Client, given_ola: Client
) -> None:
    assert "Don't show again" in text_of(sync(given_kari, given_shop))

    given_kari.post(reverse("say-no-more"), {"next": "/jobs/"})
    JobQueueEntry.objects.all().delete()
    kari = text_of(sync(given_kari, given_shop))
    JobQueueEntry.objects.all().delete()
    ola = text_of(sync(given_ola, given_shop))

    assert SAID not in kari
    assert SAID in ola


def test_f8_an_entry_of_the_connector_is_tried_five_times_more(
    given_shop: Shop, given_kari: Client
) -> None:
    sync(given_kari, given_shop)

    entry = JobQueueEntry.objects.get()
    assert (entry.max_attempts, entry.attempts) == (5, 0)


def test_f9_a_disabled_shop_between_others_is_left_out_and_named(given_kari: Client) -> None:
    for code in ("A", "B", "C"):
        factories.make_shop(code, enabled=code != "B")
    address = reverse("report", args=[30104])
    assert given_kari.get(address).content.decode().count('name="shops"') == 3

    page = given_kari.post(address, {"shops": ["A", "B", "C"]}, follow=True).content.decode()

    assert [e.shop for e in JobQueueEntry.objects.order_by("shop")] == ["A", "C"]
    assert "Shop B is disabled: it was left out." in page
    assert "In the job queue: Sync orders from Shopify · shop A, Sync orders" in page
    assert not JobQueueLogEntry.objects.exists()


def test_without_a_ticked_shop_nothing_is_started(given_kari: Client) -> None:
    for code in ("A", "B"):
        factories.make_shop(code)

    page = given_kari.post(reverse("report", args=[30104])).content.decode()

    assert "Tick at least one shop." in page
    assert not JobQueueEntry.objects.exists()


def test_several_postings_take_the_right_to_post(given_shop: Shop, given_lars: Client) -> None:
    factories.make_shop("OTHER")

    answer = given_lars.post(reverse("report", args=[297]), {"shops": ["NORDIC", "OTHER"]})

    assert answer.status_code == 403
    assert not JobQueueEntry.objects.exists()


@pytest.mark.parametrize("number", [30103, 30109])
def test_f10_shipments_and_documents_go_to_the_background_too(
    number: int, given_shop: Shop, given_kari: Client
) -> None:
    text = text_of(sync(given_kari, given_shop, number))

    entry = JobQueueEntry.objects.get()
    assert (entry.number, entry.status, entry.priority) == (number, Status.READY, Priority.NORMAL)
    assert SAID in text


def test_f18_sync_all_asks_for_this_shop_only_and_for_what_it_says(
    given_shop: Shop, given_kari: Client
) -> None:
    factories.make_shop("OTHER")
    card = text_of(given_kari.get(reverse("shop", args=["NORDIC"])))
    said = (
        "Process Shopify orders, Sync shipments to Shopify, "
        "Create credit memos for refunds, Sync inventory to Shopify, "
        "Compare orders with Shopify</p>"
    )
    assert f"Sync orders from Shopify, {said}" in card

    page = given_kari.post(reverse("sync-all", args=["NORDIC"]), follow=True)

    entries = JobQueueEntry.objects.order_by("pk")
    assert [entry.number for entry in entries] == [
        *(30100, 30108, 30104, 30103, 30109, 50102, 30102, 50101)
    ]
    assert {entry.shop for entry in entries} == {"NORDIC"}
    assert len({entry.category for entry in entries}) == 1  # so they run in this order
    assert page.redirect_chain == [(f"{reverse('jobs')}?shop=NORDIC", 302)]

    again = given_kari.post(reverse("sync-all", args=["NORDIC"]), follow=True)
    assert entries.count() == 8
    assert (
        "Already asked for: Sync customers · shop NORDIC, Sync products · shop NORDIC, "
        "Sync orders from Shopify · shop NORDIC" in text_of(again)
    )


def test_f18_what_the_shop_may_not_send_is_neither_said_nor_asked_for(
    given_shop: Shop, given_kari: Client
) -> None:
    Shop.objects.update(allow_outgoing_requests=False)

    card = given_kari.get(reverse("shop", args=["NORDIC"]))
    given_kari.post(reverse("sync-all", args=["NORDIC"]))

    assert [str(label) for label in card.context["all"]] == [
        "Sync customers",
        "Sync products",
        "Sync orders from Shopify",
        "Process Shopify orders",
        "Create credit memos for refunds",
        "Compare orders with Shopify",
    ]
    numbers = set(JobQueueEntry.objects.values_list("number", flat=True))
    assert numbers == {30100, 30108, 30104, 30103, 50102, 50101}


def test_sync_all_of_a_disabled_shop_is_refused(given_shop: Shop, given_kari: Client) -> None:
    Shop.objects.update(enabled=False)

    page = given_kari.post(reverse("sync-all", args=["NORDIC"]), follow=True)

    assert "Shop NORDIC is disabled: enable it on the shop card." in page.content.decode()
    assert not JobQueueEntry.objects.exists()


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("&#x27;", "'").split())
