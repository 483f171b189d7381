"""50101: is every order, refund and fulfillment of Shopify here and in the books? Reads only there.

One listing of what changed since the first day tells it all, in brief: whatever was created since
then has changed since then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.shopify.nodes.order_brief import OrderBrief
from connector.shopify.orders import brief_pages, order_count
from connector.shopify.search import updated_since
from connector.sync import booked, claims
from connector.sync.ahead import ahead
from connector.sync.mapping.missing import TROUBLE, Kind, Why
from connector.sync.mapping.reconciliation import Ours, Rules, Verdict, verdicts
from connector.sync.models import Cursor, DayCount, MissingRecord
from connector.sync.periods import PERIOD, begins, first_day
from connector.sync.report import Asked, Context, Outcome, Preview, Report, Result
from connector.sync.shop_facts import refresh
from shops.models import Order, OrderSettings, Shop

PAGE = 250
NUMBER = 50101  # BC keeps 50000 to 99999 for what is not its own


class Reconciliation(Report[OrderBrief]):
    number = NUMBER
    name = "reconciliation"
    label = gettext_lazy("Compare orders with Shopify")
    options = {"period": PERIOD}

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._started = self.now()
        self._counts: dict[date, Counter[str]] = defaultdict(Counter)
        self._missing: dict[str, MissingRecord] = {}
        self._seen: set[str] = set()
        self._rules = Rules(None)

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        count = (
            Order.objects.filter(shop=shop)
            .filter(
                created_at__gte=begins(
                    first_day(asked.options["period"], now, shop.zone), shop.zone
                )
            )
            .count()
        )
        text = ngettext(
            "%(count)d order of the period is here.",
            "%(count)d orders of the period are here.",
            count,
        )
        return Preview(count, text % {"count": count})

    def prepare(self) -> None:
        """Days are those of the shop's zone; what changed since the last sync is not missing yet."""
        refresh(self.shop, self.client)
        synced = Cursor.objects.filter(shop=self.shop, report="orders").first()
        self._rules = Rules(
            synced.position if synced else None, OrderSettings.of(self.shop).tolerance
        )

    @property
    def _first_day(self) -> date:
        return first_day(self.context.options["period"], self._started, self.shop.zone)

    @property
    def _query(self) -> str:
        return updated_since(begins(self._first_day, self.shop.zone))

    def total(self) -> int | None:
        return order_count(self.client, query=self._query)

    def fetch(self) -> Iterator[Sequence[OrderBrief]]:
        for page in ahead(brief_pages(self.client, query=self._query, first=PAGE)):
            yield page.nodes

    def identity(self, item: OrderBrief) -> tuple[str, str]:
        return item.gid, item.name

    def apply(self, item: OrderBrief) -> Result:
        return self.apply_all([item])[0]

    def apply_all(self, items: Sequence[OrderBrief]) -> list[Result]:
        """Judge a page. What comes of it is kept in mind and written at the end, as a whole."""
        gids = [item.gid for item in items]
        ours, waiting = booked.ours(self.shop, gids), booked.waiting(self.shop, gids)
        others = claims.claimed(self.shop, gids)  # counted with the card that has them
        judged = [
            (item, self._judged(item, ours.get(item.gid), waiting.get(item.gid)))
            for item in items
            if item.gid in ours or item.gid not in others
        ]
        for item, found in judged:
            if item.gid not in self._seen:  # else it changed meanwhile, and came once more
                self._seen.add(item.gid)
                for verdict in found:
                    self._count(item, verdict)
        results = {item.gid: _result(found) for item, found in judged}
        return [results.get(item.gid, Result(Outcome.UNCHANGED)) for item in items]

    def _judged(self, item: OrderBrief, ours: Ours | None, waits: str | None) -> list[Verdict]:
        """What of the order happened in the period; the rest of it was for an earlier one."""
        found = verdicts(item, ours, waits, self._rules)
        return [verdict for verdict in found if self._day(verdict.at) >= self._first_day]

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.shop.zone)).date()

    def _count(self, order: OrderBrief, verdict: Verdict) -> None:
        counts, kind = self._counts[self._day(verdict.at)], f"{verdict.kind}s"
        counts[kind] += 1
        counts[f"{kind}_booked"] += verdict.why is None
        if verdict.kind is Kind.ORDER:
            counts["orders_here"] += verdict.here
        if verdict.why is not None:
            counts["missing"] += 1
            self._missing[verdict.gid] = self._record(order.gid, order.name, verdict)

    def _record(self, gid: str, name: str, verdict: Verdict) -> MissingRecord:
        return MissingRecord(
            shop=self.shop,
            kind=verdict.kind.value,
            gid=verdict.gid,
            order_gid=gid,
            order_name=name[:50],
            day=self._day(verdict.at),
            why=verdict.why or "",
            details=dict(verdict.details),
            checked_at=self._started,
        )

    def finish(self) -> None:
        """Put the period's days and missing records in the place of what was found before."""
        self._note_gone()
        days = DayCount.objects.filter(shop=self.shop, day__gte=self._first_day)
        days.delete()
        DayCount.objects.bulk_create(
            DayCount(shop=self.shop, day=day, checked_at=self._started, **self._counts[day])
            for day in self._days()
        )
        before = MissingRecord.objects.filter(shop=self.shop, day__gte=self._first_day)
        asked = dict(before.filter(asked_at__isnull=False).values_list("gid", "asked_at"))
        before.delete()
        for gid, record in self._missing.items():
            record.asked_at = asked.get(gid)
        MissingRecord.objects.bulk_create(self._missing.values(), batch_size=500)

    def _days(self) -> Iterator[date]:
        """All of the period, also those on which nothing happened: they were looked at."""
        last = max(self._day(self._started), *self._counts, self._first_day)
        for after in range((last - self._first_day).days + 1):
            yield self._first_day + timedelta(days=after)

    def _note_gone(self) -> None:
        """Orders of the period that are here and that Shopify did not list."""
        here = Order.objects.filter(
            shop=self.shop,
            created_at__gte=begins(self._first_day, self.shop.zone),
            imported_at__lt=self._started,
        )
        for gid, name, created_at in here.values_list("gid", "name", "created_at").iterator():
            if gid not in self._seen:
                gone = Verdict(Kind.ORDER, gid, created_at, Why.GONE)
                counts = self._counts[self._day(created_at)]
                counts["missing"] += 1
                counts["orders_here"] += 1
                self._missing[gid] = self._record(gid, name, gone)

    def closing_note(self) -> str:
        trouble = sum(1 for record in self._missing.values() if record.trouble)
        if not self._missing:
            return _("Every order, refund and fulfillment of the period is in the books.")
        text = _("Not in the books: %(all)d records, of which %(trouble)d need a person.")
        return text % {"all": len(self._missing), "trouble": trouble}


def _result(judged: Sequence[Verdict]) -> Result:
    """The list of missing records tells of them, so none is kept as an issue."""
    whys = [verdict.why for verdict in judged if verdict.why]
    if not whys:
        return Result(Outcome.UNCHANGED)
    trouble = [why for why in whys if why in TROUBLE]
    outcome = Outcome.REJECTED if trouble else Outcome.SKIPPED
    return Result(outcome, (trouble or whys)[0].value, listed=False)
