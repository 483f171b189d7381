"""The root fields that write: each takes its input, changes one record and shows the result."""

from __future__ import annotations

from sandbox.gql.execution import Handler
from sandbox.mutations.bulk import bulk_queries
from sandbox.mutations.customers import customer_handlers
from sandbox.mutations.files import file_handlers
from sandbox.mutations.fulfillments import fulfillment_create, fulfillment_request_accept
from sandbox.mutations.inventory import inventory_handlers
from sandbox.mutations.media import media_handlers
from sandbox.mutations.metafields import metafield_handlers
from sandbox.mutations.orders import order_handlers
from sandbox.mutations.product_options import option_handlers
from sandbox.mutations.product_set import operation_query, product_set_handlers
from sandbox.mutations.products import product_handlers
from sandbox.mutations.publications import publication_handlers
from sandbox.mutations.staged import staged_handlers
from sandbox.mutations.translations import translation_handlers, translation_queries
from sandbox.mutations.variants import variant_handlers
from sandbox.store import Store


def mutation_handlers(store: Store) -> dict[str, Handler]:
    """Return the handlers of all mutations, by name."""
    return {
        "fulfillmentCreate": fulfillment_create(store),
        "fulfillmentOrderAcceptFulfillmentRequest": fulfillment_request_accept(store),
        **customer_handlers(store),
        **order_handlers(store),
        **product_handlers(store),
        **variant_handlers(store),
        **option_handlers(store),
        **product_set_handlers(store),
        **publication_handlers(store),
        **inventory_handlers(store),
        **staged_handlers(store),
        **file_handlers(store),
        **media_handlers(store),
        **metafield_handlers(store),
        **translation_handlers(store),
    }


def operation_queries(store: Store) -> dict[str, Handler]:
    """Return the handlers that tell how work is going which a mutation began."""
    return {
        "productOperation": operation_query(store),
        **bulk_queries(store),
        **translation_queries(store),
    }
