"""Products with items in the books, and a file store whose downloads are counted."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.utils import timezone

from connector.sync.models import ProductLink, VariantLink
from connector.sync.models.links import MappingState
from erp.drafts import ItemDraft
from erp.items import create_item
from erp.models import Company, Item, ItemPicture, ItemVariant
from sandbox.records.media import Media
from sandbox.records.product import Product as ProductRecord
from sandbox.store import Store
from shops.models import Product, ProductSettings, Shop, Variant


def direction(shop: Shop, way: str, **more: object) -> None:
    ProductSettings.objects.update_or_create(shop=shop, defaults={"sync_item_images": way, **more})


def record(store: Store, handle: str) -> ProductRecord:
    return next(product for product in store.products() if product.handle == handle)


def item_for(books: Company, no: str, *variants: str) -> Item:
    draft = ItemDraft(
        no, no.title(), Decimal(100), variants=tuple((v, v.title()) for v in variants)
    )
    return create_item(books, draft)


def mirrored(shop: Shop, store: Store, handle: str, item: Item | None) -> Product:
    """The product as it is known here, mapped to the item as a whole."""
    known, now = record(store, handle), timezone.now()
    product = Product.objects.create(
        shop=shop,
        gid=known.gid,
        title=known.title,
        handle=handle,
        created_at=now,
        updated_at=known.updated_at,
        seen_at=now,
    )
    for position, sold in enumerate(known.variants, start=1):
        Variant.objects.create(
            shop=shop,
            gid=sold.gid,
            product=product,
            product_gid=known.gid,
            title=known.title,
            position=position,
            sku=sold.sku or "",
            seen_at=now,
        )
    if item is not None:
        ProductLink.objects.create(product=product, item=item, state=MappingState.MAPPED)
    return product


def map_variant(sku: str, item: Item, code: str = "") -> VariantLink:
    variant = ItemVariant.objects.get(item=item, code=code) if code else None
    return VariantLink.objects.create(
        variant=Variant.objects.get(sku=sku),
        item=item,
        item_variant=variant,
        state=MappingState.MAPPED,
    )


def pictures_of(item: Item, code: str = "") -> list[tuple[int, str]]:
    """(position, description) of each picture, in order."""
    rows = ItemPicture.objects.filter(item=item)
    rows = rows.filter(variant__code=code) if code else rows.filter(variant=None)
    return list(rows.order_by("position", "pk").values_list("position", "description"))


def show(
    store: Store,
    handle: str,
    pictures: Mapping[str, str],
    variants: Mapping[str, str] | None = None,
) -> list[str]:
    """Let a product show pictures, {address: alt}, and its variants, {SKU: address}; return gids.

    A picture that it shows already stays the same one.
    """
    known, now = record(store, handle), store.clock.now()
    before = {m.url: m for m in map(store.records.get, known.media_gids) if isinstance(m, Media)}
    gids: dict[str, str] = {}
    for url, alt in pictures.items():
        media = before.get(url) or Media(
            store.new_gid("MediaImage"), source=url, created_at=now, updated_at=now, url=url
        )
        media = replace(media, alt=alt, status="READY")
        store.put(media)
        gids[url] = media.gid
    shown = {sku: (gids[url],) for sku, url in (variants or {}).items()}
    sold = tuple(replace(v, media_gids=shown.get(v.sku or "", ())) for v in known.variants)
    store.put(replace(known, media_gids=tuple(gids.values()), variants=sold, updated_at=now))
    return list(gids.values())


@dataclass(slots=True)
class Files:
    """Where Shopify keeps its files."""

    url: str
    content: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def keep(self, name: str, content: bytes) -> str:
        self.content[f"/{name}"] = content
        return f"{self.url}/{name}"


@contextmanager
def file_store() -> Iterator[Files]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            files.asked.append(path)
            status = files.status.get(path, 200 if path in files.content else 404)
            body = files.content.get(path, b"") if status == 200 else b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    files = Files(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield files
    server.shutdown()
    thread.join()
    server.server_close()
