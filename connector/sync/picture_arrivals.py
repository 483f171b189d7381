"""Pictures of products as they come from Shopify: fetched to disk, one in memory at a time."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from connector.shopify.errors import Unavailable
from connector.shopify.files import fetched
from connector.shopify.nodes.media import FAILED, MediaNode, ShownProduct
from connector.sync.models import MediaLink, MediaMark
from connector.sync.pictured import Place, Targets, pictures_at, targets_of
from erp.models import ItemPicture
from erp.pictures import LARGEST
from shops.models import Product, Shop


@dataclass(slots=True)
class File:
    """A picture that was fetched. It lies on disk until it is recorded."""

    path: Path
    sha256: str
    size: int


@dataclass(slots=True)
class Arriving:
    """A product as Shopify shows it, and what of it the books have."""

    node: ShownProduct
    product: Product | None = None  # None: nobody has mapped it
    targets: Targets = field(default_factory=Targets)
    mark: MediaMark | None = None
    links: dict[str, MediaLink] = field(default_factory=dict)  # by media gid
    pictures: dict[Place, list[ItemPicture]] = field(default_factory=dict)
    again: bool = False  # not from the list of changes: it moves no cursor
    files: dict[str, File] = field(default_factory=dict)  # by media gid
    problems: list[str] = field(default_factory=list)

    @property
    def known(self) -> bool:
        """Whether it was taken as it is."""
        mark = self.mark
        digests = (self.node.digest, self.targets.digest)
        return mark is not None and (mark.shown, mark.targets) == digests

    def wanted(self) -> dict[Place, list[MediaNode]]:
        """Which pictures belong where: a variant without one takes the product's first.

        What a variant with a place of its own shows belongs there; the first picture of the
        product belongs to the item in any case.
        """
        images = [image for image in self.node.images if image.status != FAILED]
        by_gid = {image.gid: image for image in images}
        found: dict[Place, list[MediaNode]] = {}
        own = set()
        for gid, place in self.targets.variants.items():
            shown = by_gid.get(self.node.variants.get(gid, ""))
            if shown is not None:
                own.add(shown.gid)
            for image in [shown] if shown else images[:1]:
                at = found.setdefault(place, [])
                if image not in at:
                    at.append(image)
        if self.targets.item is not None:
            gallery = [image for n, image in enumerate(images) if n == 0 or image.gid not in own]
            found[self.targets.item, None] = gallery
        return found

    def is_news(self, image: MediaNode) -> bool:
        """Whether its content is not known: not what we sent, nor what came before."""
        link = self.links.get(image.gid)
        if link is None:
            return True
        return link.state == link.State.READY and link.source not in {"", image.url}


def arriving(shop: Shop, nodes: Sequence[ShownProduct], *, again: bool) -> list[Arriving]:
    """What the books know of these, with a fixed number of queries."""
    rows = Product.objects.filter(shop=shop, gid__in=[node.gid for node in nodes])
    products = {product.gid: product for product in rows}
    ids = [product.pk for product in products.values()]
    targets = targets_of(ids)
    marks = {mark.product_id: mark for mark in MediaMark.objects.filter(product__in=ids)}
    links: dict[int, dict[str, MediaLink]] = defaultdict(dict)
    for link in MediaLink.objects.filter(product__in=ids).prefetch_related("brought"):
        if link.media_gid:
            links[link.product_id][link.media_gid] = link
    pictures = pictures_at({place for each in targets.values() for place in each.places})
    found = []
    for node in nodes:
        product = products.get(node.gid)
        if product is None or product.pk not in targets:
            found.append(Arriving(node, again=again))
            continue
        places = targets[product.pk]
        found.append(
            Arriving(
                node,
                product,
                places,
                marks.get(product.pk),
                links[product.pk],
                {place: pictures[place] for place in places.places},  # shared: two may be one item
                again,
            )
        )
    return found


def fetch_files(item: Arriving, folder: Path, contents: Mapping[str, ItemPicture]) -> int:
    """Fetch what the books lack of a product and return the bytes; what fails is a problem of it.

    `contents` are pictures by the digest of their content: what is here is not fetched again.
    """
    size = 0
    if not all(image.settled for image in _all_wanted(item)):
        item.problems.append(
            _("Shopify is still processing a picture: it is taken with the next run.")
        )
    for image in to_fetch(item, contents):
        try:
            content = fetched(image.url, LARGEST)
        except Unavailable as error:
            item.problems.append(_("A picture could not be fetched: %s") % error)
            continue
        digest = hashlib.sha256(content).hexdigest()
        path = folder / digest
        path.write_bytes(content)
        item.files[image.gid] = File(path, digest, len(content))
        size += len(content)
    return size


def contents_of(items: Sequence[Arriving]) -> dict[str, ItemPicture]:
    """Pictures in the books that have the content of what was sent or taken before."""
    digests = {link.sha256 for item in items for link in item.links.values()}
    return {p.sha256: p for p in ItemPicture.objects.filter(sha256__in=digests)}


def to_fetch(item: Arriving, contents: Mapping[str, ItemPicture]) -> list[MediaNode]:
    """Pictures whose content is news, and those that are known but lie nowhere in the books."""
    return [
        image
        for image in _all_wanted(item)
        if image.url and (item.is_news(image) or item.links[image.gid].sha256 not in contents)
    ]


def _all_wanted(item: Arriving) -> list[MediaNode]:
    found = {image.gid: image for images in item.wanted().values() for image in images}
    return list(found.values())
