"""/__sandbox/customers…: what others do with customers, behind the back of who asks the API.

customers {"email": …, "firstName": …, "addresses": [{…}]}, or a list of them; customers/edit the same with
the "id" or "email" of the one; customers/delete; customers/merge {"id": the one that stays, "gone": …};
customers/withhold {"withheld": true}, of one or of all: what an app without the right to see them gets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.asked import BadRequest
from sandbox.changes import Occasion
from sandbox.changes.customers import changed, created
from sandbox.records.customer import Customer
from sandbox.store import Store

Given = Mapping[str, Any]


def customer_doors(store: Store) -> dict[str, Callable[[Any], Any]]:
    doors = CustomerDoors(store)
    return {
        "customers": doors.add,
        "customers/edit": doors.edit,
        "customers/delete": doors.delete,
        "customers/merge": doors.merge,
        "customers/withhold": doors.withhold,
    }


class CustomerDoors:
    """They raise BadRequest and Refused."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, given: Any) -> Any:
        if isinstance(given, list):
            return {"customers": [self._added(one, ()) for one in given]}  # as many as one likes
        return self._added(given, self.store.customers())

    def _added(self, given: Given, others: Any) -> dict[str, Any]:
        return self._kept(self._stated(created(given, others, self._occasion()), given))

    def edit(self, given: Given) -> Any:
        before = self._one(given.get("id") or given.get("email"))
        after = changed(before, given, self.store.customers(), self._occasion())
        return self._kept(self._stated(after, given))

    def delete(self, given: Given) -> Any:
        record = self._one(given.get("id") or given.get("email"))
        self.store.remove(record.gid)
        return {"id": record.gid}

    def merge(self, given: Given) -> Any:
        """Orders and addresses of the one that goes are the other's from now on."""
        stays, gone = self._one(given.get("id")), self._one(given.get("gone"))
        now = self.store.clock.now()
        for order in self.store.orders():
            if order.customer_gid == gone.gid:
                self.store.put(replace(order, customer_gid=stays.gid, updated_at=now))
        self.store.remove(gone.gid)
        more = (*stays.addresses, *gone.addresses)
        default = stays.default_gid or gone.default_gid
        return self._kept(replace(stays, addresses=more, default_gid=default, updated_at=now))

    def withhold(self, given: Given) -> Any:
        withheld = bool(given.get("withheld", True))
        wanted = given.get("id") or given.get("email")
        chosen = [self._one(wanted)] if wanted else self.store.customers()
        for record in chosen:
            now = self.store.clock.now()
            self.store.put(replace(record, withheld=withheld, updated_at=now))
        return {"customers": len(chosen)}

    def _one(self, wanted: Any) -> Customer:
        for record in self.store.customers():
            if wanted and wanted in {record.gid, record.email}:
                return record
        raise BadRequest(f"There is no customer {wanted}: give its id or its e-mail.")

    def _stated(self, record: Customer, given: Given) -> Customer:
        """With what nobody can say by a mutation."""
        return replace(
            record,
            state=given.get("state", record.state),
            verified_email=given.get("verifiedEmail", record.verified_email),
        )

    def _occasion(self) -> Occasion:
        return Occasion(self.store.clock.now(), self.store.new_gid)

    def _kept(self, record: Customer) -> dict[str, Any]:
        self.store.put(record)
        return {"id": record.gid, "addresses": [one.gid for one in record.addresses]}
