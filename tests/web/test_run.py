"""The page of one run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from connector.rolecenter.freshness import shop_states
from connector.sync.models import DryRunLine
from jobqueue.models import LogStatus, Status
from tests import factories
from tests.factories import NOW

STACK = "Traceback: in handler"


def page(client: Client, status: str, **fields: object) -> str:
    entry = factories.make_entry(Status.FINISHED)
    run = factories.make_log_entry(entry, status, **fields)
    address = reverse("job-run", args=[entry.pk, run.fence])
    return " ".join(client.get(address).content.decode().split())


def test_e1_the_duration_is_told_to_a_tenth_of_a_second(given_kari: Client) -> None:
    ended = NOW + timedelta(seconds=12, milliseconds=340)

    text = page(given_kari, LogStatus.SUCCESS, started=NOW, ended=ended)

    assert '<dt>Seconds</dt> <dd class="num"> 12.3 </dd>' in text


def test_e4_a_failed_run_shows_its_call_stack_and_another_has_none(given_kari: Client) -> None:
    failed = page(given_kari, LogStatus.ERROR, error_message="No.", error_trace=STACK)
    assert "Show call stack" in failed
    assert STACK in failed

    assert "Show call stack" not in page(given_kari, LogStatus.SUCCESS)


@pytest.mark.parametrize("name", ["read", "created", "updated", "skipped", "rejected"])
def test_e5_the_counts_are_shown(name: str, given_kari: Client) -> None:
    text = page(given_kari, LogStatus.ISSUES, counts={name: 17})

    assert f"<span> {name} 17 </span>" in text
    assert "Succeeded with issues" in text


def test_a_dry_run_shows_what_would_happen(given_kari: Client) -> None:
    entry = factories.make_entry(Status.FINISHED)
    log = factories.make_log_entry(entry, LogStatus.SUCCESS)
    run = factories.make_run(factories.make_shop(), log, dry_run=True)
    DryRunLine.objects.create(
        run=run, gid="x", ref="#1001", outcome="created", words="1 line, 200.00 EUR"
    )

    response = given_kari.get(reverse("job-run", args=[entry.pk, log.fence]))

    text = " ".join(response.content.decode().split())
    assert "What would happen" in text
    assert "Would be created" in text
    assert "1 line, 200.00 EUR" in text
    assert "Records that were not taken" not in text
    run.dry_run_lines.all().delete()
    assert (
        "Nothing would change."
        in given_kari.get(reverse("job-run", args=[entry.pk, log.fence])).content.decode()
    )


def test_a_dry_run_is_no_synchronization_of_the_shop(given_kari: Client) -> None:
    shop = factories.make_shop()
    factories.make_run(shop, factories.make_log_entry(), dry_run=True)

    [state] = shop_states()

    assert state.last_sync is None
    assert not given_kari.get(reverse("shop", args=[shop.code])).context["runs"]
