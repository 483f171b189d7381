"""Sends what changed of one product, and keeps of it what Shopify confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.shopify.client import Client
from connector.shopify.errors import UserErrors
from connector.shopify.product_writes import create_variants, update_product, update_variants
from connector.sync.errors import RecordError
from connector.sync.mapping.export_plans import Plan
from connector.sync.mapping.product_changes import alterations, chunks
from connector.sync.matching.hows import MADE
from connector.sync.models import ProductExport
from connector.sync.products.creating import link_variants
from connector.sync.products.linked import PRODUCT_COLUMNS, Sendable, seen_values
from connector.sync.products.seen import Writes, see
from shops.models import Product, Shop, Variant


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends to one shop."""

    shop: Shop
    client: Client
    hold: Writes
    now: datetime

    def send(self, one: Sendable, plan: Plan) -> None:
        """Send all parts; one that is refused stops no other.

        Raises RecordError with the reasons, after what Shopify did take was kept.
        """
        refused = [str(refusal) for refusal in self._sent(one, plan)]
        product = see(self.shop, self.client, [one.product.gid], self.now, self.hold).get(
            one.product.gid
        )
        if product is not None:
            self._keep(one, plan, product, refused)
        if refused:
            raise RecordError(" ".join(refused), "refused")

    def _sent(self, one: Sendable, plan: Plan) -> Iterator[UserErrors]:
        """Yield the refusals."""
        gid = one.product.gid
        if plan.input:
            try:
                update_product(self.client, gid, plan.input)
            except UserErrors as refusal:
                yield refusal
        for chunk in chunks([changed.input for changed in plan.changed]):
            try:
                update_variants(self.client, gid, chunk)
            except UserErrors as refusal:
                yield refusal
        for chunk in chunks([added.input for added in plan.added]):
            try:
                create_variants(self.client, gid, chunk)
            except UserErrors as refusal:
                yield refusal

    def _keep(self, one: Sendable, plan: Plan, product: Product, refused: Sequence[str]) -> None:
        export = one.export or ProductExport(
            shop=self.shop,
            item_id=one.linked.ware.key,
            product=product,
            state=ProductExport.State.DONE,
            created_at=self.now,
        )
        if not refused:
            export.former_status, export.made_status = plan.status.former, plan.status.made
            export.altered = {**export.altered, **self._altered(plan, product)}
        export.reason, export.sent_at = " ".join(refused), self.now
        with self.hold.transaction():
            link_variants(product, plan.added, MADE)
            export.save()

    def _altered(self, plan: Plan, product: Product) -> dict[str, str]:
        kept = {name: getattr(product, name) for name in PRODUCT_COLUMNS}
        found = alterations(plan.changes, kept)
        rows = Variant.objects.filter(product=product, gid__in=[c.gid for c in plan.changed])
        seen = {row.gid: seen_values(row) for row in rows}
        for changed in plan.changed:
            if changed.gid in seen:
                found |= alterations(changed.changes, seen[changed.gid], f"{changed.gid} ")
        return found
