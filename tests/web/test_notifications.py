"""The bell, the list under it, and how a person wants to be told."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connector.notices.models import Notice, Preference
from jobqueue.models import Status
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SETTINGS = reverse("notification-settings")


def user_of(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def given_notices(client: Client, count: int = 1, **fields: Any) -> list[Notice]:
    entry = factories.make_entry(Status.FINISHED)
    values = {"outcome": "success", "counts": {"read": 7}, "ended_at": NOW, "description": "Sync"}
    return [
        Notice.objects.create(user=user_of(client), entry=entry, fence=number, **(values | fields))
        for number in range(count)
    ]


def text_of(client: Client, address: str, data: dict[str, Any] | None = None) -> str:
    response = client.get(address) if data is None else client.post(address, data, follow=True)
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(("count", "shown"), [(1, "1"), (9, "9"), (10, "9+"), (25, "9+")])
def test_the_bell_counts_what_is_not_read(count: int, shown: str, given_kari: Client) -> None:
    given_notices(given_kari, count)

    text = text_of(given_kari, reverse("shops"))

    assert f'<span class="n" aria-hidden="true">{shown}</span>' in text
    assert f"Notifications, not read yet: {shown}" in text


def test_the_bell_leads_to_the_run_and_says_what_became_of_it(given_kari: Client) -> None:
    [notice] = given_notices(
        given_kari, outcome="error", message="Shopify did not answer (503).", description="Orders"
    )

    text = text_of(given_kari, reverse("shops"))

    assert reverse("job-run", args=[notice.entry_id, 0]) in text
    assert "<p>Failed: Shopify did not answer (503).</p>" in text


def test_the_bell_costs_one_query_however_much_there_is(
    given_kari: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    given_kari.get(SETTINGS)
    with django_assert_num_queries(6):
        given_kari.get(SETTINGS)
    given_notices(given_kari, 12)
    with django_assert_num_queries(6):
        given_kari.get(SETTINGS)


def test_what_is_marked_as_read_leaves_the_bell_and_stays_in_the_list(given_kari: Client) -> None:
    first, second = given_notices(given_kari, 2)
    address = reverse("notifications")

    text_of(given_kari, reverse("notifications-read"), {"notice": first.pk, "next": "/jobs/"})
    assert list(Notice.objects.filter(read_at=None)) == [second]
    text = text_of(given_kari, reverse("notifications-read"), {})

    assert not Notice.objects.filter(read_at=None).exists()
    assert text.count("<tr>") == 3
    assert 'class="n"' not in text
    assert text_of(given_kari, f"{address}?view=unread").count("<tr>") == 0


def test_everybody_sees_and_marks_only_their_own(given_kari: Client, given_ola: Client) -> None:
    [notice] = given_notices(given_kari, description="A matter of Kari's")

    seen = text_of(given_ola, reverse("notifications"))
    given_ola.post(reverse("notifications-read"), {"notice": notice.pk})
    given_ola.post(reverse("notifications-read"))

    assert "A matter of" not in seen
    notice.refresh_from_db()
    assert notice.read_at is None


def test_a_notice_of_an_entry_that_is_gone_has_no_link(given_kari: Client) -> None:
    given_notices(given_kari)
    Notice.objects.update(entry=None)

    assert "/runs/" not in text_of(given_kari, reverse("notifications"))


def test_f11_a_run_that_ends_while_one_looks_rings_the_bell(given_kari: Client) -> None:
    [notice] = given_notices(given_kari)
    session = given_kari.session
    session["watched"] = [notice.entry_id]
    session.save()

    text = text_of(given_kari, reverse("ended-fragment"))

    assert 'id="bell" hx-swap-oob="true"' in text
    assert 'aria-hidden="true">1</span>' in text


def test_e_mails_are_off_until_a_person_wants_them(given_kari: Client) -> None:
    form = given_kari.get(SETTINGS).context["form"]

    assert (form["mail"].value(), form["say_queued"].value()) == ("never", True)
    assert not Preference.objects.exists()


def test_a_choice_is_kept_with_address_and_language(given_kari: Client) -> None:
    given_kari.cookies["django_language"] = "fi"
    assert given_kari.get(SETTINGS).context["form"]["language"].value() == "fi"

    sent = {"mail": "problems", "language": "fi", "address": "kari@example.com"}
    given_kari.post(SETTINGS, sent)

    kept = Preference.objects.get()
    assert (kept.user, kept.mail, kept.language) == (user_of(given_kari), "problems", "fi")
    assert not kept.say_queued
    assert user_of(given_kari).email == "kari@example.com"


def test_who_wants_e_mails_names_an_address(given_kari: Client) -> None:
    text = text_of(given_kari, SETTINGS, {"mail": "always", "language": "en", "address": ""})

    assert "Enter the address to which the e-mails go." in text
    assert not Preference.objects.exists()


def test_without_a_mail_server_the_page_says_so(given_kari: Client, settings: Any) -> None:
    settings.EMAIL_ON = False
    assert "an administrator has to set EMAIL_URL" in text_of(given_kari, SETTINGS)

    settings.EMAIL_ON = True
    assert "EMAIL_URL" not in text_of(given_kari, SETTINGS)


def test_a_mail_that_could_not_be_sent_is_told(given_kari: Client) -> None:
    given_notices(given_kari, mail="refused", mail_note="550 nobody here", description="Orders")

    assert "was about “Orders”: 550 nobody here" in text_of(given_kari, SETTINGS)


def test_nobody_is_led_elsewhere(given_kari: Client) -> None:
    answer = given_kari.post(reverse("say-no-more"), {"next": "https://evil.example.com/"})

    assert answer["Location"] == reverse("notifications")
