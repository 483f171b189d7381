"""The root fields that write: each takes its input, changes one record and shows the result."""

from __future__ import annotations

from sandbox.gql.execution import Handler
from sandbox.mutations.customers import customer_handlers
from sandbox.mutations.fulfillments import fulfillment_create, fulfillment_request_accept
from sandbox.mutations.orders import order_handlers
from sandbox.store import Store


def mutation_handlers(store: Store) -> dict[str, Handler]:
    """Return the handlers of all mutations, by name."""
    return {
        "fulfillmentCreate": fulfillment_create(store),
        "fulfillmentOrderAcceptFulfillmentRequest": fulfillment_request_accept(store),
        **customer_handlers(store),
        **order_handlers(store),
    }
