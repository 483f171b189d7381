"""The mutations of customers and their addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sandbox.changes import Occasion, Refused
from sandbox.changes.customers import changed, created, with_address, with_changed_address
from sandbox.gql.errors import Failed, NotServed
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.payload import done, refused
from sandbox.nodes import Node
from sandbox.records.customer import Customer
from sandbox.store import Store

IDENTIFIERS = {"id": "gid", "email": "email", "phone": "phone"}
Act = Callable[[Call, Occasion], Node]


def customer_handlers(store: Store) -> dict[str, Handler]:
    customers = _Customers(store)
    return {
        "customerCreate": customers.saying_no(customers.create, "customer"),
        "customerUpdate": customers.saying_no(customers.update, "customer"),
        "customerSet": customers.saying_no(customers.set, "customer"),
        "customerAddressCreate": customers.saying_no(customers.add_address, "address"),
        "customerAddressUpdate": customers.saying_no(customers.change_address, "address"),
        "customerAddressDelete": customers.saying_no(customers.drop_address, "deletedAddressId"),
    }


class _Customers:
    def __init__(self, store: Store) -> None:
        self.store = store

    def saying_no(self, act: Act, empty: str) -> Handler:
        def handler(call: Call) -> Node:
            try:
                return act(call, Occasion(self.store.clock.now(), self.store.new_gid))
            except Refused as refusal:
                return refused(refusal, empty)

        return handler

    def create(self, call: Call, occasion: Occasion) -> Node:
        after = created(call.args["input"], self.store.customers(), occasion)
        return self._shown(after)

    def update(self, call: Call, occasion: Occasion) -> Node:
        wanted = call.args["input"]
        before = self._customer(wanted.get("id"), "id")
        return self._shown(changed(before, wanted, self.store.customers(), occasion))

    def set(self, call: Call, occasion: Occasion) -> Node:
        """Change the one with the identifier; without one, or where there is none, create."""
        wanted, others = call.args["input"], self.store.customers()
        for kind, value in (call.args.get("identifier") or {}).items():
            if kind not in IDENTIFIERS:
                raise NotServed(f"customers by {kind}")
            for known in others:
                if getattr(known, IDENTIFIERS[kind]) == value:
                    return self._shown(changed(known, wanted, others, occasion))
            if kind == "id":
                raise Refused("Customer does not exist", ("identifier", "id"), "NOT_FOUND")
        return self._shown(created(wanted, others, occasion))

    def add_address(self, call: Call, occasion: Occasion) -> Node:
        before = self._customer(call.args["customerId"], "customerId")
        as_default = bool(call.args.get("setAsDefault"))
        after = with_address(before, call.args["address"], occasion, as_default=as_default)
        return self._address(after, after.addresses[-1].gid)

    def change_address(self, call: Call, occasion: Occasion) -> Node:
        before = self._customer(call.args["customerId"], "customerId")
        gid, as_default = self._known(call.args["addressId"]), bool(call.args.get("setAsDefault"))
        given = call.args["address"]
        after = with_changed_address(before, gid, given, occasion, as_default=as_default)
        return self._address(after, gid)

    def drop_address(self, call: Call, occasion: Occasion) -> Node:
        before = self._customer(call.args["customerId"], "customerId")
        gid = self._known(call.args["addressId"])
        left = tuple(one for one in before.addresses if one.gid != gid)
        if left == before.addresses:
            raise Refused("Address does not exist", ("addressId",))
        default = before.default_gid
        if default == gid:
            default = left[0].gid if left else None
        after = replace(before, addresses=left, default_gid=default, updated_at=occasion.now)
        self.store.put(after)
        return done(deletedAddressId=gid)

    def _customer(self, gid: str | None, field: str) -> Customer:
        record = self.store.records.get(gid or "")
        if not isinstance(record, Customer):
            raise Refused("Customer does not exist", (field,))
        return record

    def _known(self, gid: str) -> str:
        """Of an address of any customer; else Shopify answers with an error, as recorded."""
        if any(gid == one.gid for each in self.store.customers() for one in each.addresses):
            return gid
        raise Failed("invalid id", "RESOURCE_NOT_FOUND")

    def _shown(self, after: Customer) -> Node:
        self.store.put(after)
        return done(customer=self.store.nodes[after.gid])

    def _address(self, after: Customer, gid: str) -> Node:
        self.store.put(after)
        nodes = self.store.nodes[after.gid]["addressesV2"]
        return done(address=next((node for node in nodes if node["id"] == gid), None))
