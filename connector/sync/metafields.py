"""Sends changed metafields of products and their variants to Shopify, and adds new ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from connector.shopify.client import Client
from connector.shopify.errors import UserError
from connector.shopify.metafields import (
    MOST,
    MetafieldInput,
    batches,
    delete_metafields,
    metafields_of,
    set_metafields,
)
from connector.shopify.nodes.metafield import MetafieldNode
from connector.sync import partly
from connector.sync.errors import RecordError
from connector.sync.metafield_words import refusal
from connector.sync.report import Hold
from connector.sync.staging.metafields import COLUMNS, owner_kind, put_metafields, take_over
from shops.models import Metafield, Product, ProductSettings, Shop, Variant

STALE = "STALE_OBJECT"


@dataclass(slots=True)
class Told:
    """What Shopify was told of one product."""

    sent: int = 0  # confirmed
    refused: list[str] = field(default_factory=list)  # sentences


def sends_metafields(settings: ProductSettings) -> bool:
    """Whether the metafields of a shop's products are ours to change."""
    return (
        settings.sync_metafields
        and settings.sync_item == ProductSettings.SyncItem.TO_SHOPIFY
        and settings.can_update_shopify_products
    )


def waiting(shop: Shop, products: Collection[Product]) -> dict[str, list[Metafield]]:
    """Product gid → the changes that wait, of itself and its variants. Two queries."""
    owners = {product.gid: product.gid for product in products}
    variants = Variant.objects.filter(product__in=products, gone_at=None)
    owners |= dict(variants.values_list("gid", "product__gid"))
    rows = Metafield.objects.filter(shop=shop, owner_gid__in=owners, stale=False)
    found: dict[str, list[Metafield]] = {}
    for row in (rows.filter(dirty=True) | rows.filter(deleted=True)).order_by("pk"):
        found.setdefault(owners[row.owner_gid], []).append(row)
    return found


def send_metafields(
    client: Client, shop: Shop, products: Collection[Product], hold: Hold
) -> dict[str, Told]:
    """Send what a person changed; return what was told by product gid, where there was anything.

    Nothing is asked of Shopify where nothing waits. Only what Shopify confirmed is recorded as
    sent; what it refused says why and is sent again with the next run, but what somebody changed in
    Shopify meanwhile waits for a person. Raises as Client.execute but UserErrors.
    """
    if not sends_metafields(ProductSettings.of(shop)):
        return {}
    return tell(client, shop, waiting(shop, products), hold)


def tell(
    client: Client, shop: Shop, rows: Mapping[str, Sequence[Metafield]], hold: Hold
) -> dict[str, Told]:
    """As `send_metafields`, of what `waiting` found."""
    told = {gid: Told() for gid in rows}
    whose = {row.pk: gid for gid, each in rows.items() for row in each}
    every = [row for each in rows.values() for row in each]
    stale: list[Metafield] = []
    for batch in batches((row for row in every if row.dirty), MOST):
        hold.checkpoint()
        for answered in partly.send(batch, lambda some: set_metafields(client, _inputs(some))):
            _record_set(hold, answered)
            _count(told, whose, answered)
            stale += [row for row, error in answered.refused if error.code == STALE]
    for batch in batches((row for row in every if row.deleted), MOST):
        hold.checkpoint()
        for gone in partly.send(batch, lambda some: _delete(client, some)):
            _record_deleted(hold, gone)
            _count(told, whose, gone)
    if stale:
        _look_again(client, shop, stale, hold)
        _settle(told, whose, stale)
    return told


def add_metafield(client: Client, shop: Shop, wanted: MetafieldInput) -> Metafield:
    """Write a new one in Shopify at once; the row is made only when Shopify has taken it.

    Raises RecordError when the value cannot be one, and as Client.execute, UserErrors among it.
    """
    if wrong := refusal(wanted.type, wanted.value, shop.currency):
        raise RecordError(wrong, "value")
    [node] = set_metafields(client, [wanted])
    row = Metafield.objects.filter(
        shop=shop, owner_gid=wanted.owner_gid, namespace=node.namespace, key=node.key
    ).first()
    row = row or Metafield(
        shop=shop,
        owner_kind=owner_kind(wanted.owner_gid),
        owner_gid=wanted.owner_gid,
        namespace=node.namespace,
        key=node.key,
    )
    take_over(row, node)
    row.save()
    return row


def read_metafields(client: Client, shop: Shop, owners: Iterable[str]) -> int:
    """Bring the rows of these owners up to date; returns how many changed. Raises as Client.execute."""
    return put_metafields(shop, metafields_of(client, owners))


def discard_change(client: Client, row: Metafield) -> None:
    """Let a metafield say what Shopify says again; where Shopify has none, it goes.

    Raises as Client.execute; then the change is still there.
    """
    found = metafields_of(client, [row.owner_gid])
    with transaction.atomic():
        Metafield.objects.filter(pk=row.pk).update(
            dirty=False, deleted=False, stale=False, refusal="", digest=""
        )
        put_metafields(row.shop, {row.owner_gid: found.get(row.owner_gid, [])})


def _inputs(rows: Sequence[Metafield]) -> list[MetafieldInput]:
    return [
        MetafieldInput(row.owner_gid, row.namespace, row.key, row.type, row.value, row.digest)
        for row in rows
    ]


def _delete(client: Client, rows: Sequence[Metafield]) -> Sequence[None]:
    delete_metafields(client, [(row.owner_gid, row.namespace, row.key) for row in rows])
    return [None] * len(rows)


def _record_set(hold: Hold, answered: partly.Answered[Metafield, MetafieldNode]) -> None:
    """What a person changed while it was on its way still waits, over what Shopify has now."""
    rows = [row for row, _answer in (*answered.confirmed, *answered.refused)]
    with hold.transaction():
        kept = Metafield.objects.select_for_update().in_bulk([row.pk for row in rows])
        for row, node in answered.confirmed:
            if same := kept.get(row.pk):
                if same.dirty and same.value == row.value:
                    take_over(same, node)
                else:
                    same.gid, same.digest, same.updated_at = node.gid, node.digest, node.updated_at
            row.dirty = False
        for row, error in answered.refused:
            row.refusal = _reason(error)
            if same := kept.get(row.pk):
                same.refusal = row.refusal
        Metafield.objects.bulk_update(kept.values(), COLUMNS)


def _record_deleted(hold: Hold, answered: partly.Answered[Metafield, None]) -> None:
    gone = Metafield.objects.filter(pk__in=[row.pk for row, _none in answered.confirmed])
    for row, error in answered.refused:
        row.refusal = _reason(error)
    with hold.transaction():
        if answered.confirmed:
            gone.filter(deleted=False).update(gid="", digest="", updated_at=None)  # saved again
            gone.filter(deleted=True).delete()
        if answered.refused:
            Metafield.objects.bulk_update([row for row, _error in answered.refused], ["refusal"])


def _reason(error: UserError) -> str:
    if error.code == STALE:
        return _("Shopify has another value by now.")
    return _("Shopify refused: %s") % error.message


def _count(
    told: Mapping[str, Told],
    whose: Mapping[int, str],
    answered: partly.Answered[Metafield, MetafieldNode] | partly.Answered[Metafield, None],
) -> None:
    for row, _answer in answered.confirmed:
        told[whose[row.pk]].sent += 1
    for row, error in answered.refused:
        if error.code != STALE:  # what became of those is told when Shopify was looked at again
            told[whose[row.pk]].refused.append(f"{row}: {row.refusal}")


def _look_again(client: Client, shop: Shop, rows: Sequence[Metafield], hold: Hold) -> None:
    """Show a person what Shopify has by now; what is the same by chance counts as sent."""
    found = metafields_of(client, {row.owner_gid for row in rows})
    with hold.transaction():
        put_metafields(shop, found)


def _settle(told: Mapping[str, Told], whose: Mapping[int, str], rows: Sequence[Metafield]) -> None:
    """What turns out to be in Shopify, because an answer was lost, was sent."""
    open_ = dict(
        Metafield.objects.filter(pk__in=[row.pk for row in rows], dirty=True).values_list(
            "pk", "refusal"
        )
    )
    for row in rows:
        if row.pk in open_:
            told[whose[row.pk]].refused.append(f"{row}: {open_[row.pk]}")
        else:
            told[whose[row.pk]].sent += 1
