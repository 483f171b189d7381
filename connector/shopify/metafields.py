"""The questions about metafields: those of many owners, their definitions; and writing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from connector.shopify.client import Client
from connector.shopify.connections import complete
from connector.shopify.nodes.metafield import DefinitionNode, MetafieldNode

T = TypeVar("T")
OWNERS = 50  # owners of a call; `nodes` takes 250, but their answer would take too long
PAGE = 100  # metafields of an owner that come with the call; the few with more cost a call each
MOST = 25  # metafields of a mutation; Shopify's limit


@dataclass(frozen=True, slots=True)
class MetafieldInput:
    owner_gid: str
    namespace: str
    key: str
    type: str
    value: str
    digest: str  # of the value it goes over; blank: there must be none yet

    def variables(self) -> dict[str, Any]:
        return {
            "ownerId": self.owner_gid,
            "namespace": self.namespace,
            "key": self.key,
            "type": self.type,
            "value": self.value,
            "compareDigest": self.digest or None,
        }


def metafields_of(client: Client, owners: Iterable[str]) -> dict[str, list[MetafieldNode]]:
    """Return owner gid → all its metafields; an owner that is gone is not in it.

    Raises as Client.execute.
    """
    found: dict[str, list[MetafieldNode]] = {}
    for batch in batches(dict.fromkeys(owners), OWNERS):
        data = client.execute("metafields_of", {"ids": batch, "first": PAGE})
        for owner in data["nodes"]:
            if owner and "metafields" in owner:  # None: deleted
                complete(client, owner, "metafields", document="owner_metafields", root="node")
                nodes = owner["metafields"]["nodes"]
                found[owner["id"]] = [MetafieldNode.from_node(node) for node in nodes]
    return found


def set_metafields(client: Client, wanted: Sequence[MetafieldInput]) -> list[MetafieldNode]:
    """Write at most 25, all or none; return them as Shopify keeps them, in the same order.

    Raises UserErrors, which name the index of each that is refused; its code is STALE_OBJECT where
    Shopify has another value than the digest says.
    """
    variables = {"metafields": [each.variables() for each in wanted]}
    data = client.execute("metafields_set", variables)
    kept = {
        (node["owner"]["id"], node["namespace"], node["key"]): MetafieldNode.from_node(node)
        for node in data["metafieldsSet"]["metafields"]
    }
    return [kept[each.owner_gid, each.namespace, each.key] for each in wanted]


def delete_metafields(client: Client, gone: Sequence[tuple[str, str, str]]) -> None:
    """Take away what these (owner gid, namespace, key) name; what is not there is no error.

    Raises UserErrors.
    """
    named = [{"ownerId": owner, "namespace": space, "key": key} for owner, space, key in gone]
    client.execute("metafields_delete", {"metafields": named})


def definitions(client: Client, owner_kind: str) -> list[DefinitionNode]:
    """What a shop has planned for a kind of owner, as PRODUCT. Raises as Client.execute."""
    pages = client.pages(
        "metafield_definitions",
        ("metafieldDefinitions",),
        DefinitionNode.from_node,
        first=250,
        owner=owner_kind,
    )
    return [node for page in pages for node in page.nodes]


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Split into lists of at most `size`."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
