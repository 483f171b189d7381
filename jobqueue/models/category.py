"""A lane: how many entries of one category may run at once."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobQueueCategory(models.Model):
    """Source: BC table 471, Job Queue Category; the limit is ours."""

    code = models.CharField(_("code"), max_length=30, primary_key=True)
    description = models.CharField(_("description"), max_length=60, blank=True)
    limit = models.PositiveSmallIntegerField(
        _("limit"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("So many entries of this category run at the same time."),
    )

    class Meta:
        db_table = "jobqueue_category"
        verbose_name = _("job queue category")
        verbose_name_plural = _("job queue categories")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(limit__gte=1), name="category_lets_one_run")
        ]

    def __str__(self) -> str:
        return self.code
