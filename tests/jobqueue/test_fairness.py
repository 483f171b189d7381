"""Between shops workers take turns, however long the backlog of one of them is."""

from __future__ import annotations

import time
from typing import Any

import pytest

from jobqueue import hints, pauses, runner, tasks
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Priority
from jobqueue.requests import request
from tests.jobqueue.conftest import KIND, given_claimed, given_entry, in_the_past

pytestmark = pytest.mark.django_db


def given_backlog(count: int, shop: str = "BIG", **values: Any) -> None:
    """So many due entries of the shop, in no category, older than anything else."""
    entry, _created = request(KIND, shop=shop, **values)
    columns = [
        field.attname
        for field in JobQueueEntry._meta.concrete_fields
        if field.attname not in {"id", "created", "changed"}
    ]
    values = {name: getattr(entry, name) for name in columns} | {"earliest_start": in_the_past(60)}
    entry.delete()
    JobQueueEntry.objects.bulk_create(JobQueueEntry(**values) for _number in range(count))


def shops_of(entry_ids: list[int]) -> list[str]:
    found = dict(JobQueueEntry.objects.filter(pk__in=entry_ids).values_list("pk", "shop"))
    return [found[pk] for pk in entry_ids]


def test_a_shop_behind_the_backlog_of_another_is_rung_for() -> None:
    given_backlog(600)
    small = given_entry(shop="SMALL")
    tiny = given_entry()

    chosen = hints.choose(16)

    assert {small.pk, tiny.pk} < set(chosen[:3])
    assert len(chosen) == 16


def test_who_has_fewer_under_way_comes_first() -> None:
    given_backlog(600)
    hints.choose(16)
    small = [given_entry(shop="SMALL").pk for _number in range(3)]

    assert [hints.choose(1), hints.choose(1), hints.choose(1)] == [[pk] for pk in small]
    assert shops_of(hints.choose(2)) == ["BIG", "BIG"]


def test_what_is_more_urgent_still_goes_first() -> None:
    given_backlog(600, priority=Priority.HIGH)
    given_entry(shop="SMALL")

    assert shops_of(hints.choose(16)) == ["BIG"] * 16


def test_a_paused_shop_is_not_rung_for() -> None:
    given_backlog(3)
    given_entry(shop="SMALL")
    pauses.pause("BIG")

    assert shops_of(hints.choose(16)) == ["SMALL"]


def test_a_worker_that_goes_on_gives_other_shops_a_turn() -> None:
    given_backlog(40)
    given_backlog(100, shop="LESS", priority=Priority.LOW)
    small = [given_entry(shop="SMALL") for _number in range(3)]
    first = JobQueueEntry.objects.filter(shop="BIG").order_by("pk")[0]

    runner.run_entry(first.pk, until=time.monotonic() + 60)

    order = list(JobQueueLogEntry.objects.order_by("pk").values_list("shop", flat=True)[:45])
    assert [n for n, shop in enumerate(order) if shop == "SMALL"] == [8, 17, 26]
    assert order[:43].count("BIG") == 40, "before what is less urgent"
    assert (
        JobQueueEntry.objects.filter(pk__in=[e.pk for e in small], status="finished").count() == 3
    )


def test_the_messages_that_follow_a_run_begin_with_the_shop_whose_turn_it_is(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.QUEUE_EMBEDDED = False
    settings.QUEUE_RUN_ON = 0
    given_backlog(600)
    running = given_claimed(JobQueueEntry.objects.order_by("pk")[0])
    small = given_entry(shop="SMALL")
    JobQueueEntry.objects.update(hint_until=None)
    rung: list[int] = []
    monkeypatch.setattr(tasks, "publish", rung.append)

    tasks.run(JobQueueEntry.objects.filter(shop="BIG", status="ready").order_by("pk")[0].pk)

    assert running.entry.shop == "BIG"
    assert rung[0] == small.pk
    assert shops_of(rung)[:2] == ["SMALL", "BIG"]
    assert len(rung) == hints.SMALLEST_WINDOW

    tasks.run(rung[0])
    assert len(rung) == hints.SMALLEST_WINDOW, "enough messages are under way"
