"""The page on which a person makes and revokes tokens of the API."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from connector.api import tokens
from connector.api.models import ApiToken
from tests import factories


def opens(token: str) -> bool:
    answer = Client().get("/api/entries", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


def test_a_person_makes_a_token_that_is_shown_once(given_kari: Client) -> None:
    address = reverse("tokens")

    answer = given_kari.post(address, {"name": "Warehouse", "days": "30"})

    [token] = set(re.findall(r"shopkontor_\w{43}", answer.content.decode()))
    assert answer["Cache-Control"] == "no-store"
    assert opens(token)
    page = given_kari.get(address).content.decode()
    assert "Warehouse" in page
    assert token not in page

    row = ApiToken.objects.get()
    given_kari.post(reverse("token-revoke", args=[row.pk]))
    assert not opens(token)
    assert "Revoked" in given_kari.get(address).content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "", "days": "30"},
        {"name": "x" * 61, "days": "30"},
        {"name": "ok", "days": "0"},
        {"name": "ok", "days": "4000"},
        {"name": "taken", "days": ""},
    ],
)
def test_the_page_marks_what_is_wrong_and_makes_nothing(
    sent: dict[str, str], given_kari: Client
) -> None:
    given_kari.post(reverse("tokens"), {"name": "taken", "days": ""})

    answer = given_kari.post(reverse("tokens"), sent).content.decode()

    assert 'aria-invalid="true"' in answer
    assert "shopkontor_" not in answer
    assert ApiToken.objects.count() == 1


def test_a_person_sees_and_revokes_only_their_own(given_lars: Client) -> None:
    row, token = tokens.issue(factories.make_user("kari"), "a program")
    assert "a program" not in given_lars.get(reverse("tokens")).content.decode()

    assert given_lars.post(reverse("token-revoke", args=[row.pk])).status_code == 404
    assert opens(token)
