"""Puts products down: in a few statements, however many there are, and only what differs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from connector.shopify.nodes.product import ProductNode, VariantNode
from connector.sync.mapping.products import (
    PRODUCT_COLUMNS,
    VARIANT_COLUMNS,
    product_values,
    variant_values,
)
from connector.sync.models import ProductLink, VariantLink
from connector.sync.models.links import MappingState
from connector.sync.report import Outcome
from connector.sync.staging.variants import LINK_COLUMNS, UNMAPPED
from shops import bulk
from shops.models import Product, Shop, Variant

CHUNK = 500  # products that are marked as gone in one statement
_UPDATED = PRODUCT_COLUMNS.index("updated_at")
_VARIANT_UPDATED = VARIANT_COLUMNS.index("updated_at")


@dataclass(frozen=True, slots=True)
class KnownVariant:
    id: int
    product_id: int | None
    gone: bool
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is already here of a product that arrives; without an id, only orders named it."""

    id: int | None
    gone: bool = False
    values: tuple[Any, ...] = ()
    variants: dict[str, KnownVariant] = field(default_factory=dict)

    def newer_than(self, node: ProductNode, *, closely: bool) -> bool:
        """Whether nothing of `node` is news: what we wrote ourselves is here with Shopify's time.

        `closely` looks at the contents of what has the same time, too.
        """
        if self.id is None or self.gone:
            return False
        kept: datetime = self.values[_UPDATED]
        return kept > node.updated_at or (kept == node.updated_at and not closely)


def put_products(
    shop: Shop, nodes: Sequence[ProductNode], now: datetime, *, closely: bool = False
) -> list[Outcome]:
    """Write products, each gid once, and say of each what it was.

    Of what is here already only rows that differ are written. Variants that Shopify has no more
    stay, marked as gone: orders may name them.
    """
    known = _known(shop, nodes)
    news = [n for n in nodes if not known[n.gid].newer_than(n, closely=closely)]
    fresh = [node for node in news if known[node.gid].id is None]
    changed = [n for n in news if known[n.gid].id is not None and _differs(n, known[n.gid])]
    ids = _insert(shop, fresh, now) | {gid: k.id for gid, k in known.items() if k.id is not None}
    columns = (*PRODUCT_COLUMNS, "seen_at", "gone_at")
    rows = [(*_stored(product_values(n)), now, None, ids[n.gid]) for n in changed]
    bulk.update(Product, columns, rows)
    touched = _put_variants(shop, news, known, ids, now)
    outcomes = dict.fromkeys(touched | {node.gid for node in changed}, Outcome.UPDATED)
    outcomes.update(dict.fromkeys([node.gid for node in fresh], Outcome.CREATED))
    return [outcomes.get(node.gid, Outcome.UNCHANGED) for node in nodes]


def missing(shop: Shop, present: Collection[str]) -> list[str]:
    """The products that are here, not known to be deleted, and not among `present`."""
    here = Product.objects.filter(shop=shop, gone_at__isnull=True).values_list("gid", flat=True)
    return [gid for gid in here.iterator() if gid not in present]


def mark_gone(shop: Shop, gids: Sequence[str], now: datetime) -> None:
    """Mark products and their variants as deleted in Shopify; they stay, as orders name them."""
    for start in range(0, len(gids), CHUNK):
        gone = Product.objects.filter(
            shop=shop, gid__in=gids[start : start + CHUNK], gone_at__isnull=True
        )
        Variant.objects.filter(product__in=gone, gone_at__isnull=True).update(gone_at=now)
        gone.update(gone_at=now)


def _known(shop: Shop, nodes: Sequence[ProductNode]) -> dict[str, Known]:
    rows = Product.objects.filter(shop=shop, gid__in=[node.gid for node in nodes])
    found = {
        gid: Known(pk, gone is not None, tuple(values))
        for gid, pk, gone, *values in rows.values_list("gid", "id", "gone_at", *PRODUCT_COLUMNS)
    }
    known = {node.gid: found.get(node.gid, Known(None)) for node in nodes}
    owners = {variant.gid: node.gid for node in nodes for variant in node.variants}
    products = {k.id: gid for gid, k in found.items()}
    variants = Variant.objects.filter(
        Q(gid__in=list(owners)) | Q(product__in=list(products)), shop=shop
    ).values_list("gid", "id", "product", "gone_at", *VARIANT_COLUMNS)
    for gid, pk, product, gone, *values in variants:
        owner = owners.get(gid) or products[product]
        known[owner].variants[gid] = KnownVariant(pk, product, gone is not None, tuple(values))
    return known


def _differs(node: ProductNode, known: Known) -> bool:
    return known.gone or known.values != product_values(node)


def _insert(shop: Shop, fresh: Sequence[ProductNode], now: datetime) -> dict[str, int]:
    bulk.insert(
        Product,
        ("shop_id", "gid", "seen_at", *PRODUCT_COLUMNS),
        [(shop.pk, node.gid, now, *_stored(product_values(node))) for node in fresh],
    )
    rows = Product.objects.filter(shop=shop, gid__in=[node.gid for node in fresh])
    ids = dict(rows.values_list("gid", "id")) if fresh else {}
    bulk.insert(
        ProductLink,
        ("product_id", "state", "how", "reason"),
        [(pk, MappingState.UNMAPPED.value, "", "") for pk in ids.values()],
    )
    return ids


def _put_variants(
    shop: Shop,
    nodes: Sequence[ProductNode],
    known: dict[str, Known],
    ids: dict[str, int],
    now: datetime,
) -> set[str]:
    """Write the variants of these products; return which products it changed."""
    columns = ("product_id", *VARIANT_COLUMNS, "seen_at", "gone_at")
    fresh, changed, gone, touched = [], [], [], set()
    for node, variant, here in _pairs(nodes, known):
        product = ids[node.gid]
        values = variant_values(variant, node)
        if here is None:
            fresh.append((shop.pk, variant.gid, product, *_stored(values), now, None))
        elif _variant_differs(here, product, values):
            changed.append((product, *_stored(values), now, None, here.id))
        else:
            continue
        touched.add(node.gid)
    for node in nodes:
        there = {variant.gid for variant in node.variants}
        missing = [
            here.id
            for gid, here in known[node.gid].variants.items()
            if node.whole and gid not in there and not here.gone
        ]
        gone += missing
        touched |= {node.gid} if missing else set()
    bulk.insert(Variant, ("shop_id", "gid", *columns), fresh)
    bulk.update(Variant, columns, changed)
    if gone:
        Variant.objects.filter(pk__in=gone).update(gone_at=now)
    _link(shop, [row[1] for row in fresh])
    return touched


def _pairs(
    nodes: Sequence[ProductNode], known: dict[str, Known]
) -> Iterator[tuple[ProductNode, VariantNode, KnownVariant | None]]:
    for node in nodes:
        here = known[node.gid].variants
        for variant in {variant.gid: variant for variant in node.variants}.values():
            yield node, variant, here.get(variant.gid)


def _variant_differs(here: KnownVariant, product: int, values: tuple[Any, ...]) -> bool:
    """One that is newer here than in this answer is kept as it is."""
    kept: datetime | None = here.values[_VARIANT_UPDATED]
    if kept is not None and kept > values[_VARIANT_UPDATED] and not here.gone:
        return False
    return here.gone or here.product_id != product or here.values != values


def _link(shop: Shop, gids: Sequence[str]) -> None:
    if not gids:
        return
    ids = Variant.objects.filter(shop=shop, gid__in=gids).values_list("id", flat=True)
    bulk.insert(VariantLink, LINK_COLUMNS, [(pk, *UNMAPPED) for pk in ids])


def _stored(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Lists as the text that a column of JSON takes."""
    return tuple(json.dumps(value) if isinstance(value, list) else value for value in values)
