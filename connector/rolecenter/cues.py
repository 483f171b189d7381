"""The cues: what is counted, how it is coloured, and where exactly these rows are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connector.sync.models import (
    CompanyLink,
    Issue,
    ShipmentLink,
    ShopifyRequest,
    StagedOrder,
    VariantLink,
)
from connector.sync.models.links import MappingState
from connector.sync.unmapped import unmapped_customers
from jobqueue.models import JobQueueEntry, Status, WorkerHeartbeat
from shops.models import CueName, CueSetup, Order, Style, default_setup

# The tasks whose failure is a synchronization error.
# Source: BC table 30100, Shpfy Cue, field Synchronization Errors; not 30103, which makes documents.
SYNC_NUMBERS = (
    30100, 30102, 30104, 30105, 30107, 30108, 30109, 30114, 30115, 30116, 30119, 30120,
)  # fmt: skip

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Cue:
    name: str
    label: Promise | str
    rows: Callable[[], Rows]
    shop: str  # path from a row to the code of its shop
    page: str  # name of the list's address
    view: str  # which saved view of the list shows exactly `rows`
    meaning: Promise | str  # said when there is nothing: what zero means
    configurable: bool = True

    @property
    def url(self) -> str:
        return f"{reverse(self.page)}?view={self.view}"

    def setup(self) -> CueSetup:
        """The colours of a cue nobody has set up."""
        return default_setup(self.name) if self.configurable else SKIPPED_SETUP


def style(value: Decimal | float, setup: CueSetup) -> str:
    """The style of `value`: low below threshold 1, high from threshold 2 on, else middle."""
    if value < setup.threshold_1:
        return setup.low_style
    if value >= setup.threshold_2:
        return setup.high_style
    return setup.middle_style


# Nobody can set this one up: nothing skipped is green, anything skipped is yellow.
SKIPPED_SETUP = CueSetup(
    cue="skipped_records", threshold_1=1, threshold_2=2, high_style=Style.AMBIGUOUS
)


def failed_syncs() -> Rows:
    """Sync entries whose last run failed and which nobody has set ready, held or removed since."""
    waiting_again = Q(
        status__in=[Status.READY, Status.WAITING, Status.ON_HOLD], consecutive_failures__gt=0
    )
    return JobQueueEntry.objects.filter(Q(status=Status.ERROR) | waiting_again).filter(
        number__in=SYNC_NUMBERS
    )


def _unmapped(model: type[Model]) -> Callable[[], Rows]:
    return lambda: model._default_manager.filter(state=MappingState.UNMAPPED)


def _shipments(*states: str) -> Callable[[], Rows]:
    return lambda: ShipmentLink.objects.filter(state__in=states)


def _jobs(*statuses: str) -> Callable[[], Rows]:
    return lambda: JobQueueEntry.objects.filter(status__in=statuses)


def _unmapped_variants() -> Rows:
    """What is deleted in Shopify needs no item any more."""
    return VariantLink.objects.filter(state=MappingState.UNMAPPED, variant__gone_at__isnull=True)


def _cue(
    name: CueName, page: str, view: str, rows: Callable[[], Rows], shop: str, meaning: Promise
) -> Cue:
    return Cue(name.value, name.label, rows, shop, page, view, meaning)


# In a fixed order, because people learn positions. Sources: BC table 30100 and, for tasks, 9701.
SHOPIFY_CUES = (
    _cue(
        CueName.UNPROCESSED_ORDERS,
        "orders",
        "unprocessed",
        Order.objects.unprocessed,
        "shop__code",
        _("All imported orders are processed"),
    ),
    _cue(
        CueName.ORDER_UPDATES,
        "orders",
        "conflict",
        Order.objects.in_conflict,
        "shop__code",
        _("None changed after processing"),
    ),
    _cue(
        CueName.UNMAPPED_CUSTOMERS,
        "shopify-customers",
        "unmapped",
        unmapped_customers,
        "customer__shop__code",
        _("All customers are mapped"),
    ),
    _cue(
        CueName.UNMAPPED_PRODUCTS,
        "product-variants",
        "unmapped",
        _unmapped_variants,
        "variant__shop__code",
        _("All products are mapped"),
    ),
    _cue(
        CueName.UNPROCESSED_SHIPMENTS,
        "shipments",
        "to-send",
        _shipments(ShipmentLink.State.PENDING, ShipmentLink.State.SENDING),
        "order__shop__code",
        _("Shopify knows all shipments"),
    ),
    _cue(
        CueName.SHIPMENT_ERRORS,
        "shipments",
        "failed",
        _shipments(ShipmentLink.State.FAILED),
        "order__shop__code",
        _("No shipment failed"),
    ),
    _cue(
        CueName.SYNC_ERRORS,
        "jobs",
        "sync-errors",
        failed_syncs,
        "shop",
        _("The last run of each sync went well"),
    ),
    _cue(
        CueName.UNMAPPED_COMPANIES,
        "companies",
        "unmapped",
        _unmapped(CompanyLink),
        "company__shop__code",
        _("All companies are mapped"),
    ),
    _cue(
        CueName.STAGED_ERRORS,
        "staged-orders",
        "rejected",
        lambda: StagedOrder.objects.filter(state=StagedOrder.State.REJECTED),
        "shop__code",
        _("Every order could be imported"),
    ),
    _cue(
        CueName.API_ERRORS,
        "requests",
        "open",
        lambda: ShopifyRequest.objects.open(timezone.now()),
        "shop__code",
        _("Shopify refused nothing new in 24 hours"),
    ),
    Cue(
        "skipped_records",
        _("Skipped records"),
        Issue.objects.open,
        "shop__code",
        "skipped",
        "open",
        _("No record was skipped"),
        configurable=False,
    ),
)
JOB_CUES = (
    _cue(
        CueName.JOBS_FAILED,
        "jobs",
        "failed",
        _jobs(Status.ERROR),
        "shop",
        _("Nothing has failed"),
    ),
    _cue(
        CueName.JOBS_IN_PROCESS,
        "jobs",
        "running",
        _jobs(Status.IN_PROCESS),
        "shop",
        _("Nothing is running"),
    ),
    _cue(
        CueName.JOBS_IN_QUEUE,
        "jobs",
        "queued",
        _jobs(Status.READY, Status.WAITING),
        "shop",
        _("Nothing is waiting"),
    ),
)
CUES = SHOPIFY_CUES + JOB_CUES

# No cue: counted with them, and shown below what runs.
WORKERS = Cue(
    "workers",
    "",
    lambda: WorkerHeartbeat.objects.alive().filter(kind=WorkerHeartbeat.Kind.WORKER),
    shop="node",
    page="",
    view="",
    meaning="",
    configurable=False,
)
