"""A pretend Shopify: the Admin GraphQL API of one shop, in memory, over HTTP.

A process of its own that imports nothing of the product: what it proves, it proves over the wire.

    records   what the shop holds: frozen dataclasses        gql        documents, cost, execution
    nodes     records as Shopify shows them: dicts           mutations  what a call may change
    totals    all money of an order, from its lines          loading    CSV files as real input
    store     records and nodes by id                        demo       our own little shop
    catalog   products taken in, changed, let go       media      files looked through
    jobs      work answered before it is done          uploads    files put and fetched
    shop      a call answered: gate, bucket, faults          control    /__sandbox/
"""
