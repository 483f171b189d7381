"""A browser for all tests of a module, and somebody who is logged in."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from erp import guards
from tests.web.browser.looking import ARGUMENTS, CHROMIUM


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps a loop running in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True)
def emptied_afterwards(transactional_db: None) -> Iterator[None]:
    """The guards of the books forbid emptying the database, so they are off meanwhile.

    On SQLite the flush puts them back; on PostgreSQL it truncates, which no trigger hears of.
    """
    yield
    if connection.vendor == "sqlite":
        guards.remove(connection)


@pytest.fixture
def session(emptied_afterwards: None, given_kari: Client) -> str:
    return given_kari.cookies[django_settings.SESSION_COOKIE_NAME].value
