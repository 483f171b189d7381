"""The languages of a shop besides its own, and in which language of the books each is written."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shops.models.shop import Shop


class Language(models.Model):
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="languages")
    locale = models.CharField(max_length=35)  # BCP-47, whole: "pt-BR", "zh-TW"
    name = models.CharField(_("name"), max_length=100)
    published = models.BooleanField(_("published"), default=False)
    language = models.CharField(
        _("language in the books"),
        max_length=8,
        blank=True,
        help_text=_("As “nb” or “pt-BR”, the way item texts name it."),
    )
    sync = models.BooleanField(_("sync translations"), default=False)

    class Meta:
        ordering = ["locale"]
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        constraints = [
            models.UniqueConstraint(fields=["shop", "locale"], name="language_once_per_shop"),
            models.CheckConstraint(
                condition=Q(sync=False) | ~Q(language=""), name="language_of_books_when_synced"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.locale})"
