"""What a person asked for last on a request page, so that it is filled in the next time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestValues(models.Model):
    """Source: BC's saved "last used options and filters", one a person and report."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    report = models.CharField(max_length=60)  # name of a report or a batch posting
    scope = models.CharField(max_length=20)  # code of its shop; of the books for a posting
    parameters = models.JSONField(default=dict)  # as an entry keeps them
    used = models.DateTimeField()

    class Meta:
        verbose_name = _("last used values")
        verbose_name_plural = _("last used values")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "report", "scope"], name="values_once_per_user_and_report"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.scope}"
