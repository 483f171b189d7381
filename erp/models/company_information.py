"""Who a company is to others: what stands on every paper that it sends."""

from __future__ import annotations

from django.db import models


class CompanyInformation(models.Model):
    """Its name is the company's own. A company without a row has said nothing yet."""

    company = models.OneToOneField(
        "erp.Company", models.CASCADE, primary_key=True, related_name="information"
    )
    name_2 = models.CharField(max_length=50, blank=True)
    address = models.CharField(max_length=100, blank=True)
    address_2 = models.CharField(max_length=50, blank=True)
    post_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=30, blank=True)
    county = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1
    phone = models.CharField(max_length=30, blank=True)
    email = models.CharField(max_length=80, blank=True)
    home_page = models.CharField(max_length=100, blank=True)
    vat_registration_no = models.CharField(max_length=20, blank=True)
    registration_no = models.CharField(max_length=20, blank=True)
    bank_name = models.CharField(max_length=100, blank=True)
    bank_account_no = models.CharField(
        max_length=34, blank=True
    )  # domestic, where there is no IBAN
    iban = models.CharField(max_length=34, blank=True)
    swift_code = models.CharField(max_length=11, blank=True)

    class Meta:
        verbose_name_plural = "company information"

    def __str__(self) -> str:
        return self.company.name or self.company.code
