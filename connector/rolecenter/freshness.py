"""How fresh the orders of each shop are, whether it can be reached, and whether it is scheduled."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery

from connector.sync.models import Run
from jobqueue.models import JobQueueEntry, Status
from shops.models import Order, Shop


@dataclass(frozen=True, slots=True)
class ShopState:
    code: str
    enabled: bool
    health: str
    health_note: str
    newest_order: datetime | None  # when the newest order was placed
    last_sync: datetime | None  # start of the last run of 30104
    scheduled: bool  # whether any entry of it recurs, be it on hold

    @property
    def needs_attention(self) -> bool:
        return self.enabled and self.health == Shop.Health.ATTENTION

    @property
    def needs_schedule(self) -> bool:
        """Once it can be reached: first things first."""
        return self.enabled and not self.scheduled and not self.needs_attention


def shop_states() -> list[ShopState]:
    """One query: the newest order and the last run come by index, not by counting."""
    newest = Order.objects.filter(shop=OuterRef("pk")).order_by("-created_at")
    last = Run.objects.filter(shop=OuterRef("pk"), report="orders", dry_run=False).order_by(
        "-started_at"
    )
    recurring = JobQueueEntry.objects.filter(shop=OuterRef("code"), recurring=True)
    shops = Shop.objects.annotate(
        scheduled=Exists(recurring.exclude(status=Status.FINISHED)),
        newest_order=Subquery(newest.values("created_at")[:1]),
        last_sync=Subquery(last.values("started_at")[:1]),
    ).order_by("code")
    names = [field.name for field in fields(ShopState)]
    return [ShopState(**row) for row in shops.values(*names)]
