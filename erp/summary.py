"""A company's books in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from erp.models import Company, Document, GLEntry, Item, Party, Stock
from erp.money import ZERO, exact


@dataclass(frozen=True, slots=True)
class Summary:
    code: str
    name: str
    lcy: str  # all amounts are in it
    customers: int
    vendors: int
    items: int
    unposted: dict[str, int]  # "sale order" → how many are open or released
    posted: dict[str, int]
    stock_value: Decimal
    receivable: Decimal
    payable: Decimal
    bank: Decimal


def summary(company: Company) -> Summary:
    """Reads only; as many queries whatever the volume."""
    kinds = Party.objects.filter(company=company).order_by().values_list("kind")
    parties = dict(kinds.annotate(Count("pk")))
    documents = Document.objects.filter(company=company)
    balances = _balances(company)
    value = Stock.objects.filter(item__company=company).aggregate(sum=Sum("value"))["sum"]
    return Summary(
        code=company.code,
        name=company.name,
        lcy=company.lcy,
        customers=parties.get(Party.Kind.CUSTOMER, 0),
        vendors=parties.get(Party.Kind.VENDOR, 0),
        items=Item.objects.filter(company=company).count(),
        unposted=_by_kind(documents.unposted()),
        posted=_by_kind(documents.filter(state=Document.State.POSTED)),
        stock_value=exact(value or ZERO),
        receivable=balances.get(company.account("receivable"), ZERO),
        payable=balances.get(company.account("payable"), ZERO),
        bank=balances.get(company.account("bank"), ZERO),
    )


def _by_kind(documents: QuerySet[Document]) -> dict[str, int]:
    rows = documents.order_by("side", "kind").values_list("side", "kind").annotate(Count("pk"))
    return {f"{side} {kind}": number for side, kind, number in rows}


def _balances(company: Company) -> dict[str, Decimal]:
    accounts = [company.account(role) for role in ("receivable", "payable", "bank")]
    entries = GLEntry.objects.filter(document__company=company, account__in=accounts)
    sums = entries.order_by().values_list("account").annotate(Sum("amount"))
    return {account: exact(amount) for account, amount in sums}
