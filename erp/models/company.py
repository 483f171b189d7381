"""The company whose books these are, and what it has settled for all of them."""

from __future__ import annotations

from typing import Any

from django.db import models


class Company(models.Model):
    """One set of books in one local currency.

    `settings` holds:
      accounts          {role: account no.}; the roles are listed in `erp.setup.ACCOUNTS`
      prevent_negative  bool: refuse to ship what is not on hand
      post_from, post_to  ISO dates between which posting is allowed; missing means no limit
      default_location  code of the location of lines that name none
      vat_prod          VAT product group of account lines that name none
      vat_bus           VAT business group of new parties
    """

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100, blank=True)
    lcy = models.CharField(max_length=3)  # local currency, ISO 4217
    settings = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.code

    def setting(self, name: str, default: Any = "") -> Any:
        return self.settings.get(name, default)

    def account(self, role: str) -> str:
        """Return the account number of `role`. Raises KeyError naming a role that is not set up."""
        accounts: dict[str, str] = self.settings["accounts"]
        return accounts[role]
