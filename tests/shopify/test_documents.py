"""Every document is valid for the pinned API, priced, and safe to send."""

from __future__ import annotations

import subprocess
import sys

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from connector.shopify.cost import SINGLE_CALL_LIMIT, evaluate, page_factor
from connector.shopify.documents import load, names
from connector.shopify.pricing import formulas


def test_there_are_documents() -> None:
    assert {"orders_page", "fulfillment_orders", "fulfillment_create"} <= set(names())


@pytest.mark.parametrize("name", names())
def test_a_document_is_valid_and_uses_nothing_deprecated(name: str, schema: GraphQLSchema) -> None:
    rules = [*specified_rules, NoDeprecatedCustomRule]

    assert validate(schema, parse(load(name).text), rules) == []


@pytest.mark.parametrize("name", names())
def test_a_document_holds_one_operation_and_no_literal_cursor(name: str) -> None:
    document = load(name)
    (operation,) = [
        d for d in parse(document.text).definitions if isinstance(d, OperationDefinitionNode)
    ]

    assert operation.name is not None
    assert operation.name.value == "".join(part.title() for part in name.split("_"))
    assert (operation.operation.value == "mutation") == document.is_mutation
    assert 'after: "' not in document.text


@pytest.mark.parametrize("name", [name for name in names() if load(name).is_mutation])
def test_a_mutation_asks_for_its_user_errors(name: str) -> None:
    (operation,) = [
        d for d in parse(load(name).text).definitions if isinstance(d, OperationDefinitionNode)
    ]

    for root in operation.selection_set.selections:
        assert isinstance(root, FieldNode)
        assert root.selection_set is not None
        below = [
            (f.alias or f.name).value
            for f in root.selection_set.selections
            if isinstance(f, FieldNode)
        ]
        assert "userErrors" in below


def test_only_queries_and_what_changes_nothing_twice_are_repeatable() -> None:
    once = ("fulfillment_create", "order_cancel", "order_mark_as_paid", "customer_set")
    assert not any(load(name).repeatable for name in once)
    assert load("order_close").repeatable
    assert all(load(name).repeatable for name in names() if not load(name).is_mutation)


def test_costs_json_is_what_the_cost_model_says(schema: GraphQLSchema) -> None:
    """If this fails: run `python -m connector.shopify.pricing`."""
    assert {name: load(name).formula for name in names()} == formulas(schema)


@pytest.mark.parametrize(
    ("name", "variables", "cost"),
    [
        ("orders_page", {"first": 250, "lines": 100}, 981),
        ("orders_refunds", {"first": 50}, 247),
        ("orders_returns", {"first": 50}, 387),
        ("order_returns", {"first": 250}, 289),
        ("return_arrivals", {"first": 10}, 135),
        ("orders_page", {"first": 100, "lines": 20}, 587),
        ("orders_page", {"first": 0, "lines": 20}, 2),
        ("order_lines", {"first": 250}, 69),
        ("fulfillment_orders", {"ids": ["a"] * 50}, 121),
        ("orders_places", {"ids": ["a"] * 100}, 60),
        ("fulfillment_create", {}, 10),
        ("orders_count", {}, 10),
        ("locations_page", {"first": 100}, 20),
        ("customers_page", {"first": 250}, 101),
    ],
)
def test_a_call_costs(name: str, variables: dict[str, object], cost: int) -> None:
    assert load(name).cost(variables) == cost


def test_a_page_of_orders_costs_at_most_four_points_an_order() -> None:
    cost = load("orders_page").cost({"first": 250, "lines": 100})

    assert cost <= SINGLE_CALL_LIMIT
    assert cost / 250 <= 4


@pytest.mark.parametrize(
    ("size", "factor"),
    [(None, 0), (0, 0), (1, 1), (2, 1), (3, 2), (5, 3), (10, 4), (50, 7), (100, 9), (250, 11)],
)
def test_a_page_costs_with_the_logarithm_of_its_size(size: int | None, factor: int) -> None:
    assert page_factor(size) == factor


def test_formulas_know_the_dearest_of_several_types() -> None:
    assert evaluate(["max", 3, ["page", "first", 2]], {"first": 10}) == 8


def test_what_is_no_formula_is_refused() -> None:
    with pytest.raises(ValueError, match="not a cost formula"):
        evaluate(["-", 1], {})


def test_a_worker_loads_neither_a_schema_nor_a_parser() -> None:
    asked = (
        "import sys; from connector.shopify import orders, fulfillments, shop; "
        "from connector.shopify.documents import load, names; [load(n) for n in names()]; "
        "print([m for m in sys.modules if m.split('.')[0] in ('graphql', 'django', 'redis')])"
    )

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)

    assert done.stdout.strip() == "[]"
