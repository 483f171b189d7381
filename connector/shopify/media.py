"""Pictures of products in Shopify: what is there, and bringing there what is ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connector.shopify.client import Client
from connector.shopify.connections import complete
from connector.shopify.errors import MalformedAnswer
from connector.shopify.nodes.media import MediaNode, ShownProduct
from connector.shopify.paging import Page

PAGE = 50  # products; their pictures are fetched before they are recorded
MEDIA = 20  # of a product, with its page; the few products with more cost a call each
VARIANTS = 50
MOST = 25  # pictures in one call


def shown_pages(client: Client, *, query: str, first: int = PAGE) -> Iterator[Page[ShownProduct]]:
    """Products that match `query` (see `search`) with all they show, earliest change first.

    Raises as Client.pages.
    """
    pages = client.pages(
        "products_media_page",
        ("products",),
        dict,
        first=first,
        query=query,
        media=MEDIA,
        variants=VARIANTS,
    )
    for page in pages:
        extra = sum(_complete(client, node) for node in page.nodes)
        yield Page(tuple(map(ShownProduct.from_node, page.nodes)), page.cursor, page.cost + extra)


def shown_products(client: Client, gids: Sequence[str]) -> list[ShownProduct]:
    """These products with all they show; those that are gone are missing. Raises as Client.execute."""
    answer = client.execute(
        "products_media", {"ids": list(gids), "media": MEDIA, "variants": VARIANTS}
    )
    nodes = [node for node in answer["nodes"] if node]
    for node in nodes:
        _complete(client, node)
    return [ShownProduct.from_node(node) for node in nodes]


def _complete(client: Client, node: dict[str, Any]) -> int:
    cost = complete(client, node, "media", document="product_media", root="product")
    return cost + complete(
        client, node, "variants", document="product_variants_media", root="product"
    )


def media_of(client: Client, product: str) -> list[MediaNode] | None:
    """All media of a product in their order; None when it is gone. Raises as Client.pages."""
    pages = client.pages(
        "product_media", ("product", "media"), MediaNode.from_node, first=250, id=product
    )
    found, there = list[MediaNode](), False
    for page in pages:
        there = True
        found += page.nodes
    return found if there else None


def add_media(
    client: Client, product: str, media: Sequence[tuple[str, str]], known: Sequence[str]
) -> list[MediaNode]:
    """Add pictures, (where they were uploaded to, alt), behind those that are `known`; at most MOST.

    Shopify takes no key that would stop a repetition, so look before repeating. Raises UserErrors,
    MalformedAnswer when others were added meanwhile, and as Client.execute.
    """
    sent = [{"mediaContentType": "IMAGE", "originalSource": s, "alt": alt} for s, alt in media]
    answer = client.execute("product_media_add", {"id": product, "media": sent, "first": len(sent)})
    nodes = (answer["productUpdate"]["product"] or {"media": {"nodes": []}})["media"]["nodes"]
    added = [MediaNode.from_node(node) for node in reversed(nodes) if node["id"] not in known]
    if len(added) != len(sent):
        raise MalformedAnswer("Shopify does not tell which pictures it added: it is looked up.")
    return added


def describe_media(client: Client, alts: Mapping[str, str]) -> None:
    """Say what is to be seen: media gid → alt; at most MOST. Raises UserErrors, as Client.execute."""
    files = [{"id": gid, "alt": alt} for gid, alt in alts.items()]
    client.execute("file_update", {"files": files})


def delete_media(client: Client, gids: Sequence[str]) -> None:
    """Delete files and take them from whatever shows them; at most MOST. Raises as the above."""
    client.execute("file_delete", {"ids": list(gids)})


def order_media(client: Client, product: str, moves: Sequence[tuple[str, int]]) -> None:
    """Move media, one after another, to places from 0. Raises UserErrors, and as Client.execute."""
    sent = [{"id": gid, "newPosition": str(place)} for gid, place in moves]
    client.execute("product_media_reorder", {"id": product, "moves": sent})


def show_on_variants(client: Client, product: str, shown: Mapping[str, str]) -> None:
    """Let variants show media of their product, in place of what they show: variant → media.

    Media have to be ready. Raises UserErrors, and as Client.execute.
    """
    variants = [{"id": variant, "mediaId": media} for variant, media in shown.items()]
    client.execute("variant_media_show", {"product": product, "variants": variants})


def hide_from_variants(client: Client, product: str, shown: Mapping[str, str]) -> None:
    """Let variants no longer show these media, which stay with the product. Raises as the above."""
    media = [{"variantId": variant, "mediaIds": [gid]} for variant, gid in shown.items()]
    client.execute("variant_media_hide", {"product": product, "media": media})
