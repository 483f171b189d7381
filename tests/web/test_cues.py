"""Cues count right, are coloured right, and open exactly the rows they count."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from connector.rolecenter.cues import CUES, JOB_CUES, SKIPPED_SETUP, Cue, style
from connector.rolecenter.freshness import shop_states
from connector.rolecenter.tiles import tiles
from connector.sync.models import ShipmentLink
from erp.models import Document
from jobqueue import pauses
from jobqueue.models import Status
from jobqueue.recurrence_columns import WEEKDAYS
from shops.models import CueName, CueSetup, Shop, default_setup
from tests import factories
from tests.web.world import World

GREEN, YELLOW, RED = "favorable", "ambiguous", "unfavorable"


def values(user_id: int | None = None) -> dict[str, int]:
    return {tile.name: tile.value for tile in tiles(user_id)}


@pytest.mark.parametrize(
    ("value", "colour"),
    [
        ("0", GREEN),
        ("1", YELLOW),
        ("4", YELLOW),
        ("5", RED),
        ("6", RED),
        ("0.5", GREEN),
        ("4.5", YELLOW),
        ("5.5", RED),
    ],
)
def test_green_below_1_yellow_to_4_red_from_5(value: str, colour: str) -> None:
    assert style(Decimal(value), default_setup(CueName.UNPROCESSED_ORDERS)) == colour


@pytest.mark.parametrize(
    ("cue", "value", "colour"),
    [
        (CueName.JOBS_FAILED, 2, GREEN),
        (CueName.JOBS_FAILED, 3, RED),
        (CueName.JOBS_FAILED, 5, RED),
        (CueName.JOBS_FAILED, 6, RED),
        (CueName.JOBS_IN_PROCESS, 2, GREEN),
        (CueName.JOBS_IN_PROCESS, 3, YELLOW),
        (CueName.JOBS_IN_PROCESS, 4, YELLOW),
        (CueName.JOBS_IN_PROCESS, 5, RED),
        (CueName.JOBS_IN_QUEUE, 2, GREEN),
        (CueName.JOBS_IN_QUEUE, 3, YELLOW),
        (CueName.JOBS_IN_QUEUE, 99, YELLOW),
        (CueName.JOBS_IN_QUEUE, 100, RED),
    ],
)
def test_d14_tasks_have_thresholds_of_their_own(cue: CueName, value: int, colour: str) -> None:
    assert style(value, default_setup(cue)) == colour


@pytest.mark.parametrize(("value", "colour"), [(0, GREEN), (1, YELLOW), (100, YELLOW)])
def test_skipped_records_are_never_red(value: int, colour: str) -> None:
    assert style(value, SKIPPED_SETUP) == colour


@pytest.mark.parametrize(("first", "second"), [(5, 5), (5, 4)])
@pytest.mark.django_db
def test_thresholds_that_do_not_rise_are_refused(first: int, second: int) -> None:
    setup = CueSetup(cue=CueName.SYNC_ERRORS, threshold_1=first, threshold_2=second)

    with pytest.raises(ValidationError, match="Threshold 2 must be higher than threshold 1"):
        setup.clean()
    with pytest.raises(IntegrityError, match="cue_thresholds_rise"):
        setup.save()


def test_ones_own_setup_counts_for_oneself_only(given_a_world: World) -> None:
    kari, lars = factories.make_user("kari"), factories.make_user("lars")
    own = CueSetup.objects.create(
        user=kari, cue=CueName.SYNC_ERRORS, threshold_1=10, threshold_2=20
    )
    CueSetup.objects.create(cue=CueName.SYNC_ERRORS, threshold_1=1, threshold_2=2)

    def colour(user_id: int) -> str:
        return next(tile.style for tile in tiles(user_id) if tile.name == CueName.SYNC_ERRORS)

    assert (colour(kari.pk), colour(lars.pk)) == (GREEN, RED)
    own.delete()
    assert colour(kari.pk) == RED


def test_every_cue_counts_what_it_says(given_a_world: World) -> None:
    assert values() == {
        "unprocessed_orders": 2,
        "order_updates": 1,
        "unmapped_customers": 1,
        "unmapped_products": 3,
        "unprocessed_shipments": 1,
        "shipment_errors": 1,
        "sync_errors": 2,
        "unmapped_companies": 1,
        "staged_errors": 1,
        "api_errors": 1,
        "skipped_records": 2,
        "jobs_failed": 1,
        "jobs_in_process": 1,
        "jobs_in_queue": 2,
    }


def test_with_nothing_to_do_every_cue_is_green(db: None) -> None:
    assert {tile.value for tile in tiles(None)} == {0}
    assert {tile.style for tile in tiles(None)} == {GREEN}
    assert len(tiles(None)) == len(CUES)


@pytest.mark.parametrize("cue", CUES, ids=lambda cue: cue.name)
def test_a_cue_opens_exactly_the_rows_it_counts(
    cue: Cue, given_a_world: World, given_kari: Client
) -> None:
    page = given_kari.get(cue.url).context["page"]

    assert page.paginator.count == values()[cue.name] > 0
    counted = {getattr(row, "customer_id", None) or row.pk for row in cue.rows()}
    assert len(counted) == page.paginator.count


def test_a_cue_says_how_many_are_of_which_shop(given_a_world: World) -> None:
    orders = next(tile for tile in tiles(None) if tile.name == CueName.UNPROCESSED_ORDERS)

    assert orders.meaning == "FJELL 1 · NORDIC 1"


def test_shipments_shopify_knows_and_shipments_of_no_shop_are_not_counted(db: None) -> None:
    books, order = factories.make_books(), factories.make_order(factories.make_shop())
    states = ("pending", "pending", "failed", "nothing_to_send", "sent")
    for state in states:
        shipment = factories.make_posted(books)
        factories.make_shipment_link(order, shipment, state=ShipmentLink.State(state))
    factories.make_posted(books, Document.Kind.SHIPMENT)

    counted = values()

    assert (counted["unprocessed_shipments"], counted["shipment_errors"]) == (2, 1)


def test_synchronization_errors_are_open_failures_of_syncs_only(db: None) -> None:
    factories.make_entry(Status.ERROR, 30104)
    factories.make_entry(Status.ERROR, 30103, kind="documents")  # makes documents, syncs nothing
    factories.make_entry(Status.ERROR, 297, kind="post-invoices")
    factories.make_entry(Status.READY, 30102, kind="stock", consecutive_failures=1)
    factories.make_entry(Status.READY, 30100, kind="customers")
    factories.make_entry(Status.FINISHED, 30108, kind="products", consecutive_failures=1)

    assert values()["sync_errors"] == 2


def test_tasks_in_queue_are_those_ready_and_those_waiting(db: None) -> None:
    for status in (Status.READY, Status.READY, Status.WAITING, Status.ON_HOLD, Status.FINISHED):
        factories.make_entry(status)

    assert values()["jobs_in_queue"] == 3


@pytest.mark.parametrize("volume", [1, 40])
def test_the_role_center_takes_twelve_queries_whatever_the_volume(
    volume: int, given_kari: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(volume):
        shop = factories.make_shop(f"S{number}")
        factories.make_order(shop, reason="No customer.", reason_code=f"c{number}")
        factories.make_entry(Status.IN_PROCESS, shop=shop.code, lock_key=shop.code)
        factories.make_entry(Status.ERROR, shop=shop.code)
        factories.make_customer(shop)

    with django_assert_max_num_queries(12):
        response = given_kari.get(reverse("home"))

    assert len(response.context["concerns"]) <= 7


def test_counting_takes_two_queries(
    given_a_world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(2):
        assert len(tiles(None)) == len(CUES)
    assert CUES[-len(JOB_CUES) :] == JOB_CUES


@pytest.mark.parametrize("name", ["cues-fragment", "running-fragment"])
def test_a_live_part_that_has_not_changed_answers_with_nothing(
    name: str, given_a_world: World, given_kari: Client
) -> None:
    page = given_kari.get(reverse("home"))
    version = page.context["cues_version" if name == "cues-fragment" else "running_version"]

    unchanged = given_kari.get(reverse(name), {"v": version})
    factories.make_entry(Status.IN_PROCESS)
    changed = given_kari.get(reverse(name), {"v": version})

    assert (unchanged.status_code, unchanged.content) == (204, b"")
    assert changed.status_code == 200
    assert f"v={version}" not in changed.content.decode()


def test_needs_attention_names_cause_and_cure(given_a_world: World, given_kari: Client) -> None:
    response = given_kari.get(reverse("home"))

    concerns = response.context["concerns"]
    assert [concern.shop for concern in concerns] == ["FJELL", *["NORDIC"] * 4]
    assert [concern.title for concern in concerns[1:3]] == [
        "Sync shipments to Shopify has failed",
        "Sync inventory has fallen behind",
    ]
    assert concerns[4].reason == given_a_world.unprocessed.reason
    assert concerns[4].url == reverse("order", args=[given_a_world.unprocessed.pk])
    for concern in concerns:
        assert given_kari.get(concern.url).status_code == 200


@pytest.mark.parametrize(
    ("shop", "schedule", "told"),
    [
        ({}, {}, True),
        ({}, {"recurring": False}, True),
        ({}, {"status": Status.FINISHED}, True),
        ({}, {"shop": "FJELL"}, True),
        ({}, {"status": Status.READY}, False),
        ({}, {"status": Status.ON_HOLD}, False),
        ({"enabled": False}, {}, False),
        ({"health": Shop.Health.ATTENTION, "health_note": "Reconnect it."}, {}, False),
    ],
    ids=[
        "none", "only one-off", "only finished", "of another shop", "scheduled", "held",
        "disabled", "cannot be reached",
    ],
)  # fmt: skip
def test_an_enabled_shop_without_any_schedule_needs_one(
    shop: dict[str, Any], schedule: dict[str, Any], told: bool, given_kari: Client
) -> None:
    factories.make_shop("NORDIC", **shop)
    if schedule:
        days = dict.fromkeys(WEEKDAYS, schedule.get("recurring", True))
        factories.make_entry(**{"recurring": True, "minutes_between_runs": 30} | days | schedule)

    concerns = given_kari.get(reverse("home")).context["concerns"]

    found = [concern for concern in concerns if concern.title == "Shop NORDIC has no schedule"]
    assert len(found) == told
    for concern in found:
        page = given_kari.get(concern.url).content.decode()
        assert "Sync orders from Shopify" in page
        assert 'name="minutes_between_runs"' in page


def test_whether_a_shop_is_scheduled_is_found_by_an_index(db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        shop_states()

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # a table of a few rows is read as a whole otherwise
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}"
            f"{queries[0]['sql']}"
        )
        plan = str(cursor.fetchall())

    assert "entry_recurring_of_shop" in plan, plan


@pytest.mark.parametrize("fixed_grid", [True, False])
@pytest.mark.parametrize(
    ("starts_missed", "resting", "told"),
    [(4, "", True), (1, "", False), (4, "paused", False), (4, "disabled", False)],
)
def test_a_schedule_that_has_fallen_behind_needs_a_person(
    fixed_grid: bool, starts_missed: int, resting: str, told: bool, given_kari: Client
) -> None:
    factories.make_shop("NORDIC", enabled=resting != "disabled")
    schedule: dict[str, Any] = dict.fromkeys(WEEKDAYS, True)
    now = timezone.now()
    last_start = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    factories.make_entry(
        Status.READY,
        **schedule,
        recurring=True,
        minutes_between_runs=15,
        fixed_grid=fixed_grid,
        earliest_start=last_start - timedelta(minutes=15 * starts_missed),
    )
    if resting == "paused":
        pauses.pause("NORDIC", reason="Stock count")

    concerns = given_kari.get(reverse("home")).context["concerns"]

    behind = [concern.title for concern in concerns if "fallen behind" in concern.title]
    assert behind == (["Sync orders from Shopify has fallen behind"] if told else [])
