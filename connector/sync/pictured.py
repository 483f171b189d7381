"""Which pictures products are to show: read for many at once, with a fixed number of queries."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet

from connector.sync.mapping.images import Known, Picture, Plan, Wanted, plan, wanted_pictures
from connector.sync.models import MediaLink, ProductLink, VariantLink
from connector.sync.models.links import MappingState
from erp.models import ItemPicture
from jobqueue.filters import Filter
from shops.models import Product, Shop, Variant

Place = tuple[int, int | None]  # item, item variant


@dataclass(slots=True)
class Targets:
    """Where the pictures of a product belong in the books."""

    item: int | None = None  # of the product as a whole
    # Variants that have a place of their own: variant gid → place.
    variants: dict[str, Place] = field(default_factory=dict)

    @property
    def places(self) -> set[Place]:
        gallery = set() if self.item is None else {(self.item, None)}
        return {*gallery, *self.variants.values()}

    @property
    def digest(self) -> str:
        """Tells whether the pictures of a product belong elsewhere than before."""
        said = orjson.dumps([self.item, sorted(self.variants.items())])
        return hashlib.md5(said, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Due:
    """What of the pictures that did not arrive is to be sent again."""

    now: datetime  # those whose next try is not later
    failed_before: datetime | None = None  # and those that failed before this; None: no others
    removed: bool = False  # and those that were removed in Shopify

    def holds(self, link: MediaLink) -> bool:
        if link.state == MediaLink.State.REMOVED:
            return not self.removed
        if link.state != MediaLink.State.FAILED or link.next_try is None:
            return False
        again = self.failed_before is not None and link.changed_at < self.failed_before
        return link.next_try > self.now and not again


@dataclass(slots=True)
class Pictured:
    """A product, the pictures it is to show, and what is known of them in Shopify."""

    product: Product
    wanted: list[Wanted]
    links: list[MediaLink]
    pictures: Mapping[int, ItemPicture]

    def plan(self, due: Due) -> Plan:
        """What there is to do."""
        return plan(self.wanted, [_known(link, due) for link in self.links])


def mapped_products(shop: Shop, filters: Mapping[str, Filter]) -> QuerySet[Product]:
    """Products with a place in the books, as far as they were asked for."""
    mapped = ProductLink.objects.filter(product=OuterRef("pk"), state=MappingState.MAPPED)
    some = _variant_links().filter(variant__product=OuterRef("pk"))
    products = Product.objects.filter(Exists(mapped) | Exists(some), shop=shop, gone_at=None)
    for name, wanted in filters.items():
        products = products.filter(_FILTERS[name](wanted))
    return products.order_by("pk")


def targets_of(products: Sequence[int]) -> dict[int, Targets]:
    """Where the pictures of these products belong, in two queries."""
    found: dict[int, Targets] = defaultdict(Targets)
    links = ProductLink.objects.filter(product__in=products, state=MappingState.MAPPED)
    for product, item in links.values_list("product", "item"):
        found[product].item = item
    rows = _variant_links().filter(variant__product__in=products)
    rows = rows.order_by("variant__position", "variant__pk")
    for product, gid, item, variant in rows.values_list(
        "variant__product", "variant__gid", "item", "item_variant"
    ):
        place: Place = (item, variant)
        if place != (found[product].item, None):
            found[product].variants[gid] = place
    return found


def pictures_at(places: set[Place]) -> dict[Place, list[ItemPicture]]:
    """The pictures of items and item variants, in their order, in one query."""
    found: dict[Place, list[ItemPicture]] = defaultdict(list)
    rows = ItemPicture.objects.filter(item__in={item for item, _variant in places})
    for picture in rows.select_related("item").order_by("position", "pk"):
        if (place := (picture.item_id, picture.variant_id)) in places:
            found[place].append(picture)
    return found


def pictured(products: Sequence[Product]) -> list[Pictured]:
    """What these products are to show, and what is known of it, in four queries."""
    targets = targets_of([product.pk for product in products])
    pictures = pictures_at({place for each in targets.values() for place in each.places})
    links: dict[int, list[MediaLink]] = defaultdict(list)
    for link in MediaLink.objects.filter(product__in=products).order_by("pk"):
        links[link.product_id].append(link)
    return [
        _pictured(product, targets.get(product.pk) or Targets(), pictures, links[product.pk])
        for product in products
    ]


def _pictured(
    product: Product,
    targets: Targets,
    pictures: Mapping[Place, Sequence[ItemPicture]],
    links: list[MediaLink],
) -> Pictured:
    def at(place: Place) -> list[Picture]:
        return [Picture(p.pk, p.sha256, p.description) for p in pictures.get(place, ())]

    gallery = [] if targets.item is None else at((targets.item, None))
    wanted = wanted_pictures(gallery, ((gid, at(place)) for gid, place in targets.variants.items()))
    rows = {picture.pk: picture for place in targets.places for picture in pictures.get(place, ())}
    return Pictured(product, wanted, links, rows)


def _known(link: MediaLink, due: Due) -> Known:
    state = link.State
    return Known(
        link.pk,
        link.sha256,
        link.media_gid,
        ours=link.origin == link.Origin.BOOKS,
        ready=link.state == state.READY,
        under_way=link.state in {state.UPLOADING, state.PROCESSING},
        failed=link.state == state.FAILED,
        held=due.holds(link),
        position=link.position,
        alt=link.alt,
        variants=tuple(link.variant_gids),
    )


def _variant_links() -> QuerySet[VariantLink]:
    return VariantLink.objects.filter(state=MappingState.MAPPED, variant__gone_at=None)


def _by_sku(wanted: Filter) -> Q:
    sold = Variant.objects.filter(wanted.q("sku"), product__isnull=False, gone_at=None)
    return Q(pk__in=sold.values("product"))


def _by_item(wanted: Filter) -> Q:
    whole = ProductLink.objects.filter(wanted.q("item__no"), state=MappingState.MAPPED)
    sold = _variant_links().filter(wanted.q("item__no"), variant__product__isnull=False)
    return Q(pk__in=whole.values("product")) | Q(pk__in=sold.values("variant__product"))


_FILTERS = {"title": lambda wanted: wanted.q("title"), "sku": _by_sku, "item_no": _by_item}
