"""Pausing from the pages: who may, what is said where, and going on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jobqueue import breaker, database, pauses
from jobqueue.models import JobQueuePause
from shops.models import Shop
from tests import factories


@pytest.fixture
def given_nordic(db: None) -> Shop:
    return factories.make_shop()


def text_of(client: Client, name: str, *args: str) -> str:
    return " ".join(client.get(reverse(name, args=args)).content.decode().split())


def test_a_shop_is_paused_with_a_reason_and_an_end_in_its_own_time(
    given_nordic: Shop, given_kari: Client
) -> None:
    sent = {"reason": "Stock count", "until": "2099-01-01T12:00"}

    answer = given_kari.post(f"{reverse('job-pause')}?shop=NORDIC", sent, follow=True)

    paused = JobQueuePause.objects.get()
    assert (paused.shop, paused.made_by) == ("NORDIC", JobQueuePause.MadeBy.PERSON)
    assert paused.reason == "kari: Stock count"
    assert paused.until is not None
    assert paused.until.isoformat() == "2099-01-01T11:00:00+00:00"  # noon in Oslo
    assert "What runs now runs to its end." in answer.content.decode()


@pytest.mark.parametrize(
    ("page", "args"), [("jobs", []), ("scheduled", []), ("shop", ["NORDIC"]), ("home", [])]
)
def test_while_a_pause_holds_the_pages_say_who_why_and_until_when(
    page: str, args: list[str], given_nordic: Shop, given_kari: Client
) -> None:
    before = text_of(given_kari, page, *args)
    given_kari.post(reverse("job-pause"), {"reason": "Moving house", "until": "2099-01-01T12:00"})

    text = text_of(given_kari, page, *args)

    assert "All shops are paused: nothing begins." not in before
    assert "All shops are paused: nothing begins." in text
    assert "kari: Moving house" in text
    assert "Until 1 Jan 2099, 12:00" in text
    assert reverse("job-resume") in text


def test_an_entry_of_a_paused_shop_says_so_and_others_do_not(
    given_nordic: Shop, given_kari: Client
) -> None:
    ours, others = factories.make_entry(), factories.make_entry(shop="FJELL")
    pauses.pause("NORDIC", reason="kari: Stock count")

    assert "kari: Stock count" in text_of(given_kari, "job", str(ours.pk))
    assert "kari: Stock count" not in text_of(given_kari, "job", str(others.pk))


def test_the_queue_goes_on_from_where_the_banner_stood(
    given_nordic: Shop, given_kari: Client
) -> None:
    pauses.pause("NORDIC")
    sent = {"shop": "NORDIC", "next": reverse("scheduled")}

    answer = given_kari.post(reverse("job-resume"), sent)
    again = given_kari.post(reverse("job-resume"), sent, follow=True)

    assert answer["Location"] == reverse("scheduled")
    assert not JobQueuePause.objects.exists()
    assert "Shop NORDIC is not paused." in again.content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"reason": ""}, "Write why: others wonder what they wait for."),
        ({"reason": "x", "until": "2001-01-01T00:00"}, "This time has passed."),
        ({"reason": "x", "until": "soon"}, "Enter a valid date/time."),
    ],
)
def test_what_makes_no_sense_pauses_nothing(
    sent: dict[str, str], sentence: str, given_kari: Client
) -> None:
    answer = given_kari.post(reverse("job-pause"), sent)

    assert sentence in answer.content.decode()
    assert not JobQueuePause.objects.exists()


def test_without_the_right_one_only_looks(given_nordic: Shop, given_lars: Client) -> None:
    pauses.pause("NORDIC", reason="kari: Stock count")

    assert "You may look, not pause." in text_of(given_lars, "job-pause")
    assert given_lars.post(reverse("job-pause"), {"reason": "x"}).status_code == 403
    assert given_lars.post(reverse("job-resume"), {"shop": "NORDIC"}).status_code == 403
    card = text_of(given_lars, "shop", "NORDIC")
    assert "kari: Stock count" in card
    assert reverse("job-resume") not in card
    assert JobQueuePause.objects.count() == 1


def test_a_shop_nobody_knows_is_not_paused(given_kari: Client) -> None:
    assert given_kari.get(f"{reverse('job-pause')}?shop=NOBODY").status_code == 404


def test_a_disabled_shop_is_told_on_its_card_alone_and_cannot_be_resumed(
    given_nordic: Shop, given_kari: Client
) -> None:
    given_nordic.enabled = False
    given_nordic.save()
    sentence = "Nothing of shop NORDIC begins while it is disabled."

    card = text_of(given_kari, "shop", "NORDIC")

    assert sentence in card
    assert reverse("job-resume") not in card
    assert sentence not in text_of(given_kari, "jobs")


def test_the_breaker_says_that_it_tries_again_by_itself(
    given_nordic: Shop, given_kari: Client
) -> None:
    entry = factories.make_entry()
    with database.write():
        for _run in range(breaker.FAILURES_TO_PAUSE):
            breaker.failed(entry, "Shopify did not answer (503).")

    text = text_of(given_kari, "jobs")

    assert "Shop NORDIC is left alone for a while: its runs kept failing." in text
    assert "Shopify did not answer (503)." in text
    assert "One task tries again at" in text


def test_a_pause_whose_time_is_over_is_not_shown(given_nordic: Shop, given_kari: Client) -> None:
    pauses.pause("NORDIC", reason="Over", until=database.clock() - timedelta(minutes=1))

    assert "Over" not in text_of(given_kari, "jobs")


def test_the_running_panel_hears_of_a_pause(given_kari: Client) -> None:
    address = reverse("running-fragment")
    version = given_kari.get(address).context["running_version"]
    pauses.pause(reason="kari: Moving house")

    changed = given_kari.get(address, {"v": version})

    assert changed.status_code == 200
    assert "kari: Moving house" in changed.content.decode()
