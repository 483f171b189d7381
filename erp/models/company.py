"""The company whose books these are, and what it has settled for all of them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from erp.errors import SetupError


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
        """Return the account number of `role`. Raises SetupError when none is set up."""
        accounts: dict[str, str] = self.settings.get("accounts", {})
        if role not in accounts:
            raise SetupError(
                "no_account_role",
                _("No G/L account is set up for %(role)s. Choose one in the company's settings.")
                % {"role": role},
            )
        return accounts[role]
