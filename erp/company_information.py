"""Reading and changing who a company is to others."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from erp.errors import CardError
from erp.models import Company, CompanyInformation


def information_of(company: Company) -> CompanyInformation:
    """What is kept; nothing is, where nobody has said anything yet."""
    kept = CompanyInformation.objects.filter(company=company).first()
    return kept or CompanyInformation(company=company)


@transaction.atomic
def change_company_information(company: Company, **changes: Any) -> CompanyInformation:
    """Change fields, and `name`, the company's. Raises CardError; then nothing is saved."""
    owner = Company.objects.select_for_update().get(pk=company.pk)
    owner.name = changes.pop("name", owner.name)
    row = information_of(owner)
    row.company = owner
    for name, value in changes.items():
        setattr(row, name, value)
    try:
        owner.clean_fields(exclude={"settings"})
        row.clean_fields()
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise CardError(name, " ".join(sentences)) from None
    owner.save(update_fields=["name"])
    row.save()
    return row
