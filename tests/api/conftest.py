"""What the tests of the API start from: callers with different rights, and a shop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import Settings

from connector.api import tokens
from shops.models import Shop
from tests import factories


class Caller:
    """A program with a token; `client` keeps no cookie that would open anything."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.row, self.token = tokens.issue(user, "a program")
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def get(self, path: str, *, expect: int = 200, **query: Any) -> dict[str, Any]:
        response = self.client.get(f"/api/{path}", query, headers=self._headers())
        return self._read(response, expect)

    def post(
        self, path: str, body: Any = None, *, expect: int = 200, key: str = ""
    ) -> dict[str, Any]:
        headers = self._headers() | ({"Idempotency-Key": key} if key else {})
        response = self.client.post(
            f"/api/{path}", body or {}, content_type="application/json", headers=headers
        )
        return self._read(response, expect)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _read(self, response: Any, expect: int) -> dict[str, Any]:
        assert response.status_code == expect, response.content
        assert not response.cookies
        told: dict[str, Any] = response.json()
        return told


@pytest.fixture(autouse=True)
def plain_pages(settings: Settings, tmp_path: Path) -> None:
    """Pages that are refused need their files; hashed ones, and slow passwords, nobody here."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def kari(db: None) -> Caller:
    """An administrator's program."""
    return Caller(factories.make_user("kari"))


@pytest.fixture
def lars(db: None) -> Caller:
    """The program of a person without any right."""
    return Caller(factories.make_user("lars", admin=False))


@pytest.fixture
def nordic(db: None) -> Shop:
    shop = factories.make_shop()
    factories.make_books(shop.company_code)
    return shop


def grant(user: User, *names: str) -> None:
    """Give rights, named as in `has_perm`."""
    for name in names:
        app, codename = name.split(".")
        right = Permission.objects.get(content_type__app_label=app, codename=codename)
        user.user_permissions.add(right)
