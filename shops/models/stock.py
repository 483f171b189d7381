"""What Shopify shows as available of each variant at each location, and what we make of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shops.models.location import Location
from shops.models.product import Variant
from shops.models.shop import Shop

# A place that does not stock an item shows none of it, which is as good as zero.
DIFFERING = Q(calculated__isnull=False) & (
    (Q(available__isnull=False) & ~Q(available=F("calculated")))
    | Q(available=None, read_at=None)
    | Q(available=None, read_at__isnull=False, calculated__gt=0)
)


class StockLevelQuerySet(models.QuerySet["StockLevel"]):
    def differing(self) -> StockLevelQuerySet:
        """What Shopify does not show as we calculated it."""
        return self.filter(DIFFERING)

    def with_problem(self) -> StockLevelQuerySet:
        return self.exclude(problem="")

    def in_flight(self) -> StockLevelQuerySet:
        return self.exclude(sending_key="")


class StockLevel(models.Model):
    """A time stamp moves with its number alone: a run that finds all as it was writes nothing."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="stock_levels", db_index=False)
    variant = models.ForeignKey(
        Variant, models.CASCADE, related_name="stock_levels", db_index=False
    )
    location = models.ForeignKey(Location, models.CASCADE, related_name="stock_levels")

    # Shopify's number; null: not read yet, or read and not stocked there.
    available = models.IntegerField(_("in Shopify"), null=True)
    read_at = models.DateTimeField(null=True)
    # Ours; null: it cannot be told, or nothing is to be told of it.
    calculated = models.IntegerField(_("in the books"), null=True)
    calculated_at = models.DateTimeField(null=True)
    sent = models.IntegerField(_("sent"), null=True)
    sent_at = models.DateTimeField(_("last sent"), null=True)

    # The call that is in flight, written before it is sent, so that after a crash the same call
    # is made again: Shopify answers a key the second time as it did the first.
    sending_key = models.CharField(max_length=36, blank=True)
    sending = models.IntegerField(null=True)
    sending_from = models.IntegerField(null=True)  # what Shopify is to compare with; null: nothing
    sending_activates = models.BooleanField(default=False)

    problem = models.TextField(_("problem"), blank=True)  # a sentence; why it could not be sent
    problem_code = models.CharField(max_length=40, blank=True)
    attempts = models.IntegerField(default=0)
    next_try = models.DateTimeField(null=True)

    objects = StockLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock by location")
        verbose_name_plural = _("stock by location")
        constraints = [
            models.UniqueConstraint(fields=["variant", "location"], name="stock_level_once")
        ]
        indexes = [
            models.Index(fields=["shop", "location"], name="stock_level_of_shop"),
            models.Index(
                fields=["shop"], condition=~Q(sending_key=""), name="stock_level_in_flight"
            ),
            models.Index(fields=["shop"], condition=~Q(problem=""), name="stock_level_problem"),
        ]

    def __str__(self) -> str:
        return f"{self.variant} · {self.location}"

    @property
    def difference(self) -> int | None:
        """What Shopify shows too many (+) or too few (−); None where either is not known."""
        if self.calculated is None or self.available is None:
            return None
        return self.available - self.calculated


class StockSettings(models.Model):
    shop = models.OneToOneField(Shop, models.CASCADE, related_name="stock_settings")
    at_posting = models.BooleanField(
        _("send stock when something is posted"),
        default=False,
        help_text=_("Soon after each posting, besides the schedule."),
    )

    class Meta:
        verbose_name = _("stock settings")
        verbose_name_plural = _("stock settings")

    def __str__(self) -> str:
        return f"stock settings of {self.shop}"

    @classmethod
    def of(cls, shop: Shop) -> StockSettings:
        """The shop's settings; one that has none yet has the defaults, not saved."""
        return cls.objects.filter(shop=shop).first() or cls(shop=shop)
