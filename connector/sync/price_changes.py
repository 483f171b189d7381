"""One variant's price on its way: what the books say, what Shopify has, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from connector.shopify.prices import PriceNode, Told
from connector.sync.mapping.prices import Known, VariantPrice, Verdict, changes
from connector.sync.models import BulkOperation, PriceMark, VariantLink
from connector.sync.priced import Priced
from connector.sync.report import Outcome, Result
from shops import bulk
from shops.models import Variant

State = PriceMark.State


@dataclass(slots=True)
class Change:
    variant: Variant
    verdict: Verdict | None  # None: the books have no price, or it is the result of an earlier run
    theirs: PriceNode | None = None
    told: Mapping[str, Decimal | None] = field(default_factory=dict)  # see mapping.prices.changes
    answer: Told | None = None
    on_its_way: bool = False  # in a bulk operation that Shopify has not ended
    operation: BulkOperation | None = None  # whose result it is
    code: str = ""
    reason: str = ""

    @classmethod
    def of(
        cls, link: VariantLink, priced: Priced, theirs: PriceNode, verdict: Verdict | None
    ) -> Change:
        told = changes(priced.price, theirs_of(theirs)) if priced.price else {}
        return cls(link.variant, verdict, theirs, told, code=priced.code, reason=priced.reason)


def theirs_of(node: PriceNode) -> VariantPrice:
    return VariantPrice(node.price, node.compare_at, node.unit_cost)


def known_prices(variants: Collection[int]) -> dict[int, Known]:
    marks = PriceMark.objects.filter(variant__in=variants)
    return {
        mark.variant_id: Known(mark.price, mark.compare_at, mark.state == State.ACCEPTED)
        for mark in marks
    }


def result(change: Change, *, dry: bool = False) -> Result:
    """What became of it, or would."""
    if change.answer is not None:
        return _answered(change.answer)
    if change.on_its_way:
        return Result(Outcome.SKIPPED, "under_way", listed=False)
    match change.verdict:
        case Verdict.SEND if dry:
            return Result(Outcome.UPDATED, reason=_would(change))
        case Verdict.SAME | Verdict.KEPT:
            return Result(Outcome.UNCHANGED)
        case Verdict.DRIFT:
            reason = _("The price was edited in Shopify and is left alone.")
            return Result(Outcome.SKIPPED, "drift", reason, listed=False)
    return Result(Outcome.SKIPPED, change.code, change.reason)


def _answered(answer: Told) -> Result:
    if answer.node is not None:
        return Result(Outcome.UPDATED)
    words = answer.problem or _("Shopify did not confirm the price. It is told again.")
    return Result(Outcome.REJECTED, "refused", words)


def _would(change: Change) -> str:
    words = {"price": _("Price"), "compare_at": _("Compare-at price"), "unit_cost": _("Unit cost")}
    assert change.theirs is not None
    return "; ".join(
        f"{words[name]}: {_shown(getattr(change.theirs, name))} → {_shown(value)}"
        for name, value in change.told.items()
    )


def _shown(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount:.2f}"


def put_seen(items: Sequence[Change], now: datetime) -> None:
    """Keep Shopify's prices where they are news, and what is in step or was edited.

    An edited price leaves what we told there, so that it stays an edited one.
    """
    seen = [(item.variant, item.theirs) for item in items if item.theirs is not None]
    put_mirror(seen, now)
    _put_marks(
        [
            (item.variant.pk, item.theirs, State.SENT)
            for item in items
            if item.verdict is Verdict.SAME and item.theirs is not None
        ],
        now,
    )
    drifted = [item.variant.pk for item in items if item.verdict is Verdict.DRIFT]
    marks = PriceMark.objects.filter(variant__in=drifted).exclude(state=State.DRIFT)
    if drifted:
        marks.update(state=State.DRIFT)


def put_told(items: Sequence[Change], now: datetime) -> None:
    """Keep what Shopify confirmed: as its price, and as what it was last told."""
    confirmed = [
        (item.variant, item.answer.node) for item in items if item.answer and item.answer.node
    ]
    put_mirror(confirmed, now)
    _put_marks([(variant.pk, node, State.SENT) for variant, node in confirmed], now)
    for operation in {item.operation for item in items if item.operation is not None}:
        operation.save()


def put_mirror(pairs: Sequence[tuple[Variant, PriceNode]], now: datetime) -> None:
    """Write Shopify's price of each variant where it is not the one we have."""
    rows = [
        (node.price, node.compare_at, node.unit_cost, now, variant.pk)
        for variant, node in pairs
        if (variant.price, variant.compare_at_price, variant.unit_cost)
        != (node.price, node.compare_at, node.unit_cost)
    ]
    bulk.update(Variant, ("price", "compare_at_price", "unit_cost", "seen_at"), rows)


def _put_marks(settled: Sequence[tuple[int, PriceNode, str]], now: datetime) -> None:
    marks = PriceMark.objects.in_bulk([pk for pk, _node, _state in settled])
    fresh, changed = [], []
    for pk, node, state in settled:
        values = (node.price, node.compare_at, node.unit_cost, state)
        mark = marks.get(pk)
        if mark is None:
            fresh.append((pk, *values, now))
        elif (mark.price, mark.compare_at, mark.unit_cost, mark.state) != values:
            changed.append((*values, now, pk))
    columns = ("price", "compare_at", "unit_cost", "state", "sent_at")
    bulk.insert(PriceMark, ("variant_id", *columns), fresh)
    bulk.update(PriceMark, columns, changed, key="variant_id")


def price_of(variant: Variant) -> VariantPrice:
    """As it was last read from Shopify."""
    return VariantPrice(variant.price, variant.compare_at_price, variant.unit_cost)


def settle(variants: QuerySet[Any], *, accept: bool) -> int:
    """A person's answer to edited prices: Shopify's stand, or ours are told again. How many there were."""
    marks = PriceMark.objects.filter(
        variant__in=variants, state__in=[State.DRIFT] if accept else [State.DRIFT, State.ACCEPTED]
    )
    answered = list(marks.select_related("variant"))
    for mark in answered:
        mark.price, mark.compare_at = mark.variant.price, mark.variant.compare_at_price
        mark.state = State.ACCEPTED if accept else State.SENT
    PriceMark.objects.bulk_update(answered, ["price", "compare_at", "state"])
    return len(answered)
