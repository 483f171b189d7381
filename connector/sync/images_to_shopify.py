"""30107 to Shopify: what differs from what Shopify last confirmed is sent, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.sync.image_report import ImageReport, in_batches
from connector.sync.mapping.images import Plan
from connector.sync.models import MediaLink
from connector.sync.picture_sending import Sending
from connector.sync.pictured import Due, Pictured, pictured
from connector.sync.report import Context, Outcome, Result
from shops.models import Product

BATCH = 100  # products that are looked at together
WAITS = (1.0, 2.0, 4.0, 8.0)  # s; what Shopify is still processing then, the next run goes on with


class ImagesToShopify(ImageReport[Pictured]):
    outgoing = True
    wait: Callable[[float], None] = staticmethod(time.sleep)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._began = context.now()
        self._under_way: set[int] = set()  # products whose pictures Shopify is processing

    def fetch(self) -> Iterator[Sequence[Pictured]]:
        yield from self._differing(self._products())
        for seconds in WAITS:
            if not self._under_way:
                return
            type(self).wait(seconds)
            waiting, self._under_way = self._under_way, set()
            yield from self._differing(Product.objects.filter(pk__in=waiting).order_by("pk"))

    def _differing(self, products: QuerySet[Product]) -> Iterator[list[Pictured]]:
        paused = self._paused()
        for batch in in_batches(products, BATCH):
            found = [item for item in pictured(batch) if self._to_do(item, paused)]
            if found:
                yield found

    def _to_do(self, item: Pictured, paused: set[str]) -> bool:
        """A picture waits for its own next try; the rest of a product, for that of the product."""
        todo = self._plan(item)
        if self._full and not self._dry:
            return bool(item.wanted or item.links)
        return todo.urgent or not (todo.nothing or item.product.gid in paused)

    def _plan(self, item: Pictured) -> Plan:
        return item.plan(self._due_now())

    def _due_now(self) -> Due:
        """What fails in this run is not tried a second time by it."""
        return Due(self.now(), self._began if self._again else None, removed=self._full)

    def identity(self, item: Pictured) -> tuple[str, str]:
        return item.product.gid, item.product.title

    def apply(self, item: Pictured) -> Result:
        """Raises as Sending.send."""
        if self._dry:
            return Result(Outcome.UPDATED, reason=_words(self._plan(item)))
        sending = Sending(self.context, item, self._due_now())
        try:
            return sending.send()
        finally:
            if sending.under_way:
                self._under_way.add(item.product.pk)

    def closing_note(self) -> str:
        count = MediaLink.objects.filter(
            product__in=self._under_way,
            state__in=[MediaLink.State.UPLOADING, MediaLink.State.PROCESSING],
        ).count()
        if not count:
            return ""
        text = ngettext(
            "Shopify is still processing %(count)d picture: the next run goes on with it.",
            "Shopify is still processing %(count)d pictures: the next run goes on with them.",
            count,
        )
        return text % {"count": count}


def _words(todo: Plan) -> str:
    """What a run would do, as a sentence."""
    said = [
        _("pictures to send: %d") % len(todo.upload) if todo.upload else "",
        _("pictures to remove: %d") % len(todo.remove) if todo.remove else "",
        _("texts to change: %d") % len(todo.describe) if todo.describe else "",
        _("variants to change: %d") % len({*_variants(todo)}) if _variants(todo) else "",
        _("the order changes") if todo.order else "",
        _("Shopify is asked how pictures stand") if todo.under_way else "",
    ]
    return "; ".join(filter(None, said))


def _variants(todo: Plan) -> list[str]:
    return [variant for variant, _link in (*todo.show, *todo.hide)]
