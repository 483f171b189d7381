"""What the house's tests share: commands run as a person runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from erp.models import Company
from erp.setup import create_company
from shops.models import Connection, OrderSettings, Shop

Run = Callable[..., str]


@pytest.fixture
def run() -> Run:
    """Run a command and return what it said; a status that is not 0 is asserted by `status`."""

    def command(*words: str, status: int = 0) -> str:
        out = StringIO()
        try:
            call_command(*words, stdout=out)
            ended = 0
        except SystemExit as exit_:
            ended = int(exit_.code or 0)
        assert ended == status, out.getvalue()
        return out.getvalue().strip()

    return command


@pytest.fixture
def told(run: Run) -> Callable[..., Any]:
    """Run a command with --json and return what it said; it must be one line."""

    def command(*words: str, status: int = 0) -> Any:
        said = run(*words, "--json", status=status)
        assert "\n" not in said
        return json.loads(said)

    return command


@pytest.fixture
def refused(run: Run) -> Run:
    """Run a command that must be refused, and return the sentence."""

    def command(*words: str) -> str:
        with pytest.raises(CommandError) as refusal:
            run(*words)
        return str(refusal.value)

    return command


@pytest.fixture
def given_company(db: None) -> Company:
    return create_company("KONTOR", "EUR", currencies={})


@pytest.fixture
def given_shop(given_company: Company) -> Shop:
    shop = Shop.objects.create(
        code="ACME", url="https://acme.myshopify.com", company_code=given_company.code
    )
    OrderSettings.objects.create(shop=shop)
    Connection.objects.create(shop=shop, access_token="shpat_secret")
    return shop
