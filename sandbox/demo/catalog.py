"""What the demo shop sells: 24 products, most of them in several variants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sandbox.options import options_of
from sandbox.records.collection import Collection
from sandbox.records.product import Product, Variant
from sandbox.store import Store


@dataclass(frozen=True, slots=True)
class Article:
    code: str  # start of its SKUs
    title: str
    kind: str
    price: str  # EUR, tax included
    option: str = ""
    values: tuple[str, ...] = ()


SIZES = ("S", "M", "L", "XL")
ARTICLES = (
    Article("MUG", "Stoneware mug", "Kitchen", "18.90", "Colour", ("Snow", "Moss", "Slate")),
    Article("BOWL", "Porridge bowl", "Kitchen", "24.50", "Colour", ("Snow", "Moss")),
    Article("PLATE", "Dinner plate", "Kitchen", "29.00", "Colour", ("Snow", "Slate")),
    Article("JUG", "Water jug", "Kitchen", "46.00"),
    Article("BOARD", "Birch cutting board", "Kitchen", "39.90", "Size", ("Small", "Large")),
    Article("SPOON", "Carved serving spoon", "Kitchen", "14.90"),
    Article("TOWEL", "Linen kitchen towel", "Kitchen", "12.50", "Colour", ("Sand", "Sea", "Rust")),
    Article("APRON", "Work apron", "Kitchen", "54.00", "Colour", ("Sand", "Sea")),
    Article("LAMP", "Desk lamp", "Desk", "129.00", "Colour", ("Black", "Brass")),
    Article("TRAY", "Letter tray", "Desk", "34.00"),
    Article("NOTE", "Stitched notebook", "Desk", "9.90", "Ruling", ("Plain", "Lined", "Dotted")),
    Article("PEN", "Rollerball pen", "Desk", "22.00", "Ink", ("Black", "Blue")),
    Article("CLOCK", "Wall clock", "Desk", "84.00"),
    Article("HOOK", "Oak wall hook", "Desk", "11.50", "Pack", ("Single", "Four")),
    Article("SOCK", "Wool socks", "Winter", "16.90", "Size", SIZES),
    Article("MITT", "Wool mittens", "Winter", "32.00", "Size", SIZES[:3]),
    Article("HAT", "Ribbed hat", "Winter", "36.00", "Colour", ("Ash", "Berry", "Pine")),
    Article("SCARF", "Lambswool scarf", "Winter", "59.00", "Colour", ("Ash", "Berry")),
    Article("SWEAT", "Raglan sweater", "Winter", "149.00", "Size", SIZES),
    Article("BLANK", "Wool blanket", "Winter", "119.00", "Colour", ("Ash", "Pine")),
    Article("CANDLE", "Beeswax candle", "Light", "8.50", "Pack", ("Single", "Six")),
    Article("LANT", "Ice lantern mould", "Light", "27.50"),
    Article("SOAP", "Birch tar soap", "Bath", "6.90"),
    Article("CARD", "Gift card", "Gift card", "50.00", "Value", ("50 €", "100 €")),
)
# What makes a variant dearer than its product's price.
PRICES = {"BOARD-LARGE": "64.90", "HOOK-FOUR": "38.00", "CANDLE-SIX": "44.00", "CARD-100": "100.00"}


def stock_products(store: Store) -> None:
    made = store.clock.now() - timedelta(days=400)
    for index, article in enumerate(ARTICLES):
        gid, variants = store.new_gid("Product"), tuple(_variants(article, index, store))
        store.put(
            Product(
                gid=gid,
                handle=article.title.lower().replace(" ", "-"),
                title=article.title,
                variants=variants,
                created_at=made,
                updated_at=made + timedelta(days=index),
                description_html=f"<p>{article.title}, made to last.</p>",
                vendor="Lumo & Laine",
                product_type=article.kind,
                tags=(article.kind.lower(),),
                is_gift_card=article.code == "CARD",
                options=options_of(variants, store.new_gid),
                published=store.in_online_store(made),
            )
        )
    _gather(store)


def _gather(store: Store) -> None:
    """Make a collection by hand of each kind of goods, and one by rule."""
    by_kind: dict[str, list[str]] = {}
    for product in store.products():
        by_kind.setdefault(product.product_type, []).append(product.gid)
    now = store.clock.now()
    for kind, gids in by_kind.items():
        handle, gid = kind.lower().replace(" ", "-"), store.new_gid("Collection")
        store.put(Collection(gid, handle, kind, now, product_gids=tuple(gids)))
    everything = tuple(product.gid for product in store.products())
    gid = store.new_gid("Collection")
    store.put(Collection(gid, "everything", "Everything", now, product_gids=everything, smart=True))


def _variants(article: Article, index: int, store: Store) -> list[Variant]:
    values = article.values or ("Default Title",)
    variants = []
    for position, value in enumerate(values):
        short = value.removesuffix(" €").upper()
        sku = f"{article.code}-{short}" if article.values else article.code
        variants.append(
            Variant(
                gid=store.new_gid("ProductVariant"),
                inventory_item_gid=store.new_gid("InventoryItem"),
                title=value,
                price=Decimal(PRICES.get(sku, article.price)),
                options=((article.option, value),) if article.values else (),
                sku=sku,
                barcode=f"64100{index:03}{position:04}",
                requires_shipping=article.code != "CARD",
                taxable=article.code != "CARD",
                inventory_quantity=(index * 7 + position * 13) % 60 + 5,
            )
        )
    return variants
