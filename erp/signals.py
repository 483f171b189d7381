"""How the books tell others that something was posted. They call nobody.

`posted` is sent after the commit, with `company` (its primary key) and the primary keys of what was
posted, each a tuple of UUIDs: `shipments`, `invoices`, `credit_memos` and `return_receipts` of sales;
`receipts`, `purchase_invoices`, `purchase_credit_memos` and `return_shipments` of purchases. It is a
doorbell: a receiver that fails is logged and undoes nothing.
"""

from __future__ import annotations

from django.dispatch import Signal

posted = Signal()

# Side and kind of a document (values of `Document.Side` and `Document.Kind`): where it is told.
TOLD = {
    ("sale", "shipment"): "shipments",
    ("sale", "invoice"): "invoices",
    ("sale", "credit_memo"): "credit_memos",
    ("sale", "return_receipt"): "return_receipts",
    ("purchase", "shipment"): "receipts",
    ("purchase", "invoice"): "purchase_invoices",
    ("purchase", "credit_memo"): "purchase_credit_memos",
    ("purchase", "return_receipt"): "return_shipments",
}
