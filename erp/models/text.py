"""What is written about items, by language and season."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemText(models.Model):
    """Blank `language` means all languages. The text may be HTML and is kept as it was given."""

    class Kind(models.TextChoices):
        EXTENDED = "extended", _("Extended text")
        MARKETING = "marketing", _("Marketing text")
        TITLE = "title", _("Description")

    item = models.ForeignKey("erp.Item", models.CASCADE, related_name="texts")
    kind = models.CharField(max_length=9, choices=Kind)
    language = models.CharField(max_length=8, blank=True)  # as "nb" or "pt-BR"
    starts = models.DateField(null=True, blank=True)  # first day
    ends = models.DateField(null=True, blank=True)  # last day
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.text[:40]}"
