"""The pruned schema: part of the whole one, and all that our documents need."""

from __future__ import annotations

from pathlib import Path

from graphql import GraphQLSchema, build_schema, parse, print_ast, validate
from graphql.language import (
    DocumentNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
)

from connector.shopify.prune_schema import PRUNED, ROOT_FIELDS, prune

from .conftest import DOCUMENTS


def types(sdl: DocumentNode) -> dict[str, TypeDefinitionNode]:
    return {d.name.value: d for d in sdl.definitions if isinstance(d, TypeDefinitionNode)}


def test_it_is_small_and_judges_all_our_documents() -> None:
    text = PRUNED.read_text("utf-8")
    assert len(text) < 300_000
    schema = build_schema(text, assume_valid=True)
    for path in DOCUMENTS.glob("*.graphql"):
        assert validate(schema, parse(path.read_text("utf-8"))) == [], path.name


def test_every_type_and_field_of_it_is_shopifys(shared: Path) -> None:
    full_sdl = (shared / "shopify" / "schema" / "admin-2026-10.min.graphql").read_text("utf-8")
    full, pruned = types(parse(full_sdl)), types(parse(PRUNED.read_text("utf-8")))
    for name, node in pruned.items():
        if not isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            assert print_ast(node) == print_ast(full[name])
            continue
        whole = full[name]
        assert isinstance(whole, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode)
        known = {print_ast(field) for field in whole.fields or ()}
        assert {print_ast(field) for field in node.fields or ()} <= known
    order = pruned["Order"]
    assert print_ast(order).count("\n") == print_ast(full["Order"]).count("\n")


def test_the_file_is_what_the_script_writes(shared: Path) -> None:
    full_sdl = (shared / "shopify" / "schema" / "admin-2026-10.min.graphql").read_text("utf-8")
    documents = [path.read_text("utf-8") for path in sorted(DOCUMENTS.glob("*.graphql"))]
    assert prune(full_sdl, documents) == PRUNED.read_text("utf-8")


def test_every_root_field_kept_in_reserve_is_there(schema: GraphQLSchema) -> None:
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    assert set(schema.query_type.fields) | set(schema.mutation_type.fields) == ROOT_FIELDS
