"""30112: customers of the books are added to Shopify, or recognised there.

Shopify takes no idempotency key for it. So e-mail and phone are looked for right before; what an
earlier run created and could not record is found by them, and linked.
Source: BC report 30112 "Add Customer to Shopify".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.shopify import customers as shopify
from connector.shopify.nodes.customer import CustomerRecord
from connector.sync import dry_runs
from connector.sync.card_rules import card_rules
from connector.sync.customer_cards import card_of, world_of
from connector.sync.errors import RecordError, Skip
from connector.sync.lookups import books_of
from connector.sync.mapping.customer_export import World, new_customer
from connector.sync.mapping.customers import CardRules
from connector.sync.matching.buyers import assign, save
from connector.sync.models import CustomerLink, Issue
from connector.sync.models.links import MappingState
from connector.sync.report import Asked, FilterField, Option, Outcome, Preview, Report, Result
from connector.sync.staging.customers import put_customer_records
from erp.models import Company, Party
from jobqueue.filters import Type
from shops.models import Shop

BATCH = 100
CARD = "card "  # how the id of an issue begins
ADDED = "added to Shopify"


class AddCustomers(Report[Party]):
    number = 30112
    name = "add_customers"
    label = gettext_lazy("Add customers to Shopify")
    outgoing = True
    in_sync_all = False
    filters = {
        "no": FilterField(
            Type.TEXT,
            gettext_lazy("No."),
            column="no",
            help=gettext_lazy("One, or several: 10000..19999 or 10000|20000."),
        ),
        "name": FilterField(Type.TEXT, gettext_lazy("Name"), column="name"),
        "country": FilterField(Type.TEXT, gettext_lazy("Country"), column="country"),
        "price_group": FilterField(
            Type.TEXT, gettext_lazy("Customer price group"), column="price_group"
        ),
    }
    options = {
        "retry": Option(
            gettext_lazy("Which customers"),
            {
                "all": gettext_lazy("All that are asked for"),
                "due": gettext_lazy("Only those that failed before"),
            },
            remembered=False,
        ),
        dry_runs.NAME: dry_runs.OPTION,
    }

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: object) -> Preview:
        del now
        count = unlinked(shop, books_of(shop), asked).count()
        text = ngettext(
            "%(count)d customer is not linked with this shop.",
            "%(count)d customers are not linked with this shop.",
            count,
        )
        return Preview(count, text % {"count": count})

    def fetch(self) -> Iterator[Sequence[Party]]:
        asked = Asked(self.context.filters, self.context.options)
        rows = unlinked(self.shop, self._books, asked).order_by("no")
        ids = list(rows.values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            yield list(Party.objects.filter(pk__in=ids[start : start + BATCH]).order_by("no"))

    def total(self) -> int | None:
        asked = Asked(self.context.filters, self.context.options)
        return unlinked(self.shop, self._books, asked).count()

    def identity(self, item: Party) -> tuple[str, str]:
        return f"{CARD}{item.pk}", str(item)

    def apply(self, item: Party) -> Result:
        """Raises RecordError and Skip."""
        wanted = self._input(item)
        found, how = self._found(wanted)
        if found:
            return self._link(item, found, how)
        if dry_runs.is_dry(self.context.options):
            return Result(Outcome.CREATED, reason=_("Would be created with %s.") % wanted["email"])
        record = shopify.create_customer(self.client, wanted)
        with self.context.hold.transaction():
            self._keep(item, record, ADDED)
        return Result(Outcome.CREATED)

    def _input(self, item: Party) -> dict[str, object]:
        if item.blocked != Party.Blocked.NONE:
            raise Skip(_("%s is blocked.") % item, "blocked")
        wanted = new_customer(card_of(item), self._rules, self._world)
        if not wanted.get("email"):
            raise Skip(_("%s has no e-mail: enter one on the card.") % item, "no_email")
        return wanted

    def _found(self, wanted: dict[str, object]) -> tuple[CustomerRecord | None, str]:
        """By exactly this e-mail, else by exactly this phone."""
        email, phone = str(wanted["email"]), str(wanted.get("phone") or "")
        if record := shopify.find_customer(self.client, "emailAddress", email):
            return record, "e-mail"
        if phone and (record := shopify.find_customer(self.client, "phoneNumber", phone)):
            return record, f"phone {phone}"
        return None, ""

    def _link(self, item: Party, record: CustomerRecord, how: str) -> Result:
        """Who is in Shopify already is linked, unless that is somebody else, or may be."""
        link = (
            CustomerLink.objects.filter(
                customer__shop=self.shop, customer__gid=record.gid, state=MappingState.MAPPED
            )
            .select_related("party")
            .first()
        )
        if link and link.party and link.party_id != item.pk:
            text = _("Shopify has a customer with the same e-mail or phone; it stands for %s.")
            raise Skip(text % link.party, "exists")
        twins = self._twins(item)
        if twins and not link:
            numbers = ", ".join([item.no, *twins])
            text = _(
                "Customers %s have the same e-mail: map one to the customer of Shopify by hand."
            )
            raise RecordError(text % numbers, "ambiguous")
        if not dry_runs.is_dry(self.context.options):
            with self.context.hold.transaction():
                self._keep(item, record, how)
        text = _("Shopify has this customer already: linked by %s.")
        return Result(Outcome.UPDATED, reason=text % how)

    def _twins(self, item: Party) -> list[str]:
        rows = Party.objects.filter(
            company=item.company_id, kind=Party.Kind.CUSTOMER, email__iexact=item.email
        )
        return list(rows.exclude(pk=item.pk).order_by("no").values_list("no", flat=True)[:5])

    def _keep(self, item: Party, record: CustomerRecord, how: str) -> None:
        """Record only now that Shopify has confirmed it."""
        put = put_customer_records(self.shop, [record])[record.gid]
        link = CustomerLink.objects.select_for_update().get(customer=put.customer_id)
        assign(link, item, how)
        save([link])

    @cached_property
    def _books(self) -> Company:
        return books_of(self.shop)

    @cached_property
    def _rules(self) -> CardRules:
        return card_rules(self.shop)

    @cached_property
    def _world(self) -> World:
        return world_of(self.shop, self._books)


def unlinked(shop: Shop, books: Company, asked: Asked) -> QuerySet[Party]:
    """The customers that were asked for and that no customer of the shop stands for."""
    linked = CustomerLink.objects.filter(
        customer__shop=shop, customer__gone_at=None, party__isnull=False
    )
    rows = Party.objects.filter(company=books, kind=Party.Kind.CUSTOMER)
    for name, wanted in asked.filters.items():
        rows = rows.filter(wanted.q(AddCustomers.filters[name].column))
    if asked.options.get("retry") == "due":
        issues = Issue.objects.open().filter(shop=shop, report=AddCustomers.name)
        failed = issues.values_list("gid", flat=True)
        rows = rows.filter(pk__in=[gid.removeprefix(CARD) for gid in failed])
    return rows.exclude(pk__in=linked.values("party"))
