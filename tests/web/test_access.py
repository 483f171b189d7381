"""Who may see and do what."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.addresses import CREATING, pages
from tests.web.world import World


def test_without_logging_in_every_page_leads_to_the_log_in(
    given_a_world: World, client: Client
) -> None:
    for address in pages(given_a_world):
        response = client.get(address)

        assert response.status_code == 302, address
        assert response["Location"].startswith(reverse("login")), address


@pytest.mark.parametrize("name", ["appearance", "set_language", "logout"])
def test_without_logging_in_nothing_can_be_posted(name: str, client: Client, db: None) -> None:
    response = client.post(reverse(name))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


def test_the_right_password_opens_the_page_that_was_asked_for(
    given_kari: Client, client: Client
) -> None:
    client.logout()

    answer = client.post(
        f"{reverse('login')}?next=/jobs/",
        {"username": "kari", "password": "a long enough password", "next": "/jobs/"},
    )

    assert answer["Location"] == "/jobs/"
    assert client.get("/jobs/").status_code == 200


def test_a_wrong_password_is_told_in_one_sentence(db: None, client: Client) -> None:
    answer = client.post(reverse("login"), {"username": "kari", "password": "wrong"})

    assert answer.status_code == 200
    assert "User name and password do not match." in answer.content.decode()


def test_logging_out_ends_the_session(given_kari: Client) -> None:
    given_kari.post(reverse("logout"))

    assert given_kari.get("/").status_code == 302


def test_without_rights_a_person_may_look_and_not_change(
    given_a_world: World, given_lars: Client
) -> None:
    for address in pages(given_a_world):
        if "scope=company" not in address:
            assert given_lars.get(address).status_code == 200, address

    shop = reverse("shop", args=[given_a_world.shop.code])
    restart = reverse("job-action", args=[given_a_world.failed.pk, "restart"])
    assert given_lars.post(shop, {}).status_code == 403
    assert given_lars.post(restart).status_code == 403
    assert given_lars.get(f"{reverse('cue-setup')}?scope=company").status_code == 403
    given_a_world.failed.refresh_from_db()
    assert given_a_world.failed.status == "error"


@pytest.mark.parametrize(
    ("address", "status", "words"), [("/nowhere/", 404, "Page not found"), ("/jobs/99/", 404, "")]
)
def test_an_address_that_leads_nowhere_says_so(
    address: str, status: int, words: str, given_kari: Client
) -> None:
    response = given_kari.get(address)

    assert response.status_code == status
    assert words in response.content.decode()


@pytest.mark.parametrize("name", CREATING)
def test_only_who_may_create_is_shown_how(
    name: str, given_a_world: World, given_lars: Client
) -> None:
    assert given_lars.get(reverse(name)).status_code == 403
