"""Tokens: what is kept of one, what it opens, and when it opens nothing."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from connector import logs
from connector.api import tokens
from connector.api.models import ApiToken
from jobqueue import database
from tests import factories
from tests.api.conftest import Caller


def asked(authorization: str | None) -> tuple[int, str]:
    headers = {"Authorization": authorization} if authorization is not None else {}
    response = Client().get("/api/entries", headers=headers)
    if response.status_code == 401:
        assert response["WWW-Authenticate"] == "Bearer"
    return response.status_code, response.json().get("error", {}).get("sentence", "")


def command(*words: str) -> str:
    out = StringIO()
    call_command("token", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_only_a_hash_of_a_token_is_kept(kari: Caller) -> None:
    assert re.fullmatch(r"shopkontor_[A-Za-z0-9]{43}", kari.token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM api_token")
        kept = str(cursor.fetchall())
    assert kari.token not in kept
    assert kari.token.removeprefix(tokens.PREFIX) not in kept


def test_the_log_never_shows_a_token(kari: Caller) -> None:
    assert logs.struck(f"called with {kari.token}, refused") == "called with [redacted], refused"


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Basic a2FyaTpzZWNyZXQ=", "Bearer shopkontor_wrong"],
)
def test_without_a_good_token_nothing_is_told(authorization: str | None, db: None) -> None:
    status, sentence = asked(authorization)

    assert status == 401
    assert sentence.endswith(".")


def test_a_session_does_not_open_the_api(kari: Caller) -> None:
    browser = Client()
    browser.force_login(kari.user)

    assert browser.get("/api/entries").status_code == 401
    assert browser.post("/api/entries").status_code == 401


def test_a_token_opens_no_page(kari: Caller) -> None:
    answer = kari.client.get("/jobs/", headers={"Authorization": f"Bearer {kari.token}"})

    assert answer.status_code == 302


def test_a_revoked_token_opens_nothing(kari: Caller) -> None:
    assert tokens.revoke(ApiToken.objects.all()) == 1

    assert asked(f"Bearer {kari.token}")[1].startswith("This token was revoked.")
    assert tokens.revoke(ApiToken.objects.all()) == 0


def test_a_token_ends_with_its_days(kari: Caller) -> None:
    row, token = tokens.issue(kari.user, "for a week", days=7)
    assert row.expires is not None
    assert timedelta(days=6, hours=23) < row.expires - database.clock() <= timedelta(days=7)
    assert asked(f"Bearer {token}")[0] == 200

    ApiToken.objects.filter(pk=row.pk).update(expires=database.clock() - timedelta(seconds=1))
    status, sentence = asked(f"Bearer {token}")
    assert (status, sentence[:23]) == (401, "This token has expired.")


def test_the_token_of_a_user_who_may_not_log_in_opens_nothing(kari: Caller) -> None:
    kari.user.is_active = False
    kari.user.save()

    status, sentence = asked(f"Bearer {kari.token}")
    assert (status, sentence) == (401, "The user of this token may not log in any more.")


def test_the_scheme_is_read_in_any_case(kari: Caller) -> None:
    assert asked(f"bearer {kari.token}")[0] == 200


def test_use_is_noted_to_the_minute_and_most_requests_write_nothing(kari: Caller) -> None:
    kari.get("entries")
    first = ApiToken.objects.get().last_used
    assert first is not None

    with CaptureQueriesContext(
        connection,
    ) as queries:
        kari.get("entries")
    assert [q["sql"] for q in queries if q["sql"].startswith("UPDATE")] == []
    assert ApiToken.objects.get().last_used == first

    ApiToken.objects.update(last_used=first - timedelta(minutes=2))
    kari.get("entries")
    assert (ApiToken.objects.get().last_used or first) >= first


def test_the_command_makes_lists_and_revokes(db: None) -> None:
    factories.make_user("kari")

    token = command("add", "kari", "--name", "warehouse", "--days", "30").strip()
    assert asked(f"Bearer {token}")[0] == 200

    [row] = json.loads(command("list", "--json"))
    assert (row["user"], row["name"], row["revoked"]) == ("kari", "warehouse", None)
    assert token not in command("list", "--json") + command("list")
    assert "warehouse" in command("list")

    assert command("revoke", str(row["id"])) == f"Token {row['id']} is revoked.\n"
    assert command("revoke", str(row["id"])) == f"Token {row['id']} was revoked before.\n"
    assert asked(f"Bearer {token}")[0] == 401


def test_the_command_tells_json_with_the_token_once(db: None) -> None:
    factories.make_user("kari")

    told = json.loads(command("add", "kari", "--name", "warehouse", "--json"))

    assert asked(f"Bearer {told['token']}")[0] == 200
    assert told["expires"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "nobody", "--name", "x"), "There is no user nobody. Known: kari."),
        (("add", "kari", "--name", "x", "--days", "0"), "--days: write a number from 1 to 3650."),
        (("add", "kari", "--name", " "), "--name: write 1 to 60 characters."),
        (("add", "kari", "--name", "x" * 61), "--name: write 1 to 60 characters."),
        (("add", "kari", "--name", "a program"), "There is a token “a program” already."),
        (("revoke", "99"), "There is no token 99."),
    ],
)
def test_the_command_refuses_with_a_sentence(
    words: tuple[str, ...], sentence: str, kari: Caller
) -> None:
    with pytest.raises(CommandError) as refusal:
        command(*words)

    assert str(refusal.value).startswith(sentence)
    assert ApiToken.objects.count() == 1


def test_a_name_is_free_again_once_its_token_is_revoked(kari: Caller) -> None:
    tokens.revoke(ApiToken.objects.all())

    tokens.issue(kari.user, "a program")

    with pytest.raises(tokens.NameTaken):
        tokens.issue(kari.user, "a program")
