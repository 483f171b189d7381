"""Puts customers down as Shopify has them, with their addresses: in a few statements a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.shopify.nodes.customer import CustomerRecord
from connector.sync.mapping.orders import bracketed
from connector.sync.models import CustomerLink
from connector.sync.models.links import MappingState
from connector.sync.report import Outcome
from shops import bulk
from shops.models import Customer, CustomerAddress, Shop

PERSONAL = ("first_name", "last_name", "email", "phone", "note")
PLAIN = ("tags", "tax_exempt", "locale", "state", "verified_email", "withheld")
MOMENTS = ("created_at", "updated_at", "seen_at", "gone_at")
COLUMNS = (*PERSONAL, *PLAIN, *MOMENTS)
ADDRESS = (
    *("gid", "position", "is_default", "first_name", "last_name", "company", "address1"),
    *("address2", "zip", "city", "province_code", "province", "country_code", "phone"),
)
_LENGTHS = {
    name: field.max_length
    for model in (Customer, CustomerAddress)
    for name in (*PERSONAL, *PLAIN, *ADDRESS)
    if (field := next((f for f in model._meta.concrete_fields if f.name == name), None))
    and field.max_length
}


@dataclass(frozen=True, slots=True)
class Put:
    """What became of one record here."""

    customer_id: int
    outcome: Outcome
    addresses_changed: bool = False


def put_customer_records(shop: Shop, records: Sequence[CustomerRecord]) -> dict[str, Put]:
    """Write what is new or says something else; what is as it was writes no row.

    An older record than the one that is here changes nothing. What Shopify withholds takes nothing
    away from what is known.
    """
    newest = {record.gid: record for record in sorted(records, key=lambda r: r.updated_at)}
    known = _known(shop, newest)
    fresh = {gid: record for gid, record in newest.items() if gid not in known}
    ids = _insert(shop, fresh)
    changed = _changed(newest, known)
    bulk.update(Customer, COLUMNS, [(*row, known[gid].pk) for gid, row in changed.items()])
    moved = _put_addresses(newest, ids | {gid: row.pk for gid, row in known.items()}, set(fresh))
    done = {gid: Put(pk, Outcome.CREATED, addresses_changed=True) for gid, pk in ids.items()}
    for gid, row in known.items():
        differs = gid in changed or gid in moved
        done[gid] = Put(row.pk, Outcome.UPDATED if differs else Outcome.UNCHANGED, gid in moved)
    return done


def mark_gone(shop: Shop, gids: Sequence[str], now: datetime) -> list[str]:
    """Note that these are no longer in Shopify; return those that were thought to be."""
    rows = Customer.objects.filter(shop=shop, gid__in=gids, gone_at=None)
    gone = list(rows.values_list("gid", flat=True))
    if gone:
        Customer.objects.filter(shop=shop, gid__in=gone).update(gone_at=now)
    return gone


def _known(shop: Shop, gids: Mapping[str, object]) -> dict[str, Customer]:
    return {row.gid: row for row in Customer.objects.filter(shop=shop, gid__in=list(gids))}


def _insert(shop: Shop, fresh: Mapping[str, CustomerRecord]) -> dict[str, int]:
    rows = [(shop.pk, gid, *_values(record).values()) for gid, record in fresh.items()]
    bulk.insert(Customer, ("shop_id", "gid", *COLUMNS), rows)
    if not fresh:
        return {}
    found = Customer.objects.filter(shop=shop, gid__in=list(fresh)).values_list("gid", "id")
    ids = dict(found)
    links = [(pk, MappingState.UNMAPPED.value, "", "") for pk in ids.values()]
    bulk.insert(CustomerLink, ("customer_id", "state", "how", "reason"), links)
    return ids


def _changed(
    newest: Mapping[str, CustomerRecord], known: Mapping[str, Customer]
) -> dict[str, tuple[object, ...]]:
    """Rows to write: a newer moment alone is no news, but for who was known from orders only."""
    changed = {}
    for gid, row in known.items():
        record = newest[gid]
        if row.updated_at and record.updated_at < row.updated_at:
            continue
        values = _values(record)
        if record.withheld:
            values |= {name: getattr(row, name) for name in PERSONAL}
        unread = row.updated_at is None
        told = (*PERSONAL, *PLAIN, "gone_at")
        if unread or any(values[name] != getattr(row, name) for name in told):
            changed[gid] = tuple(values.values())
    return changed


def _put_addresses(
    newest: Mapping[str, CustomerRecord], ids: Mapping[str, int], fresh: set[str]
) -> set[str]:
    """Replace the addresses of those that have others now; return who had some before or has now."""
    was: dict[int, list[tuple[object, ...]]] = defaultdict(list)
    owners = [pk for gid, pk in ids.items() if gid not in fresh]
    rows = CustomerAddress.objects.filter(customer__in=owners).order_by("position")
    for owner, *values in rows.values_list("customer_id", *ADDRESS):
        was[owner].append(tuple(values))
    moved = {}
    for gid, record in newest.items():
        addresses = _addresses(record)
        if not record.withheld and addresses != was[ids[gid]]:
            moved[gid] = addresses
    CustomerAddress.objects.filter(
        customer__in=[ids[gid] for gid in moved if gid not in fresh]
    ).delete()
    lines = [(ids[gid], *values) for gid, addresses in moved.items() for values in addresses]
    bulk.insert(CustomerAddress, ("customer_id", *ADDRESS), lines)
    return set(moved)


def _values(record: CustomerRecord) -> dict[str, object]:
    values: dict[str, object] = {
        "first_name": record.first_name,
        "last_name": record.last_name,
        "email": record.email,
        "phone": record.phone,
        "note": record.note,
        "tags": bracketed(record.tags),
        "tax_exempt": record.tax_exempt,
        "locale": record.locale,
        "state": record.state,
        "verified_email": record.verified_email,
        "withheld": record.withheld,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "seen_at": record.updated_at,
        "gone_at": None,
    }
    return {name: _cut(name, value) for name, value in values.items()}


def _addresses(record: CustomerRecord) -> list[tuple[object, ...]]:
    rows = []
    for position, one in enumerate(record.addresses, 1):
        at = one.address
        values = {
            "gid": one.gid,
            "position": position,
            "is_default": one.gid == record.default_gid,
            "first_name": at.first_name,
            "last_name": at.last_name,
            "company": at.company,
            "address1": at.address1,
            "address2": at.address2,
            "zip": at.zip,
            "city": at.city,
            "province_code": at.province_code,
            "province": at.province,
            "country_code": at.country_code,
            "phone": at.phone,
        }
        rows.append(tuple(_cut(name, value) for name, value in values.items()))
    return rows


def _cut(name: str, value: object) -> object:
    return value[: _LENGTHS[name]] if isinstance(value, str) and name in _LENGTHS else value
