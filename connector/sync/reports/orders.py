"""30104: orders come in. Cursor on Shopify's updated_at; what cannot be taken waits, raw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import orjson
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.shopify.nodes.order import OrderNode
from connector.shopify.nodes.status import ReturnStatus
from connector.shopify.orders import order_count, order_pages
from connector.shopify.paging import Page
from connector.shopify.search import one_of, updated_since
from connector.sync import claims, dry_runs, order_filters
from connector.sync.ahead import ahead
from connector.sync.archivable import archivable
from connector.sync.dry_runs import is_dry
from connector.sync.models import Run, StagedOrder
from connector.sync.periods import period_back_to
from connector.sync.presses import Press
from connector.sync.report import Asked, Context, Option, Outcome, Preview, Report, Result
from connector.sync.shop_facts import refresh
from connector.sync.staging.arrivals import Arrival, arrival
from connector.sync.staging.asked_for import answered, asked_for
from connector.sync.staging.changes import order_changes
from connector.sync.staging.orders import Known, known_orders, put_orders
from connector.sync.staging.returns import not_ended
from connector.sync.staging.waiting import moment, put_waiting
from connector.sync.under_way import end_failed_jobs
from jobqueue.filters import Filter
from shops.models import Location, Order, OrderSettings, Shop

PAGE = 250  # orders; a page's cost grows with the logarithm of its size
STAGED = 100  # orders to import that are looked at together
NAMED = 50  # orders that are asked for by their ids in one search
LOOKED_AT = 2000  # of them for a preview: a person waits for it

OPEN = "status:open"  # neither archived nor cancelled
FILTERED = "filtered"
ARCHIVED = "archived"
READ_RETURNS = "read_returns"  # a right of the app


class Orders(Report[Arrival]):
    number = 30104
    name = "orders"
    label = gettext_lazy("Sync orders from Shopify")
    filters = order_filters.ARRIVING
    options = {
        "retry": order_filters.retry(gettext_lazy("Orders that failed before")),
        "archived": Option(
            gettext_lazy("Archived orders"),
            {
                "leave": gettext_lazy("Leave them in Shopify"),
                "include": gettext_lazy("Take them in, from the very first"),
            },
            help=gettext_lazy("Archived orders are taken in only when they are asked for here."),
        ),
        dry_runs.NAME: dry_runs.OPTION,
    }

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        """Of what is in Shopify nobody knows before it is read; of what waits here we do."""
        waiting = StagedOrder.objects.filter(_due(asked.options, now), shop=shop).order_by("pk")
        raws = waiting.values_list("raw", flat=True)[:LOOKED_AT]
        orders = (arrival(orjson.loads(raw), staged=True).order for raw in raws)
        count = sum(1 for order in orders if order is not None and _wanted(order, asked.filters))
        text = ngettext(
            "Of the orders that wait here, %(count)d matches now. Changes in Shopify come on top.",
            "Of the orders that wait here, %(count)d match now. Changes in Shopify come on top.",
            count,
        )
        return Preview(count, text % {"count": count})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._oldest_asked: date | None = None  # day of the oldest order that a person asked for
        # Orders of which a return may still end; None where the app may not read returns.
        self._returned: frozenset[str] | None = None
        self._unread = 0  # orders that came without the returns they have

    def prepare(self) -> None:
        """Amounts and days mean nothing without the shop's currency and zone.

        An order whose cancelling failed does not change, so the import would never bring it.
        """
        node = refresh(self.shop, self.client, keep=not is_dry(self.context.options))
        self._returned = not_ended(self.shop) if READ_RETURNS in node.scopes else None
        if not is_dry(self.context.options):
            press = Press("", uuid4(), self.now, self.context.hold.transaction)
            end_failed_jobs(self.client, self.shop, press)

    def fetch(self) -> Iterator[Sequence[Arrival]]:
        """First what a person asked for and what waits here, then what changed in Shopify."""
        yield from self._asked_for()
        yield from self._staged()
        for page in ahead(self._pages(self._query, PAGE)):
            self._count_unread(page)
            yield [arrival(node) for node in page.nodes]

    def _pages(self, query: str, first: int) -> Iterator[Page[dict[str, Any]]]:
        """Who ships is asked only where it makes a difference to the books."""
        places = bool(Location.mapped(self.shop))
        return order_pages(
            self.client, query=query, first=first, places=places, returned=self._returned
        )

    def _count_unread(self, page: Page[dict[str, Any]]) -> None:
        if self._returned is None:
            self._unread += sum(
                node["returnStatus"] != ReturnStatus.NO_RETURN for node in page.nodes
            )

    @property
    def _query(self) -> str:
        """What to list: changes since the last visit; on the first one, open orders.

        Whoever asks for archived orders gets all there are, from the beginning.
        """
        if self._include_archived:
            return ""
        return updated_since(self.context.since) if self.context.since else OPEN

    @property
    def _include_archived(self) -> bool:
        return self.context.options.get("archived") == "include"

    def total(self) -> int | None:
        staged = StagedOrder.objects.filter(self._due(), shop=self.shop).count()
        return staged + order_count(self.client, query=self._query)

    def closing_note(self) -> str:
        """What of the orders is not here: none is missed silently."""
        return " ".join(filter(None, [self._left_in_shopify(), self._returns_unread()]))

    def _returns_unread(self) -> str:
        if not self._unread:
            return ""
        text = ngettext(
            "%(count)d order has returns that the app may not read. Give the app the right "
            "read_returns in Shopify, then run the report again.",
            "%(count)d orders have returns that the app may not read. Give the app the right "
            "read_returns in Shopify, then run the report again.",
            self._unread,
        )
        return text % {"count": self._unread}

    def _left_in_shopify(self) -> str:
        """After the first visit: how many orders were not taken in."""
        earlier = Run.objects.filter(
            shop=self.shop, report=self.name, finished_at__isnull=False, dry_run=False
        )
        if earlier.exists():
            return ""
        cards = [self.shop.pk, *claims.other_cards(self.shop)]
        here = Order.objects.filter(shop__in=cards).count()
        waiting = StagedOrder.objects.filter(shop=self.shop).count()
        left = order_count(self.client, query="") - here - waiting
        if left <= 0:
            return ""
        text = _(
            "%(left)s archived or cancelled orders were left out on this first visit. "
            "To take them in as well, run the report with archived=include."
        )
        return text % {"left": left}

    def _asked_for(self) -> Iterator[Sequence[Arrival]]:
        wanted = asked_for(self.shop)
        self._oldest_asked = min((day for _gid, day in wanted), default=None)
        for start in range(0, len(wanted), NAMED):
            query = one_of(gid for gid, _day in wanted[start : start + NAMED])
            for page in self._pages(query, NAMED):
                yield [arrival(node, asked=True) for node in page.nodes]

    def _staged(self) -> Iterator[Sequence[Arrival]]:
        rows = StagedOrder.objects.filter(self._due(), shop=self.shop).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
        for start in range(0, len(ids), STAGED):
            raws = StagedOrder.objects.filter(pk__in=ids[start : start + STAGED]).order_by("pk")
            yield [
                arrival(orjson.loads(r), staged=True) for r in raws.values_list("raw", flat=True)
            ]

    def _due(self) -> Q:
        return _due(self.context.options, self.now())

    def identity(self, item: Arrival) -> tuple[str, str]:
        return item.gid, item.name

    def position(self, items: Sequence[Arrival]) -> datetime | None:
        """The newest change of a page from Shopify; also of records that could not be taken."""
        return max(
            (m for a in items if not (a.staged or a.asked) and (m := moment(a.node, "updatedAt"))),
            default=None,
        )

    def follow_ups(self) -> Mapping[str, Mapping[str, str]]:
        """Documents and archiving, where the shop wants them; a comparison of what was fetched."""
        due: dict[str, Mapping[str, str]] = {}
        if OrderSettings.of(self.shop).auto_create_orders:
            due["documents"] = {"retry": "due"}
        if self.shop.allow_outgoing_requests and archivable(self.shop).exists():
            due["archive"] = {"retry": "due"}
        if self._oldest_asked is not None:
            due["reconciliation"] = {
                "period": period_back_to(self._oldest_asked, self.now(), self.shop.zone)
            }
        return due

    def apply(self, item: Arrival) -> Result:
        return self.apply_all([item])[0]

    def witness(self, items: Sequence[Arrival]) -> Callable[[Sequence[Result]], Sequence[str]]:
        return order_changes(self.shop, items)

    def refused(self, item: Arrival, result: Result) -> Result:
        """Let it wait, raw, where it is tried again: the cursor has passed it."""
        put_waiting(self.shop, [(item, result)], self.now())
        return replace(result, listed=False)

    def apply_all(self, items: Sequence[Arrival]) -> list[Result]:
        """Put what is wanted into the list of orders, the rest where it waits with its reason."""
        taken = claims.taken_elsewhere(self.shop, [a.gid for a in items])
        known = known_orders(self.shop, [a.gid for a in items])
        results = {a.gid: self._left_out(a, known, taken) for a in items}
        newest = {a.gid: a for a in items}  # a page may name an order twice: the later counts
        wanted = [a for a in newest.values() if results[a.gid] is None]
        waiting = [
            (a, r) for a in newest.values() if (r := results[a.gid]) and r.code != claims.TAKEN
        ]
        put_waiting(self.shop, waiting, self.now())
        answered(self.shop, [a.gid for a in items if a.asked])
        outcomes = put_orders(self.shop, wanted, known, self.now())
        fresh = [a.gid for a in wanted if a.gid not in known]
        claims.forget_staged(self.shop, taken_here=fresh, taken_there=taken.keys())
        results.update(
            {a.gid: Result(outcome) for a, outcome in zip(wanted, outcomes, strict=True)}
        )
        return [r for a in items if (r := results[a.gid])]

    def _left_out(
        self, item: Arrival, known: dict[str, Known], taken: Mapping[str, str]
    ) -> Result | None:
        """Why an order does not come in now; None when it does. The list of orders to import tells."""
        if item.gid in taken and item.gid not in known:
            sentence = _("The shop card %s has taken this order.") % taken[item.gid]
            return Result(Outcome.SKIPPED, claims.TAKEN, sentence, listed=False)
        if item.error is not None or item.order is None:
            return Result(Outcome.REJECTED, "unreadable", str(item.error), listed=False)
        if item.gid in known or item.asked:
            return None  # what came in once is kept up to date, whatever the filters say
        if item.order.closed and not self._include_archived:
            sentence = _(
                "Archived in Shopify before it was first imported. "
                "To take it in, run the report with archived=include."
            )
            return Result(Outcome.SKIPPED, ARCHIVED, sentence, listed=False)
        if (name := _failing(item.order, self.context.filters)) is not None:
            sentence = _("Left out by the filter on %(field)s.")
            text = sentence % {"field": self.filters[name].label}
            return Result(Outcome.SKIPPED, FILTERED, text, listed=False)
        return None


def _due(options: Mapping[str, str], now: datetime) -> Q:
    """Archived orders wait for a person; rejected ones for their pause, where it is asked for.

    One that was rejected too often has no next try, and waits for a person as well.
    """
    due = Q() if options.get("archived") == "include" else ~Q(code=ARCHIVED)
    if options.get("retry") == "due":
        due &= Q(state=StagedOrder.State.WAITING) | Q(next_try__lte=now)
    return due


def _failing(order: OrderNode, filters: Mapping[str, Filter]) -> str | None:
    """The first filter that leaves the order out; None when all let it in."""
    for name, wanted in filters.items():
        read = Orders.filters[name].read
        if read is not None and not wanted.matches(read(order)):
            return name
    return None


def _wanted(order: OrderNode, filters: Mapping[str, Filter]) -> bool:
    return _failing(order, filters) is None
