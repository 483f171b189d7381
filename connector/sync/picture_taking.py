"""Takes the pictures that a product shows into the books, to its item and its item variants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connector.shopify.nodes.media import MediaNode
from connector.sync.models import MediaLink, MediaMark
from connector.sync.picture_arrivals import Arriving
from connector.sync.pictured import Place
from connector.sync.report import Outcome, Result
from erp.errors import CardError
from erp.models import Item, ItemPicture, ItemVariant
from erp.pictures import (
    add_picture,
    arrange_pictures,
    content_of,
    delete_picture,
    describe_picture,
)


class Taking:
    """One product. Called within a transaction, with its files on disk."""

    def __init__(
        self, item: Arriving, contents: Mapping[str, ItemPicture], now: datetime, *, remove: bool
    ) -> None:
        self._item, self._contents, self._now, self._remove = item, contents, now, remove
        self._problems = list(item.problems)
        self._brought: dict[str, list[ItemPicture]] = {}  # by media gid
        self._kept: set[int] = set()
        self._changed = False

    def take(self) -> Result:
        """What can be taken is; what cannot is told, and the product is looked at again."""
        for place, images in self._item.wanted().items():
            self._put(place, images)
        self._note()
        self._let_go()
        if self._problems:
            return Result(Outcome.REJECTED, "picture", " ".join(self._problems))
        self._mark()
        return Result(Outcome.UPDATED if self._changed else Outcome.UNCHANGED)

    def _put(self, place: Place, images: list[MediaNode]) -> None:
        """Shopify's pictures in Shopify's order, then those that the books had besides."""
        there = self._item.pictures[place]
        by_content = {picture.sha256: picture for picture in there}
        order: list[ItemPicture] = []
        for image in images:
            digest = self._digest(image)
            picture = by_content.get(digest) or self._added(place, image, digest)
            if picture is None or picture in order:
                continue
            by_content[digest] = picture
            self._say(picture, image)
            order.append(picture)
        self._kept |= {picture.pk for picture in order}
        others = [picture for picture in there if picture not in order]
        self._changed = arrange_pictures([*order, *others]) or self._changed

    def _digest(self, image: MediaNode) -> str:
        """Of its content; "" when that is not known."""
        if image.gid in self._item.files:
            return self._item.files[image.gid].sha256
        return "" if self._item.is_news(image) else self._item.links[image.gid].sha256

    def _added(self, place: Place, image: MediaNode, digest: str) -> ItemPicture | None:
        file, known = self._item.files.get(image.gid), self._contents.get(digest)
        if file is None and known is None:
            return None
        content = file.path.read_bytes() if file else content_of(known) if known else b""
        item, variant = place
        try:
            picture = add_picture(
                Item.objects.get(pk=item),
                content,
                variant=ItemVariant.objects.get(pk=variant) if variant else None,
                description=image.alt,
            )
        except CardError as refusal:
            self._problems.append(refusal.sentence)
            return None
        self._brought.setdefault(image.gid, []).append(picture)
        self._item.pictures[place].append(picture)
        self._changed = True
        return picture

    def _say(self, picture: ItemPicture, image: MediaNode) -> None:
        """A text follows Shopify where it changed there; an empty one does not erase ours."""
        link = self._item.links.get(image.gid)
        news = image.alt != link.alt if link else bool(image.alt and not picture.description)
        if news:
            self._changed = describe_picture(picture, image.alt) or self._changed

    def _note(self) -> None:
        """Write down which picture is which, where that is not known yet."""
        showing: dict[str, list[str]] = {}
        for variant, gid in self._item.node.variants.items():
            showing.setdefault(gid, []).append(variant)
        wanted = {image.gid for images in self._item.wanted().values() for image in images}
        for place, image in enumerate(self._item.node.images, start=1):
            digest = self._digest(image) if image.gid in wanted and image.url else ""
            if digest:
                self._link(image, digest, place, showing.get(image.gid, []))

    def _link(self, image: MediaNode, digest: str, place: int, variants: list[str]) -> None:
        known = self._item.links.get(image.gid)
        link = known or MediaLink(
            product=self._item.product, origin=MediaLink.Origin.SHOPIFY, media_gid=image.gid
        )
        before = _content(link)
        link.sha256, link.state, link.source = digest, MediaLink.State.READY, image.url
        link.alt, link.position, link.variant_gids = image.alt[:512], place, variants
        link.problem, link.next_try = "", None
        if known is None or _content(link) != before:
            link.changed_at = self._now
            link.save()
        if image.gid in self._brought:
            link.brought.add(*self._brought[image.gid])

    def _let_go(self) -> None:
        """What is gone in Shopify leaves the item where the shop wants it, if it came from there.

        Not while something of the product could not be taken: then nobody knows all it shows.
        """
        if self._problems:
            return
        there = {media.gid for media in self._item.node.media}
        for gid, link in self._item.links.items():
            if self._remove:
                self._delete([p for p in link.brought.all() if p.pk not in self._kept])
            if gid in there:
                continue
            if link.origin == MediaLink.Origin.SHOPIFY:
                link.delete()
            else:
                link.state, link.media_gid, link.source = MediaLink.State.REMOVED, "", ""
                link.variant_gids, link.changed_at = [], self._now
                link.save()

    def _delete(self, pictures: list[ItemPicture]) -> None:
        for picture in pictures:
            delete_picture(picture)
            self._changed = True

    def _mark(self) -> None:
        if not self._item.known and self._item.product is not None:
            MediaMark.objects.update_or_create(
                product=self._item.product,
                defaults={
                    "shown": self._item.node.digest,
                    "targets": self._item.targets.digest,
                },
            )


def _content(link: MediaLink) -> tuple[object, ...]:
    return (link.sha256, link.state, link.source, link.alt, link.position, link.variant_gids)
