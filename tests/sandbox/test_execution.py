"""Documents: compiled ones answer byte for byte as graphql-core does; wrong ones as Shopify does."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLResolveInfo,
    GraphQLSchema,
    execute_sync,
    get_named_type,
    parse,
    validate,
)

from sandbox.gql.connection import nested
from sandbox.gql.cost import Observed
from sandbox.gql.documents import Documents
from sandbox.gql.execution import Answer, Call
from sandbox.gql.queries import query_handlers
from sandbox.store import Store

from .conftest import DOCUMENTS, Client, document

VARIABLES: dict[str, dict[str, Any]] = {
    "orders_page": {"first": 50, "query": "status:any", "lines": 100},
    "orders_count": {"query": ""},
    "order_lines": {"id": "gid://shopify/Order/5000015", "first": 250},
    "order_shipping_lines": {"id": "gid://shopify/Order/5000001", "first": 250},
    "order_fulfillment_orders": {"id": "gid://shopify/Order/5000001", "first": 250},
    "fulfillment_orders": {"ids": [f"gid://shopify/Order/{n}" for n in range(5000001, 5000048)]},
    "fulfillment_order_lines": {"id": "gid://shopify/FulfillmentOrder/7000015", "first": 250},
    "fulfillment_lines": {"id": "gid://shopify/Fulfillment/8000001", "first": 250},
    "locations_page": {"first": 100},
    "shop_info": {},
}


class ByTheBook:
    """Resolves one field at a time, the way graphql-core means it."""

    def __init__(self, store: Store) -> None:
        self.handlers = query_handlers(store)

    def __call__(self, source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        kind = get_named_type(info.return_type).name
        if source is None:
            root = Documents(info.schema).get(self.text).operation(None)
            assert root is not None
            field = next(f for f in root.program({}) if f.name == info.field_name)
            return self.handlers[info.field_name](Call(args, field, Answer()))
        value = source[info.field_name]
        if callable(value):
            value = value(args)
        if kind.endswith("Connection") and isinstance(value, list):
            given = {name: v for name, v in args.items() if name != "reverse" or v}
            return nested(value, given, info.field_name, edges=True)
        return value[: args["first"]] if "first" in args else value

    text = ""


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_a_compiled_document_answers_byte_for_byte_as_graphql_core(
    given_demo_shop: Client, schema: GraphQLSchema, name: str
) -> None:
    variables = VARIABLES[name]
    text = document(name).replace("$after: String!", "$after: String")
    book = ByTheBook(given_demo_shop.api.store)
    book.text = text
    expected = execute_sync(
        schema, parse(text), variable_values=variables, field_resolver=book,
        type_resolver=lambda value, *_: value["__typename"],
    )  # fmt: skip
    assert expected.errors is None
    answer = given_demo_shop.data(text, **variables)
    assert orjson.dumps(answer) == orjson.dumps(expected.data)
    assert None not in answer.values()


def test_every_document_of_the_product_is_served(
    given_demo_shop: Client, schema: GraphQLSchema
) -> None:
    for path in DOCUMENTS.glob("*.graphql"):
        text = path.read_text("utf-8")
        assert validate(schema, parse(text)) == []
        operation = Documents(schema).get(text).operation(None)
        assert operation is not None
        assert operation.roots


def test_edges_aliases_fragments_and_conditions_are_projected(given_demo_shop: Client) -> None:
    data = given_demo_shop.data(
        """query($more: Boolean!) {
             one: orders(first: 1, sortKey: ID) { edges { cursor node { ...O } } }
             __typename
           }
           fragment O on Order { number: name note @include(if: $more) email @skip(if: $more) }""",
        more=True,
    )
    (edge,) = data["one"]["edges"]
    assert edge["node"] == {"number": "#1001", "note": None}
    assert data["__typename"] == "QueryRoot"


@pytest.mark.parametrize(
    ("text", "message", "extensions"),
    [
        (
            "query Q { shop { nam } }",
            "Field 'nam' doesn't exist on type 'Shop'",
            {"code": "undefinedField", "typeName": "Shop", "fieldName": "nam"},
        ),
        (
            "query Q { orders(fist: 1) { nodes { id } } }",
            "Field 'orders' doesn't accept argument 'fist'",
            {
                "code": "argumentNotAccepted",
                "name": "orders",
                "typeName": "Field",
                "argumentName": "fist",
            },
        ),
        (
            "query Q { order { id } }",
            "Field 'order' is missing required arguments: id",
            {
                "code": "missingRequiredArguments",
                "className": "Field",
                "name": "order",
                "arguments": "id",
            },
        ),
        (
            "query Q($x: Int) { shop { name } }",
            "Variable $x is declared by Q but not used",
            {"code": "variableNotUsed", "variableName": "x"},
        ),
        (
            "query Q { shop }",
            "Field must have selections (field 'shop' returns Shop but has no selections. "
            "Did you mean 'shop { ... }'?)",
            {"code": "selectionMismatch", "nodeName": "field 'shop'", "typeName": "Shop"},
        ),
        (
            "query Q { shop { name @foo } }",
            "Directive @foo is not defined",
            {"code": "undefinedDirective", "directiveName": "foo"},
        ),
    ],
)
def test_a_wrong_document_is_refused_in_shopifys_words(
    given_empty_shop: Client, text: str, message: str, extensions: dict[str, str]
) -> None:
    answer = given_empty_shop.post(text)
    assert "data" not in answer
    (error,) = answer["errors"]
    assert (error["message"], error["extensions"]) == (message, extensions)
    assert error["path"][0] == "query Q"


def test_bad_variables_are_all_named(given_empty_shop: Client) -> None:
    text = (
        "mutation M($input: OrderInput!) { orderUpdate(input: $input) { userErrors { message } } }"
    )
    value = {"id": "gid://shopify/Order/1", "staffMemberId": "x", "tags": [1]}
    (error,) = given_empty_shop.post(text, input=value)["errors"]
    assert error["message"] == (
        "Variable $input of type OrderInput! was provided invalid value for staffMemberId "
        "(Field is not defined on OrderInput), tags.0 (Could not coerce value 1 to String)"
    )
    assert error["extensions"] == {
        "code": "INVALID_VARIABLE",
        "value": value,
        "problems": [
            {"path": ["staffMemberId"], "explanation": "Field is not defined on OrderInput"},
            {"path": ["tags", 0], "explanation": "Could not coerce value 1 to String"},
        ],
    }


def test_an_id_that_is_none_and_one_of_another_type(given_demo_shop: Client) -> None:
    text = "query Q($id: ID!) { order(id: $id) { name } }"
    (bad,) = given_demo_shop.post(text, id="1001")["errors"]
    assert bad["extensions"]["problems"] == [
        {"path": [], "explanation": "Invalid global id '1001'"}
    ]
    other = given_demo_shop.post(text, id="gid://shopify/Product/1")
    assert other["data"] == {"order": None}
    assert other["errors"][0]["extensions"] == {"code": "RESOURCE_NOT_FOUND"}
    assert given_demo_shop.data(text, id="gid://shopify/Order/1") == {"order": None}


def test_a_list_needs_a_window_and_an_array_has_an_end(given_demo_shop: Client) -> None:
    answer = given_demo_shop.post("{ orders { nodes { id } } }")
    assert answer["data"] is None
    assert answer["errors"][0]["message"] == "you must provide one of first or last"
    ids = ["gid://shopify/Order/1"] * 251
    (error,) = given_demo_shop.post("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)[
        "errors"
    ]
    assert error["extensions"] == {"code": "MAX_INPUT_SIZE_EXCEEDED"}


def test_what_the_sandbox_does_not_serve_it_says(given_demo_shop: Client) -> None:
    answer = given_demo_shop.post("{ shop { domains { id } } }")
    (error,) = answer["errors"]
    assert error["message"] == "The sandbox does not serve the field domains."
    assert answer["data"] is None


def test_a_stranger_and_an_old_version_do_not_get_in(given_empty_shop: Client) -> None:
    client, body = given_empty_shop, {"query": "{ shop { name } }"}
    status, answer, headers = client.raw("/admin/api/2026-10/graphql.json", body)
    assert (status, headers["X-Shopify-API-Version"]) == (200, "2026-10")
    assert headers["X-Request-Id"]
    assert client.raw("/admin/api/2019-04/graphql.json", body)[0] == 404
    client.token = ""
    status, answer, _ = client.raw("/admin/api/2026-10/graphql.json", body)
    assert status == 401
    assert json.loads(answer)["errors"].startswith("[API] Invalid API key or access token")


def test_observed_pages_price_what_they_held() -> None:
    seen = Observed()
    for rows, asked, price in ((5, 50, 1), (16, 50, 3), (19, 50, 3), (50, 50, 7), (209, 250, 9)):
        seen.calls["C"] = [1, rows]
        assert seen.size("C", asked) == price
    seen.calls["C"] = [1, 0]
    assert seen.size("C", 50) == 7
