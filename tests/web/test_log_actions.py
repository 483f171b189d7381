"""Clearing the log, and ending a run that hangs: asked first, without JavaScript, by right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobqueue import retention
from jobqueue.models import JobQueueLogEntry, LogStatus, Status
from tests import factories


def words(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def given_run(days: float) -> JobQueueLogEntry:
    ended = timezone.now() - timedelta(days=days)
    return factories.make_log_entry(started=ended, ended=ended)


def test_what_is_older_than_a_week_is_deleted_once_it_is_confirmed(given_kari: Client) -> None:
    old, recent = given_run(8), given_run(6)
    address = reverse("log-delete")
    assert address in words(given_kari, reverse("log"))

    asked = words(given_kari, address)
    assert "ended more than 7 days ago" in asked
    assert "At the moment that is 1 entry." in asked
    assert JobQueueLogEntry.objects.count() == 2

    answer = given_kari.post(address, follow=True)
    assert "1 log entry is deleted." in answer.content.decode()
    assert list(JobQueueLogEntry.objects.all()) == [recent]
    assert old != recent


def test_who_deletes_a_part_is_told_that_there_is_more(
    given_kari: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MOST", 1)
    for _ in range(2):
        given_run(8)

    answer = given_kari.post(reverse("log-delete"), follow=True)

    assert "There are more of them. Delete again." in answer.content.decode()
    assert JobQueueLogEntry.objects.count() == 1


def test_without_the_right_nobody_deletes(given_lars: Client) -> None:
    given_run(8)
    address = reverse("log-delete")
    assert address not in words(given_lars, reverse("log"))
    assert "Ask for the right to delete job queue log entries" in words(given_lars, address)

    assert given_lars.post(address).status_code == 403

    assert JobQueueLogEntry.objects.count() == 1


def test_the_right_to_delete_log_entries_is_enough(given_lars: Client) -> None:
    user = User.objects.get(username="lars")
    user.user_permissions.add(Permission.objects.get(codename="delete_jobqueuelogentry"))
    given_run(8)

    given_lars.post(reverse("log-delete"))

    assert not JobQueueLogEntry.objects.exists()


def given_hanging(**fields: Any) -> JobQueueLogEntry:
    entry = factories.make_entry(Status.IN_PROCESS, fence=3, **fields)
    return factories.make_log_entry(entry, LogStatus.IN_PROCESS, fence=3)


def test_a_run_in_process_is_set_to_error_once_it_is_confirmed(given_kari: Client) -> None:
    run = given_hanging()
    address = reverse("log-error", args=[run.pk])
    assert address in words(given_kari, reverse("log-entry", args=[run.pk]))
    assert "its entry stays in Error" in words(given_kari, address)

    answer = given_kari.post(address, follow=True)

    assert "The run is set to Error." in answer.content.decode()
    run.refresh_from_db()
    assert run.entry is not None
    assert (run.status, run.entry.status) == ("error", "error")
    assert run.error_message == "Marked as error by kari."


def test_a_run_that_has_ended_is_not_offered_it_and_refused(given_kari: Client) -> None:
    run = factories.make_log_entry(factories.make_entry(Status.FINISHED))
    address = reverse("log-error", args=[run.pk])
    assert address not in words(given_kari, reverse("log-entry", args=[run.pk]))

    answer = given_kari.post(address, follow=True)

    assert "Only one In Process can be set to Error." in answer.content.decode()
    run.refresh_from_db()
    assert run.status == "success"


def test_without_rights_one_ends_only_runs_of_what_one_asked_for(given_lars: Client) -> None:
    mine = given_hanging(requested_by_id=int(given_lars.session["_auth_user_id"]))
    others, orphan = given_hanging(), factories.make_log_entry(None, LogStatus.IN_PROCESS)
    offered = [
        reverse("log-error", args=[run.pk])
        in words(given_lars, reverse("log-entry", args=[run.pk]))
        for run in (mine, others, orphan)
    ]

    answers = [
        given_lars.post(reverse("log-error", args=[run.pk])).status_code
        for run in (mine, others, orphan)
    ]

    assert (offered, answers) == ([True, False, False], [302, 403, 403])
    statuses = JobQueueLogEntry.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["error", "in_process", "in_process"]
