"""How the books tell others that something was posted. They call nobody.

`posted` is sent after the commit, with `company` (its primary key) and the primary keys of what
was posted for customers: `shipments`, `invoices` and `credit_memos`, each a tuple of UUIDs. It is a doorbell:
a receiver that fails is logged and undoes nothing.
"""

from __future__ import annotations

from django.dispatch import Signal

posted = Signal()
