"""Keeps the metafields of many owners as Shopify lists them, and leaves changes of ours alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from connector.shopify.nodes.metafield import MetafieldNode
from shops.models import Metafield, Shop

KINDS = {
    "Product": Metafield.Owner.PRODUCT,
    "ProductVariant": Metafield.Owner.VARIANT,
    "Customer": Metafield.Owner.CUSTOMER,
    "Company": Metafield.Owner.COMPANY,
}
COLUMNS = ("gid", "type", "value", "updated_at", "digest", "dirty", "deleted", "refusal", "stale")


def owner_kind(gid: str) -> Metafield.Owner:
    """Raises KeyError for what bears no metafields here."""
    return KINDS[gid.split("/")[3]]


@transaction.atomic
def put_metafields(shop: Shop, found: Mapping[str, Sequence[MetafieldNode]]) -> int:
    """Write what Shopify says; `found` is owner gid → all its metafields. Returns rows written.

    What Shopify lists no more goes. A change of ours that waits stays; where Shopify has another
    value by now it becomes `stale`, and a person decides. At most four queries.
    """
    rows = {
        (row.owner_gid, row.namespace, row.key): row
        for row in Metafield.objects.select_for_update().filter(shop=shop, owner_gid__in=found)
    }
    new, changed = [], []
    for owner, nodes in found.items():
        for node in nodes:
            row = rows.pop((owner, node.namespace, node.key), None)
            if row is None:
                new.append(_new(shop, owner, node))
            elif _met(row, node):
                changed.append(row)
    gone = [row for row in rows.values() if not row.dirty]
    changed += [row for row in rows.values() if row.dirty and _missed(row)]
    Metafield.objects.bulk_create(new)
    if changed:
        Metafield.objects.bulk_update(changed, COLUMNS)
    if gone:
        Metafield.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return len(new) + len(changed) + len(gone)


def take_over(row: Metafield, node: MetafieldNode) -> None:
    """What Shopify has confirmed is what there is, and nothing waits."""
    row.gid, row.type, row.value = node.gid, node.type, node.value
    row.updated_at, row.digest = node.updated_at, node.digest
    row.dirty = row.deleted = row.stale = False
    row.refusal = ""


def _new(shop: Shop, owner: str, node: MetafieldNode) -> Metafield:
    row = Metafield(
        shop=shop,
        owner_kind=owner_kind(owner),
        owner_gid=owner,
        namespace=node.namespace,
        key=node.key,
    )
    take_over(row, node)
    return row


def _met(row: Metafield, node: MetafieldNode) -> bool:
    """Whether the row changes."""
    if row.dirty and row.value == node.value:  # the answer to our call was lost, or somebody agreed
        take_over(row, node)
        return True
    if (row.digest, row.gid) == (node.digest, node.gid):
        return False
    if not row.dirty:
        deleted = row.deleted
        take_over(row, node)
        row.deleted = deleted
        return True
    row.gid, row.digest, row.updated_at, row.stale = node.gid, node.digest, node.updated_at, True
    sentence = _("It was changed to “%s” in Shopify meanwhile. Save yours again, or discard it.")
    row.refusal = sentence % node.value
    return True


def _missed(row: Metafield) -> bool:
    """The same where Shopify has none."""
    if not row.digest:
        return False
    row.gid, row.digest, row.updated_at, row.stale = "", "", None, True
    row.refusal = _("It was deleted in Shopify meanwhile. Save yours again, or discard it.")
    return True
