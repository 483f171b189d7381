"""GraphQL as Shopify speaks it: documents, messages, cost, connections, search, execution."""
