"""The page of one run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

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
