"""30100: customers, whichever way the shop card says. Here from Shopify, by its updated_at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.shopify.customers import NAMED, customer_pages, customers_named
from connector.shopify.nodes.customer import CustomerRecord
from connector.shopify.search import updated_since
from connector.sync import customer_filters
from connector.sync.ahead import ahead
from connector.sync.card_rules import card_rules
from connector.sync.customer_filters import DIRECTION, FROM, READ, SETTINGS, TO, Facts
from connector.sync.customer_updates import Done, Policy, bring_together
from connector.sync.customers_to_shopify import CustomersToShopify
from connector.sync.lookups import books_of
from connector.sync.models import CustomerLink, Issue
from connector.sync.models.links import MappingState
from connector.sync.people import mirrored
from connector.sync.report import Asked, Context, Outcome, Preview, Report, Result
from connector.sync.staging.customers import mark_gone, put_customer_records
from shops.models import Customer, CustomerSettings, OrderSettings, Shop

PAGE = 250  # customers
CARD = "card "  # how the id of an issue begins that is about a card: the other direction's


@dataclass(slots=True)
class Arrival:
    """A customer to look at: as Shopify has it, or, without a record, as it is here."""

    gid: str
    record: CustomerRecord | None = None
    error: str = ""  # why Shopify's answer cannot be read
    gone: bool = False  # Shopify does not have it any more
    listed: bool = False  # it came with what changed: the cursor may pass it


class Customers(Report[Arrival]):
    number = 30100
    name = "customers"
    label = gettext_lazy("Sync customers")
    filters = customer_filters.FILTERS
    options = customer_filters.OPTIONS

    @classmethod
    def chosen(cls, shop: Shop, options: Mapping[str, str]) -> type[Report[Any]]:
        """To Shopify where it is asked for, or where the shop card knows no other way."""
        wanted, own = options.get(DIRECTION, SETTINGS), CustomerSettings.of(shop)
        only_out = own.can_update_shopify_customers and not _takes_in(own)
        return CustomersToShopify if wanted == TO or (wanted != FROM and only_out) else cls

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        del now
        if cls.chosen(shop, asked.options) is CustomersToShopify:
            count = CustomersToShopify.mapped(shop).count()
            text = ngettext(
                "%(count)d mapped customer is compared with Shopify.",
                "%(count)d mapped customers are compared with Shopify.",
                count,
            )
            return Preview(None, text % {"count": count})
        if not _takes_in(CustomerSettings.of(shop)):
            return Preview(0, _nothing_comes(shop))
        return Preview()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._own = CustomerSettings.of(self.shop)
        self._all = context.options.get(READ) == "all"
        self._withheld = 0

    def fetch(self) -> Iterator[Sequence[Arrival]]:
        """What failed before, what changed, what is gone; at last what waits here for a card."""
        if wanted := self.context.filters.get("gid"):
            known = Customer.objects.filter(wanted.q("gid"), shop=self.shop)
            yield from self._named(list(known.order_by("pk").values_list("gid", flat=True)))
            return
        if not _takes_in(self._own):
            return
        yield from self._named(self._failed())
        since = self.context.since
        query = updated_since(since) if since and not (self._all or self.context.filters) else ""
        seen: set[int] = set()
        for page in ahead(customer_pages(self.client, query=query, first=PAGE)):
            arrivals = [replace(_arrival(node), listed=True) for node in page.nodes]
            if self._all:
                seen.update(_number(arrived.gid) for arrived in arrivals)
            yield arrivals
        if not self.context.filters:
            if self._all:
                yield from self._named(self._unseen(seen))
            yield from self._waiting()

    def _failed(self) -> list[str]:
        issues = Issue.objects.open().filter(
            shop=self.shop, report=self.name, outcome=Issue.Outcome.REJECTED
        )
        if self.context.options.get("retry") == "due":
            issues = issues.filter(Q(next_try=None) | Q(next_try__lte=self.now()))
        return list(
            issues.exclude(gid__startswith=CARD).order_by("pk").values_list("gid", flat=True)
        )

    def _unseen(self, seen: set[int]) -> list[str]:
        here = Customer.objects.filter(shop=self.shop, gone_at=None).order_by("pk")
        return [gid for gid in here.values_list("gid", flat=True) if _number(gid) not in seen]

    def _named(self, gids: Sequence[str]) -> Iterator[Sequence[Arrival]]:
        for start in range(0, len(gids), NAMED):
            nodes = customers_named(self.client, gids[start : start + NAMED])
            yield [
                _arrival(node) if node else Arrival(gid, gone=True) for gid, node in nodes.items()
            ]

    def _waiting(self) -> Iterator[Sequence[Arrival]]:
        """Those without a card: the books may know them by now. Read first, whom only orders know."""
        links = CustomerLink.objects.filter(
            customer__shop=self.shop, customer__gone_at=None, state=MappingState.UNMAPPED
        )
        rows = list(
            links.order_by("customer_id").values_list("customer__gid", "customer__updated_at")
        )
        failed = set(
            Issue.objects.open()
            .filter(shop=self.shop, report=self.name)
            .values_list("gid", flat=True)
        )
        yield from self._named([gid for gid, read in rows if read is None and gid not in failed])
        known = [Arrival(gid) for gid, read in rows if read is not None and gid not in failed]
        for start in range(0, len(known), PAGE):
            yield known[start : start + PAGE]

    def identity(self, item: Arrival) -> tuple[str, str]:
        record = item.record
        name = f"{record.first_name} {record.last_name}".strip() if record else ""
        return item.gid, name or (record.email if record else "") or f"#{_number(item.gid)}"

    def position(self, items: Sequence[Arrival]) -> datetime | None:
        """A filtered run leaves the cursor where it is: it has not looked at what it left out."""
        if self.context.filters:
            return None
        return max((i.record.updated_at for i in items if i.listed and i.record), default=None)

    def apply(self, item: Arrival) -> Result:
        return self.apply_all([item])[0]

    def apply_all(self, items: Sequence[Arrival]) -> list[Result]:
        """Put them down, then bring them and their cards together, in a fixed number of queries."""
        wanted = list({i.gid: i for i in items}.values())  # a page may name one twice
        results = {i.gid: r for i in wanted if (r := self._left_out(i))}
        results |= self._gone([i.gid for i in wanted if i.gone])
        records = [i.record for i in wanted if i.record and i.gid not in results]
        if not self._own_all:
            results |= self._unknown(records)
        put = put_customer_records(self.shop, [r for r in records if r.gid not in results])
        here = [i.gid for i in wanted if i.gid not in results and i.gid not in put]
        ids = [one.customer_id for one in put.values()]
        if here:
            rows = Customer.objects.filter(shop=self.shop, gid__in=here)
            ids += rows.values_list("pk", flat=True)
        news = {
            gid for gid, one in put.items() if one.outcome is not Outcome.UNCHANGED or self._all
        }
        people = list(mirrored(ids).values())
        done = bring_together(self._books, people, news, self._policy) if people else {}
        self._withheld += sum(record.withheld for record in records)
        for gid, one in done.items():
            results[gid] = _result(one, put[gid].outcome if gid in put else Outcome.UNCHANGED)
        gone = Result(Outcome.UNCHANGED)
        return [results.get(i.gid, gone) for i in items]

    def _left_out(self, item: Arrival) -> Result | None:
        if item.error:
            return Result(Outcome.REJECTED, "unreadable", item.error)
        if item.record and not customer_filters.passes(
            Facts.of_record(item.record), self.context.filters
        ):
            sentence = _("Left out by a filter.")
            return Result(Outcome.SKIPPED, "filtered", sentence, listed=False)
        return None

    def _gone(self, gids: Sequence[str]) -> dict[str, Result]:
        gone = set(mark_gone(self.shop, gids, self.now())) if gids else set()
        sentence = _("Deleted in Shopify, or merged into another customer.")
        return {
            gid: Result(Outcome.UPDATED if gid in gone else Outcome.UNCHANGED, reason=sentence)
            for gid in gids
        }

    def _unknown(self, records: Sequence[CustomerRecord]) -> dict[str, Result]:
        """Whom no order has brought: they come in only where the shop takes all customers."""
        gids = [record.gid for record in records]
        known = Customer.objects.filter(shop=self.shop, gid__in=gids)
        there = set(known.values_list("gid", flat=True))
        sentence = _("Customers come in with their orders: see the shop card.")
        left = Result(Outcome.SKIPPED, "not_imported", sentence, listed=False)
        return {gid: left for gid in gids if gid not in there}

    @property
    def _own_all(self) -> bool:
        return self._own.customer_import == CustomerSettings.CustomerImport.ALL

    @cached_property
    def _books(self) -> Any:
        return books_of(self.shop)

    @cached_property
    def _policy(self) -> Policy:
        rules = card_rules(self.shop, self._own)
        return Policy.of(OrderSettings.of(self.shop), self._own, rules)

    def closing_note(self) -> str:
        if not (_takes_in(self._own) or "gid" in self.context.filters):
            return _nothing_comes(self.shop)
        if not self._withheld:
            return ""
        text = ngettext(
            "Shopify withholds name, e-mail and phone of %(count)d customer; what was known is kept. "
            "Ask Shopify for access to protected customer data for the app.",
            "Shopify withholds name, e-mail and phone of %(count)d customers; what was known is "
            "kept. Ask Shopify for access to protected customer data for the app.",
            self._withheld,
        )
        return text % {"count": self._withheld}

    def follow_ups(self) -> Mapping[str, Mapping[str, str]]:
        """The other way, where the shop wants both: what came in may have found its card."""
        as_set = self.context.options.get(DIRECTION, SETTINGS) == SETTINGS
        outgoing = self._own.can_update_shopify_customers and self.shop.allow_outgoing_requests
        return {self.name: {DIRECTION: TO, "retry": "due"}} if as_set and outgoing else {}


def _takes_in(own: CustomerSettings) -> bool:
    """Source: BC report 30100: with orders alone nobody comes in here, unless known ones follow."""
    kinds = CustomerSettings.CustomerImport
    known = own.customer_import == kinds.WITH_ORDERS and own.shopify_can_update_customers
    return own.customer_import == kinds.ALL or known


def _nothing_comes(shop: Shop) -> str:
    return _("Shop %s takes no customers in but with their orders: see the shop card.") % shop


def _arrival(node: dict[str, Any]) -> Arrival:
    try:
        return Arrival(node["id"], CustomerRecord.from_node(node))
    except (KeyError, TypeError, ValueError) as exc:
        sentence = _("Shopify's answer for this customer cannot be read: %r") % exc
        return Arrival(str(node.get("id")), error=sentence)


def _number(gid: str) -> int:
    return int(gid.rsplit("/", 1)[-1])


def _result(done: Done, outcome: Outcome) -> Result:
    if done.refused:
        return Result(Outcome.REJECTED, "not_created", done.refused)
    touched = done.changes or (done.match and done.match.party)
    if outcome is Outcome.UNCHANGED and touched:
        outcome = Outcome.UPDATED
    return Result(outcome, reason=done.words)
