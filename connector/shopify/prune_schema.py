"""Cuts Shopify's Admin schema down to what our documents can reach.

    python -m connector.shopify.prune_schema FULL_SDL

writes `schema.graphql` beside this file. Shopify's own SDL has 3,500 types; we keep

* whole: every type a document of `graphql/` selects from, with all of its fields and arguments,
  so that a misspelt field or a wrong argument is judged as Shopify judges it;
* the rim: types that only an unused field of a whole type leads to, with their plain values only;
* inputs and enums in full, and of the two roots the fields our documents use, or soon will.

Descriptions are dropped, deprecations stay. The file is generated: change this script, not it.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from graphql import GraphQLSchema, build_ast_schema, parse
from graphql.language import (
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    FieldNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    Node,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    Visitor,
    print_ast,
    visit,
)
from graphql.type import get_named_type
from graphql.utilities import TypeInfo, TypeInfoVisitor

HERE = Path(__file__).resolve().parent
DOCUMENTS = HERE / "graphql"
PRUNED = HERE / "schema.graphql"

# Root fields kept although no document of ours uses them yet: the sandbox answers them.
ROOT_FIELDS = frozenset({
    "node", "nodes", "shop", "currentAppInstallation", "locations", "location",
    "orders", "order", "ordersCount", "refund", "return", "reverseFulfillmentOrder", "customers", "customer", "customersCount",
    "products", "product", "productsCount", "productVariants", "productVariant",
    "fulfillmentOrders", "fulfillmentOrder", "fulfillment",
    "fulfillmentCreate", "fulfillmentOrderAcceptFulfillmentRequest",
    "orderUpdate", "orderClose", "orderOpen", "orderCancel",
    "orderMarkAsPaid", "tagsAdd", "tagsRemove",
    "productByIdentifier", "productVariantsCount", "productOperation", "inventoryItem",
    "collection", "collections", "collectionsCount", "publications", "shopLocales", "staffMembers", "files",
    "bulkOperation", "bulkOperations", "currentBulkOperation", "metafieldDefinitions",
    "translatableResource", "translatableResourcesByIds",
    "productCreate", "productUpdate", "productDelete", "productSet", "productOptionUpdate",
    "productOptionsCreate", "productVariantsBulkCreate", "productVariantsBulkUpdate",
    "productVariantsBulkDelete", "productVariantAppendMedia", "productVariantDetachMedia",
    "productReorderMedia", "inventoryItemUpdate",
    "publishablePublish", "publishableUnpublish", "stagedUploadsCreate",
    "bulkOperationRunMutation", "bulkOperationRunQuery", "bulkOperationCancel",
    "fileCreate", "fileUpdate", "fileDelete", "metafieldsSet", "metafieldsDelete",
    "customerByIdentifier", "customerSet", "customerUpdate", "customerAddressCreate",
    "customerAddressUpdate",
    "translationsRegister", "translationsRemove",
    "inventoryItems", "inventorySetQuantities", "inventoryAdjustQuantities",
    "inventoryActivate", "inventoryBulkToggleActivation",
})  # fmt: skip
# Types kept whole although no document of ours selects from them yet.
WHOLE_TYPES = frozenset({
    "Refund", "RefundLineItem", "RefundConnection", "OrderAdjustment", "InventoryItem",
    "InventoryLevel", "InventoryQuantity", "InventoryAdjustmentGroup", "InventoryChange",
    "DiscountApplication", "DiscountCodeApplication", "ManualDiscountApplication",
    "CompanyContact", "FulfillmentEvent", "FulfillmentOrderDestination",
    "Product", "ProductVariant", "ProductOption", "SelectedOption", "Collection", "Publication",
    "ResourcePublication", "ResourcePublicationV2", "AppCatalog", "Channel", "Media", "MediaImage",
    "Image", "GenericFile", "Metafield", "MetafieldDefinition", "InventoryItemMeasurement",
    "ProductOperation", "ProductSetOperation", "StagedMediaUploadTarget", "TranslatableResource", "Translation",
    "MediaPreviewImage", "ExternalVideo", "Video", "File", "Publishable", "HasMetafields",
})  # fmt: skip
ROOTS = ("QueryRoot", "Mutation")
BUILT_IN = frozenset({"Int", "Float", "String", "Boolean", "ID"})
HEADER = "# Shopify Admin API 2026-10, pruned by prune_schema.py: generated, do not edit.\n\n"

Fielded = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode
Described = (
    SchemaDefinitionNode
    | DirectiveDefinitionNode
    | TypeDefinitionNode
    | FieldDefinitionNode
    | InputValueDefinitionNode
    | EnumValueDefinitionNode
)


class Selections(Visitor):
    """Notes the types a document selects from, and the root fields it uses."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.types: set[str] = set()
        self.roots: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent, selected = self.info.get_parent_type(), self.info.get_type()
        if parent is not None and parent.name in ROOTS:
            self.roots.add(node.name.value)
        if node.selection_set is not None and selected is not None:
            self.types.add(get_named_type(selected).name)

    def enter_inline_fragment(self, *_: object) -> None:
        self._note_parent()

    def enter_fragment_definition(self, *_: object) -> None:
        self._note_parent()

    def _note_parent(self) -> None:
        parent = self.info.get_type()
        if parent is not None:
            self.types.add(get_named_type(parent).name)


def selections(schema: GraphQLSchema, documents: Iterable[DocumentNode]) -> Selections:
    """Return what the documents touch in the schema, all of them together."""
    info = TypeInfo(schema)
    seen = Selections(info)
    for document in documents:
        visit(document, TypeInfoVisitor(info, seen))
    return seen


class Pruning:
    """Walks from the roots over an SDL and decides which definitions and fields stay."""

    def __init__(self, sdl: DocumentNode, whole: Iterable[str], roots: Iterable[str]) -> None:
        self.types = {d.name.value: d for d in sdl.definitions if isinstance(d, TypeDefinitionNode)}
        self.others = [d for d in sdl.definitions if not isinstance(d, TypeDefinitionNode)]
        self.whole = frozenset(whole)
        self.roots = frozenset(roots)
        self.kept: set[str] = set()

    def document(self) -> DocumentNode:
        """Return the pruned SDL, in the order of the full one."""
        self._walk([*ROOTS, *sorted(self.whole)])
        for directive in self.others:
            self._walk(_named(directive))
        types = [self._cut(node) for name, node in self.types.items() if name in self.kept]
        return DocumentNode(definitions=(*self.others, *types))

    def _walk(self, names: Iterable[str]) -> None:
        todo = list(names)
        while todo:
            name = todo.pop()
            if name not in self.kept and name in self.types:
                self.kept.add(name)
                todo.extend(self._reached(self.types[name]))

    def _reached(self, node: TypeDefinitionNode) -> Iterator[str]:
        match node:
            case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
                for field in self._fields(node):
                    yield from _named(field)
            case UnionTypeDefinitionNode() | InputObjectTypeDefinitionNode():
                yield from _named(node)
            case _:
                return
        if isinstance(node, InterfaceTypeDefinitionNode) and node.name.value != "Node":
            yield from self._implementations(node.name.value)

    def _implementations(self, interface: str) -> Iterator[str]:
        for name, node in self.types.items():
            if isinstance(node, ObjectTypeDefinitionNode) and interface in _interfaces(node):
                yield name

    def _fields(self, node: Fielded) -> Sequence[FieldDefinitionNode]:
        """Return the fields of an object or interface that stay."""
        fields = node.fields or ()
        if node.name.value in ROOTS:
            return [field for field in fields if field.name.value in self.roots]
        if node.name.value in self.whole or _is_plumbing(node.name.value):
            return fields
        promised = self._promised(node)
        plain = [f for f in fields if self._is_plain(f) or f.name.value in promised]
        return plain or fields  # a type without a field would be no type

    def _promised(self, node: Fielded) -> frozenset[str]:
        """Return the names an implementation owes the interfaces that are kept whole."""
        owed = [self.types[name] for name in _interfaces(node) & self.whole]
        return frozenset(
            field.name.value
            for interface in owed
            if isinstance(interface, InterfaceTypeDefinitionNode)
            for field in interface.fields or ()
        )

    def _is_plain(self, field: FieldDefinitionNode) -> bool:
        target = _named(field.type)[0]
        return target in BUILT_IN or isinstance(
            self.types[target], ScalarTypeDefinitionNode | EnumTypeDefinitionNode
        )

    def _cut(self, node: TypeDefinitionNode) -> TypeDefinitionNode:
        if not isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            return node
        return dataclasses.replace(
            node,
            fields=tuple(self._fields(node)),
            interfaces=tuple(i for i in node.interfaces or () if i.name.value in self.kept),
        )


class NamedTypes(Visitor):
    """Collects the names of all types a definition speaks of."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_named_type(self, node: NamedTypeNode, *_: object) -> None:
        self.names.append(node.name.value)


class WithoutDescriptions(Visitor):
    """Drops every description below the visited node."""

    def leave(self, node: Node, *_: object) -> Node | None:
        return dataclasses.replace(node, description=None) if isinstance(node, Described) else None


def _named(node: Node) -> list[str]:
    names = NamedTypes()
    visit(node, names)
    return names.names


def _interfaces(node: Fielded) -> frozenset[str]:
    return frozenset(interface.name.value for interface in node.interfaces or ())


def _is_plumbing(owner: str) -> bool:
    """Connections, edges and payloads are nothing without what they carry."""
    return owner.endswith(("Connection", "Edge", "Payload"))


def prune(full_sdl: str, documents: Iterable[str]) -> str:
    """Return the part of Shopify's SDL that the documents can reach, without descriptions."""
    sdl = parse(full_sdl, no_location=True)
    seen = selections(build_ast_schema(sdl, assume_valid=True), map(parse, documents))
    pruning = Pruning(sdl, seen.types | WHOLE_TYPES, seen.roots | ROOT_FIELDS)
    return HEADER + print_ast(visit(pruning.document(), WithoutDescriptions())) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Write schema.graphql from Shopify's full SDL.")
    parser.add_argument("full_sdl", type=Path, metavar="FULL_SDL")
    full_sdl: Path = parser.parse_args().full_sdl
    documents = [path.read_text("utf-8") for path in sorted(DOCUMENTS.glob("*.graphql"))]
    PRUNED.write_text(prune(full_sdl.read_text("utf-8"), documents), "utf-8")


if __name__ == "__main__":
    main()
