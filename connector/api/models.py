"""What lets a program act as a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """The token itself is told once and not kept. It may do what its user may do, and no more."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=60)  # what it is for, as its user calls it
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256, hex
    created = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    last_used = models.DateTimeField(_("last used"), null=True, editable=False)  # to the minute
    expires = models.DateTimeField(_("expires"), null=True)  # null: until it is revoked
    revoked = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        db_table = "api_token"
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                condition=Q(revoked__isnull=True),
                name="one_token_per_name",
            )
        ]

    def __str__(self) -> str:
        return self.name
