"""The shop card: which shop, how it is reached, and what it may do."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from shops.encrypted import EncryptedTextField
from shops.signals import switched

code_validator = RegexValidator(
    r"^[A-Z0-9][A-Z0-9_-]*$", _("Use capital letters, digits, - and _, e.g. NORDIC-POS.")
)


class ShopQuerySet(models.QuerySet["Shop"]):
    def update(self, **values: Any) -> int:
        """As ever; who listens for a shop that is enabled or disabled hears of it here too."""
        if "enabled" not in values:
            return super().update(**values)
        with transaction.atomic():
            chosen = list(self.values_list("pk", flat=True))
            changed = super().update(**values)
            for shop in Shop.objects.filter(pk__in=chosen):
                switched.send(Shop, instance=shop)
        return changed


class Shop(models.Model):
    class Health(models.TextChoices):
        UNCHECKED = "unchecked", _("Not checked yet")
        CONNECTED = "connected", _("Connected")
        ATTENTION = "attention", _("Needs attention")

    class LoggingMode(models.TextChoices):
        """Source: BC enum 30121, Logging Mode."""

        ERRORS = "errors", _("Errors only")
        ALL = "all", _("All")
        DISABLED = "disabled", _("Disabled")

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100, blank=True)
    url = models.CharField(_("Shopify URL"), max_length=200)  # https://acme.myshopify.com
    company_code = models.CharField(_("company"), max_length=20)  # the books it writes to
    enabled = models.BooleanField(_("enabled"), default=True)
    currency = models.CharField(_("currency"), max_length=5, blank=True)  # from Shopify
    zone = models.CharField(_("time zone"), max_length=60, default="UTC")  # IANA, from Shopify
    plan = models.CharField(_("plan"), max_length=60, blank=True)
    allow_outgoing_requests = models.BooleanField(
        _("allow data sync to Shopify"),
        default=True,
        help_text=_("Off: orders still come in, but nothing is written to Shopify."),
    )
    allow_background_syncs = models.BooleanField(
        _("allow background syncs"),
        default=True,
        help_text=_("On: a sync runs in the background and you may go on working."),
    )
    logging_mode = models.CharField(
        _("logging mode"),
        max_length=8,
        choices=LoggingMode,
        default=LoggingMode.ERRORS,
        help_text=_(
            "Which requests to Shopify are kept. All: slower, for looking into something. "
            "Disabled: records that are skipped are not listed either."
        ),
    )
    category = models.CharField(
        _("job queue category"),
        max_length=30,
        blank=True,
        help_text=_("Entries of one category run one after another. Blank: SHPFY-<code>."),
    )
    health = models.CharField(
        _("connection"), max_length=10, choices=Health, default=Health.UNCHECKED
    )
    health_note = models.CharField(max_length=500, blank=True)
    checked_at = models.DateTimeField(_("checked at"), null=True, editable=False)

    objects = ShopQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("shop")
        verbose_name_plural = _("shops")

    def __str__(self) -> str:
        return self.code

    @property
    def job_category(self) -> str:
        return self.category or f"SHPFY-{self.code}"


class Connection(models.Model):
    """How a shop is signed in to. A row of its own, so that lists of shops never load secrets."""

    shop = models.OneToOneField(Shop, models.CASCADE, related_name="connection")
    access_token = EncryptedTextField(_("access token"), blank=True)
    client_id = models.CharField(_("client ID"), max_length=100, blank=True)
    client_secret = EncryptedTextField(_("client secret"), blank=True)
    scopes = models.JSONField(default=list)  # granted, as Shopify lists them

    def __str__(self) -> str:
        return f"connection of {self.shop}"
