"""Which time zone the pages speak in, and that they say so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from connector.api import tokens
from jobqueue import transitions
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, Status
from tests import factories

LATE = datetime(2099, 11, 22, 22, 30, tzinfo=UTC)


@pytest.fixture
def given_one_planned(db: None) -> JobQueueEntry:
    return factories.make_entry(earliest_start=LATE)


def text_of(client: Client, name: str, *args: object) -> str:
    return " ".join(client.get(reverse(name, args=args)).content.decode().split())


def test_who_logs_in_is_told_times_of_the_first_shop(
    client: Client, given_one_planned: JobQueueEntry
) -> None:
    factories.make_shop("NORDIC", zone="Europe/Helsinki")
    factories.make_shop("ACME", zone="America/New_York")
    factories.make_user("kari")
    sent = {"username": "kari", "password": "a long enough password"}

    client.post(reverse("login"), sent)

    page = text_of(client, "job", given_one_planned.pk)
    assert "Times are of Europe/Helsinki." in page
    assert ">23 Nov 2099, 00:30</time>" in page
    assert "Starts at 23 Nov 2099, 00:30." in page
    assert "22:30" not in page.replace("T22:30", "")


def test_a_chosen_zone_goes_before_and_can_be_given_up(
    given_kari: Client, given_one_planned: JobQueueEntry
) -> None:
    given_kari.post(reverse("zone"), {"zone": "America/New_York"})
    chosen = text_of(given_kari, "jobs")
    given_kari.post(reverse("zone"), {"zone": ""})

    assert "Times are of America/New_York." in chosen
    assert ">22 Nov 2099, 17:30</time>" in chosen
    assert "Times are of UTC." in text_of(given_kari, "jobs")


@pytest.mark.parametrize("name", ["Europe/Oslø", "../../etc/passwd", "Europe", "x\0y"])
def test_a_zone_that_is_none_is_refused_and_not_kept(name: str, given_kari: Client) -> None:
    answer = given_kari.post(reverse("zone"), {"zone": name})

    assert answer.context["form"].errors["zone"]
    assert "zone" not in given_kari.cookies


def test_a_cookie_that_names_no_zone_counts_for_nothing(given_kari: Client) -> None:
    given_kari.cookies["zone"] = "Atlantis/Centre"

    assert "Times are of UTC." in text_of(given_kari, "jobs")


def test_a_schedule_keeps_its_own_zone_and_names_it(given_kari: Client) -> None:
    entry = factories.make_entry(
        Status.ON_HOLD, monday=True, recurring=True, zone="Europe/Oslo", earliest_start=LATE
    )
    given_kari.cookies["zone"] = "America/New_York"

    page = text_of(given_kari, "job-schedule", entry.pk)

    assert "Times are of Europe/Oslo." in page
    assert 'value="2099-11-22T23:30"' in page


def test_a_refusal_speaks_the_zone_of_the_person(given_kari: Client) -> None:
    entry = factories.make_entry(Status.ERROR, expiration=datetime(2026, 1, 5, 23, tzinfo=UTC))
    given_kari.cookies["zone"] = "Europe/Oslo"

    restarted = given_kari.post(reverse("job-action", args=[entry.pk, "restart"]), follow=True)
    with pytest.raises(Refused, match=r"5 Jan 2026, 23:00 UTC"):
        transitions.restart(entry.pk)

    assert "6 Jan 2026, 00:00" in restarted.content.decode()


def test_programs_are_told_utc_whatever_a_browser_has_chosen(
    given_kari: Client, given_one_planned: JobQueueEntry
) -> None:
    given_kari.cookies["zone"] = "Europe/Oslo"
    _row, token = tokens.issue(User.objects.get(username="kari"), "a program")
    headers = {"Authorization": f"Bearer {token}"}

    told = given_kari.get(f"/api/entries/{given_one_planned.pk}", headers=headers).json()

    assert told["earliest_start"] == "2099-11-22T22:30:00Z"
    assert told["why"] == "Starts at 22 Nov 2099, 22:30 UTC."
