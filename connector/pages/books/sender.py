"""Who sends a printed document, as the law wants it to say."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from erp.company_information import information_of
from erp.iban import in_groups
from erp.models import Company


class Pair(NamedTuple):
    label: str
    value: str


class Sender(NamedTuple):
    name: str
    address: list[str]
    facts: list[Pair]  # only what is known


def sender_of(company: Company) -> Sender:
    """With one query, in the language that is active."""
    kept = information_of(company)
    place = f"{kept.post_code} {kept.city}".strip()
    address = (kept.name_2, kept.address, kept.address_2, place, kept.county, kept.country)
    facts = [
        Pair(_("Phone"), kept.phone),
        Pair(_("E-mail"), kept.email),
        Pair(_("Home page"), kept.home_page),
        Pair(_("Registration no."), kept.registration_no),
        Pair(_("VAT registration no."), kept.vat_registration_no),
        Pair(_("Bank"), kept.bank_name),
        Pair(_("Bank account no."), kept.bank_account_no),
        Pair(_("IBAN"), in_groups(kept.iban)),
        Pair(_("SWIFT code"), kept.swift_code),
    ]
    return Sender(
        company.name or company.code,
        [part for part in address if part],
        [fact for fact in facts if fact.value],
    )
