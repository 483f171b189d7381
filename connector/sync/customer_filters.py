"""What customers may be filtered by, the same whichever way they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from connector.shopify.nodes.customer import CustomerRecord
from connector.sync import dry_runs, order_filters
from connector.sync.mapping.orders import bracketed
from connector.sync.people import Mirrored
from connector.sync.report import FilterField, Option
from jobqueue.filters import Filter, Type


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters look at."""

    gid: str
    name: str
    email: str
    country: str
    tags: str  # each in brackets
    updated_at: datetime | None

    @classmethod
    def of_record(cls, record: CustomerRecord) -> Facts:
        main = record.main_address
        return cls(
            record.gid,
            f"{record.first_name} {record.last_name}".strip(),
            record.email,
            main.address.country_code if main else "",
            bracketed(record.tags),
            record.updated_at,
        )

    @classmethod
    def of_mirrored(cls, row: Mirrored) -> Facts:
        customer, address = row.customer, row.person.address
        return cls(
            customer.gid,
            str(customer),
            customer.email,
            address.country_code if address else "",
            customer.tags,
            customer.updated_at,
        )


FILTERS: Mapping[str, FilterField] = {
    "email": FilterField(
        Type.TEXT, _("E-mail"), lambda facts: facts.email, help=_("In any case: @*@example.com.")
    ),
    "name": FilterField(
        Type.TEXT, _("Name"), lambda facts: facts.name, help=_("First and last name: @*holm*.")
    ),
    "country": FilterField(
        Type.CHOICE,
        _("Country"),
        lambda facts: facts.country,
        help=order_filters.COUNTRIES,
    ),
    "tags": FilterField(Type.TEXT, _("Tags"), lambda facts: facts.tags, help=order_filters.TAGS),
    "updated_at": FilterField(
        Type.DATE, _("Updated at"), lambda facts: facts.updated_at, help=order_filters.DAYS
    ),
    "gid": FilterField(
        Type.TEXT,
        _("Shopify ID"),
        lambda facts: facts.gid,
        column="gid",
        help=_("Of customers that are known here; just these are read again: *Customer/123."),
    ),
}

DIRECTION = "direction"
SETTINGS, FROM, TO = "settings", "from_shopify", "to_shopify"
READ = "read"
OPTIONS: Mapping[str, Option] = {
    "retry": order_filters.retry(_("Customers that failed before")),
    READ: Option(
        _("Customers in Shopify"),
        {"changed": _("What changed since the last run"), "all": _("All, also which are gone")},
        help=_("Deleted and merged customers are noticed when all are read, or by a webhook."),
        remembered=False,
    ),
    DIRECTION: Option(
        _("Direction"),
        {
            SETTINGS: _("As the shop card says"),
            FROM: _("From Shopify"),
            TO: _("To Shopify"),
        },
        remembered=False,
    ),
    dry_runs.NAME: dry_runs.OPTION,
}


def passes(facts: Facts, filters: Mapping[str, Filter]) -> bool:
    return all(
        (read := FILTERS[name].read) is None or wanted.matches(read(facts))
        for name, wanted in filters.items()
    )


def in_batches(ids: Sequence[int], size: int) -> list[Sequence[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
