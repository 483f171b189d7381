"""30100, to Shopify: mapped customers follow their cards. What differs is what there is to do.

What differs from what is here is read from Shopify once more before anything is sent, so that only
what Shopify really says otherwise goes there, and an address is not made a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connector.shopify import customers as shopify
from connector.shopify.nodes.customer import CustomerRecord
from connector.sync import customer_filters, dry_runs
from connector.sync.card_rules import card_rules
from connector.sync.customer_cards import card_of, person_of, world_of
from connector.sync.customer_filters import Facts, in_batches
from connector.sync.errors import RecordError, Skip, Unreadable
from connector.sync.lookups import books_of
from connector.sync.mapping.customer_export import Told, changes
from connector.sync.mapping.customers import CardRules, Person
from connector.sync.models import CustomerLink, Issue
from connector.sync.models.links import MappingState
from connector.sync.people import Mirrored, mirrored
from connector.sync.report import Context, Outcome, Report, Result
from connector.sync.staging.customers import mark_gone, put_customer_records
from erp.models import Party
from shops.models import Shop

BATCH = shopify.NAMED
NOTHING = Told({}, {})


@dataclass(frozen=True, slots=True)
class Difference:
    """A mapped customer of whom Shopify says something else than the card, or who cannot be told."""

    party: Party
    gid: str
    address_gid: str  # of the address that the card's is compared with; "" without one
    told: Told = NOTHING
    refusal: RecordError | None = None


class CustomersToShopify(Report[Difference]):
    number = 30100
    name = "customers"
    label = gettext_lazy("Sync customers")
    outgoing = True
    filters = customer_filters.FILTERS
    options = customer_filters.OPTIONS

    @classmethod
    def mapped(cls, shop: Shop) -> QuerySet[CustomerLink]:
        return CustomerLink.objects.filter(
            customer__shop=shop, customer__gone_at=None, state=MappingState.MAPPED
        )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._dry = dry_runs.is_dry(context.options)

    def fetch(self) -> Iterator[Sequence[Difference]]:
        ids = list(
            self.mapped(self.shop).order_by("customer_id").values_list("customer_id", flat=True)
        )
        for batch in in_batches(ids, BATCH):
            people = [row for row in mirrored(batch).values() if self._wanted(row)]
            suspects = [row for row in people if self._suspect(row)]
            found = list(self._read(suspects))
            yield [one for one in found if one.told or one.refusal or self._open(one.party)]

    def _wanted(self, row: Mirrored) -> bool:
        key = _key(row.link.party)
        if self.context.options.get("retry") == "due" and key in self._paused:
            return False
        return customer_filters.passes(Facts.of_mirrored(row), self.context.filters)

    def _suspect(self, row: Mirrored) -> bool:
        """Whether it may differ, as far as is known here; whom only orders know, nobody has read."""
        if row.customer.updated_at is None or self._open(row.link.party):
            return True
        try:
            return bool(self._told(_party(row), row.person))
        except RecordError:
            return True

    def _read(self, people: Sequence[Mirrored]) -> Iterator[Difference]:
        """Compare once more with what Shopify says now, and keep that."""
        nodes = shopify.customers_named(self.client, [row.customer.gid for row in people])
        records, odd = _records(nodes)
        if not self._dry:
            with self.context.hold.transaction():
                put_customer_records(self.shop, list(records.values()))
                gone = [gid for gid, node in nodes.items() if node is None]
                mark_gone(self.shop, gone, self.now())
        for row in people:
            gid = row.customer.gid
            if gid in odd:
                yield Difference(_party(row), gid, "", refusal=odd[gid])
            else:
                yield self._difference(_party(row), gid, records.get(gid))

    def _difference(self, party: Party, gid: str, record: CustomerRecord | None) -> Difference:
        if record is None:
            text = _("%s was deleted in Shopify, or merged into another customer.")
            return Difference(party, gid, "", refusal=Skip(text % party, "gone"))
        if record.withheld:
            text = _("Shopify withholds the data of %s: what differs cannot be told.")
            return Difference(party, gid, "", refusal=Skip(text % party, "withheld"))
        main = record.main_address
        where = main.gid if main else ""
        try:
            return Difference(party, gid, where, self._told(party, person_of(record)))
        except RecordError as refusal:
            return Difference(party, gid, where, refusal=refusal)

    def _told(self, party: Party, person: Person) -> Told:
        """Raises RecordError."""
        return changes(card_of(party), person, self._rules, self._world)

    def identity(self, item: Difference) -> tuple[str, str]:
        return _key(item.party), str(item.party)

    def apply(self, item: Difference) -> Result:
        if item.refusal:
            raise item.refusal
        if not item.told:
            return Result(Outcome.UNCHANGED)
        words = _words(item.told)
        if not self._dry:
            self._send(item)
        return Result(Outcome.UPDATED, reason=words)

    def _send(self, item: Difference) -> None:
        """The address first: the answer to the customer tells all of it. Raises UserErrors."""
        gid, told = item.gid, item.told
        if told.address and item.address_gid:
            shopify.update_address(self.client, gid, item.address_gid, told.address)
        elif told.address:
            shopify.create_address(self.client, gid, told.address)
        record = self._confirmed(gid, told)
        with self.context.hold.transaction():
            put_customer_records(self.shop, [record])

    def _confirmed(self, gid: str, told: Told) -> CustomerRecord:
        if told.customer:
            return shopify.update_customer(self.client, gid, told.customer)
        node = shopify.customers_named(self.client, [gid])[gid]
        if node is None:
            raise Skip(_("The customer was deleted in Shopify meanwhile."), "gone")
        return CustomerRecord.from_node(node)

    def _open(self, party: Party | None) -> bool:
        return _key(party) in self._failed

    @cached_property
    def _failed(self) -> frozenset[str]:
        """Cards that were refused: they are looked at again, so that what is mended is closed."""
        issues = Issue.objects.open().filter(shop=self.shop, report=self.name)
        return frozenset(issues.filter(gid__startswith="card ").values_list("gid", flat=True))

    @cached_property
    def _paused(self) -> frozenset[str]:
        issues = Issue.objects.open().filter(
            shop=self.shop, report=self.name, next_try__gt=self.now()
        )
        return frozenset(issues.values_list("gid", flat=True))

    @cached_property
    def _rules(self) -> CardRules:
        return card_rules(self.shop)

    @cached_property
    def _world(self) -> Any:
        return world_of(self.shop, books_of(self.shop))


def _records(
    nodes: Mapping[str, dict[str, Any] | None],
) -> tuple[dict[str, CustomerRecord], dict[str, RecordError]]:
    """What can be read, and why the others cannot."""
    records: dict[str, CustomerRecord] = {}
    odd: dict[str, RecordError] = {}
    for gid, node in nodes.items():
        if node is None:
            continue
        try:
            records[gid] = CustomerRecord.from_node(node)
        except (KeyError, TypeError, ValueError) as exc:
            text = _("Shopify's answer for this customer cannot be read: %r")
            odd[gid] = Unreadable(text % exc)
    return records, odd


def _party(row: Mirrored) -> Party:
    party = row.link.party
    assert party is not None, "only mapped customers are asked for"
    return party


def _key(party: Party | None) -> str:
    return f"card {party.pk}" if party else ""


def _words(told: Told) -> str:
    said = {**told.customer, **{f"address.{name}": value for name, value in told.address.items()}}
    return ", ".join(f"{name}: {value or '–'}" for name, value in said.items())
