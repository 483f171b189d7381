"""30107 from Shopify: what products show comes to their items. Cursor on Shopify's updated_at.

Besides come products that were mapped since they were last looked at, and those that failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from connector.shopify.media import PAGE, shown_pages, shown_products
from connector.shopify.nodes.media import ShownProduct
from connector.shopify.search import updated_since
from connector.sync.image_report import ImageReport, gids_in_batches, in_batches
from connector.sync.models import MediaMark
from connector.sync.picture_arrivals import (
    Arriving,
    arriving,
    contents_of,
    fetch_files,
    to_fetch,
)
from connector.sync.picture_taking import Taking
from connector.sync.pictured import targets_of
from connector.sync.report import Context, Outcome, Result
from erp.models import ItemPicture
from shops.models import ProductSettings

BATCH = 500  # products that are looked at here, without asking Shopify
AT_ONCE = 100_000_000  # bytes of pictures that lie on disk until they are recorded


class ImagesFromShopify(ImageReport[Arriving]):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen: set[str] = set()  # products that this run has looked at
        self._contents: dict[str, ItemPicture] = {}
        self._remove = ProductSettings.of(self.shop).remove_item_images

    def fetch(self) -> Iterator[Sequence[Arriving]]:
        with TemporaryDirectory() as folder:
            for items in self._listed():
                self._contents = contents_of(items)
                yield from self._with_files(items, Path(folder))

    def _listed(self) -> Iterator[list[Arriving]]:
        if self.context.filters or self._full:
            gids = list(self._products().values_list("gid", flat=True))
            yield from self._named(gids)
            return
        query = updated_since(self.context.since) if self.context.since else ""
        for page in shown_pages(self.client, query=query):
            yield self._arriving(page.nodes, again=False)
        yield from self._named(sorted(self._left()))

    def _named(self, gids: Sequence[str]) -> Iterator[list[Arriving]]:
        for part in gids_in_batches(gids, PAGE):
            yield self._arriving(shown_products(self.client, part), again=True)

    def _arriving(self, nodes: Sequence[ShownProduct], *, again: bool) -> list[Arriving]:
        self._seen |= {node.gid for node in nodes}
        return arriving(self.shop, nodes, again=again)

    def _left(self) -> set[str]:
        """Products that did not change, but that failed or belong elsewhere than when last seen."""
        found = self._due()
        for batch in in_batches(self._products(), BATCH):
            targets = targets_of([product.pk for product in batch])
            marks = {mark.product_id: mark for mark in MediaMark.objects.filter(product__in=batch)}
            for product in batch:
                mark = marks.get(product.pk)
                if mark is None or mark.targets != targets[product.pk].digest:
                    found.add(product.gid)
        return found - self._seen - self._paused()

    def _with_files(self, items: Iterable[Arriving], folder: Path) -> Iterator[list[Arriving]]:
        """Fetch the files of these, and hand on before too many of them lie there."""
        batch, size = list[Arriving](), 0
        for item in items:
            if not (self._dry or self._is_done(item)):
                self.context.hold.checkpoint()
                size += fetch_files(item, folder, self._contents)
            batch.append(item)
            if size >= AT_ONCE:
                yield batch
                _clear(folder)
                batch, size = [], 0
        if batch:
            yield batch
        _clear(folder)

    def _is_done(self, item: Arriving) -> bool:
        return item.product is None or (item.known and not self._full)

    def identity(self, item: Arriving) -> tuple[str, str]:
        return item.node.gid, item.node.title

    def position(self, items: Sequence[Arriving]) -> datetime | None:
        """The newest change of a page; what could not be taken is kept as an issue."""
        return max((item.node.updated_at for item in items if not item.again), default=None)

    def apply(self, item: Arriving) -> Result:
        if self._is_done(item):
            return Result(Outcome.UNCHANGED)
        if self._dry:
            return self._planned(item)
        return Taking(item, self._contents, self.now(), remove=self._remove).take()

    def _planned(self, item: Arriving) -> Result:
        if not (lacking := to_fetch(item, self._contents)):
            return Result(Outcome.UNCHANGED)
        return Result(Outcome.UPDATED, reason=_("pictures to fetch: %d") % len(lacking))


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
