"""What the tests of the pages start from."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from tests import factories
from tests.web.world import World, make_world


@pytest.fixture(scope="session", autouse=True)
def static_root() -> None:
    """WhiteNoise warns about a folder that is not there, also where it serves nothing from it."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings, tmp_path: Path) -> None:
    """Files as they lie in the source; hashed ones have a test of their own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def given_kari(client: Client, db: None) -> Client:
    """A logged-in administrator."""
    client.force_login(factories.make_user("kari"))
    return client


@pytest.fixture
def given_lars(db: None) -> Client:
    """A logged-in person without any right."""
    client = Client()
    client.force_login(factories.make_user("lars", admin=False))
    return client


@pytest.fixture
def given_ola(db: None) -> Client:
    """Another administrator."""
    client = Client()
    client.force_login(factories.make_user("ola"))
    return client


@pytest.fixture
def given_a_world(db: None) -> World:
    return make_world()
