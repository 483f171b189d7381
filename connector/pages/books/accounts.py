"""The chart of accounts with its balances; each leads to the entries it is made of."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from connector.pages.books.cards import company_of
from erp.balances import account_balances
from erp.models import Company
from erp.money import ZERO


@require_safe
def chart(request: HttpRequest) -> HttpResponse:
    """Of ?company=, up to and with ?until=; a day that cannot be read is none."""
    companies = list(Company.objects.order_by("code"))
    company = company_of(request) or (companies[0] if companies else None)
    until = _day(request.GET.get("until", ""))
    accounts = account_balances(company, until) if company else []
    shown = {
        "company": company,
        "companies": companies if len(companies) > 1 else (),
        "until": until,
        "accounts": accounts,
        "debit": sum((account.debit for account in accounts), ZERO),
        "credit": sum((account.credit for account in accounts), ZERO),
    }
    return render(request, "books/chart.html", shown)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
