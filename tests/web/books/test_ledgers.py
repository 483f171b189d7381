"""The ledgers and the chart of accounts: sums that agree, and the way down to the document."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from erp.audit import broken_invariants
from tests.web.books.conftest import Books
from tests.web.books.test_parties import text_of


def test_the_chart_adds_up_and_leads_to_the_entries(given_books: Books, given_kari: Client) -> None:
    response = given_kari.get(reverse("chart"))
    accounts = {account.no: account for account in response.context["accounts"]}

    assert (accounts["1200"].balance, accounts["4000"].balance) == (25, -20)
    assert response.context["debit"] == response.context["credit"] > 0
    assert f"{reverse('gl-entries')}?account=1200" in text_of(response)

    entries = given_kari.get(reverse("gl-entries"), {"account": "1200"})
    assert entries.context["sums"]["amount"] == accounts["1200"].balance
    assert reverse("document", args=[given_books.invoice.pk]) in text_of(entries)


def test_the_chart_can_be_read_as_of_a_day(given_books: Books, given_kari: Client) -> None:
    before = given_kari.get(reverse("chart"), {"until": "2026-03-01"})
    nonsense = given_kari.get(reverse("chart"), {"until": "soon"})

    assert {account.balance for account in before.context["accounts"]} == {0}
    assert nonsense.context["debit"] > 0


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 1),
        ({"party": "c1"}, 1),
        ({"party": "C9"}, 0),
        ({"view": "open"}, 1),
        ({"kind": "payment"}, 0),
        ({"from": "2026-03-02", "until": "2026-03-02"}, 1),
        ({"from": "2026-03-03"}, 0),
    ],
)
def test_the_customer_ledger_is_narrowed(
    query: dict[str, str], number: int, given_books: Books, given_kari: Client
) -> None:
    response = given_kari.get(reverse("customer-ledger"), query)

    assert response.context["page"].paginator.count == number
    assert (response.context["sums"]["amount"] or 0) == 25 * number


def test_the_item_ledger_adds_up_to_the_stock(given_books: Books, given_kari: Client) -> None:
    response = given_kari.get(reverse("item-ledger"), {"item": "A"})

    assert response.context["sums"] == {"quantity": 8, "amount": 32}
    assert broken_invariants(given_books.company) == []
