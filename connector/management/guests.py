"""The customer of orders that name none, in books that are made for web shops."""

from __future__ import annotations

from django.utils.translation import gettext as _

from erp.customers import create_customer
from erp.drafts import CustomerDraft
from erp.models import Company, Party

GUESTS = "GUEST"


def has_guests(books: Company) -> bool:
    return Party.objects.filter(company=books, kind=Party.Kind.CUSTOMER, no=GUESTS).exists()


def add_guests(books: Company) -> None:
    """Safe to repeat."""
    if not has_guests(books):
        create_customer(books, CustomerDraft(name=_("Guests of web shops"), no=GUESTS))
