"""Tells Shopify how many are available, in calls that take all of their rows or none.

What is about to be sent is written down first, with the key of its call; what came of it is written
when Shopify has answered. A row that Shopify blames is taken out of its call, and the others go on.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import F
from django.utils.translation import gettext as _

from connector.shopify.client import Client
from connector.shopify.errors import UserErrors
from connector.shopify.inventory import Quantity, activate, set_available
from connector.sync.mapping.stock import Blame, blame
from connector.sync.report import Hold
from connector.sync.stock_rows import in_chunks, loaded, read, write_read
from shops.models import Shop, StockLevel

MOST_CALLS = 4  # for a row that Shopify keeps refusing for the moment; as in BC
STALE = "CHANGE_FROM_QUANTITY_STALE"
UNSTOCKED = "ITEM_NOT_STOCKED_AT_LOCATION"
FOR_NOW = {  # the same with a new key may work at once
    "IDEMPOTENCY_CONCURRENT_REQUEST",
    "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
    "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
}


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    sentence: str


@dataclass(slots=True)
class Sent:
    """What became of some rows, by their primary keys; a row that is in neither was right already."""

    done: set[int] = field(default_factory=set)
    problems: dict[int, Problem] = field(default_factory=dict)


class Sender:
    """`compare`: Shopify takes a number only where it has the one that we read."""

    def __init__(
        self, client: Client, hold: Hold, now: Callable[[], datetime], *, compare: bool = True
    ) -> None:
        self.client, self.hold, self.now, self.compare = client, hold, now, compare

    def send(self, levels: Sequence[StockLevel]) -> Sent:
        """Send what was calculated. Raises as Client.execute, with the call still written down."""
        sent = Sent()
        stocked = [row for row in levels if row.available is not None or not row.read_at]
        self._set(stocked, sent, 1)
        for row in levels:
            if row.available is None and row.read_at:
                self._activate(row, sent)
        return sent

    def finish_interrupted(self, shop: Shop) -> None:
        """Make the calls again that were in flight when a run died; Shopify knows their keys."""
        pks = StockLevel.objects.filter(shop=shop).in_flight().values_list("pk", flat=True)
        levels = sorted(loaded(list(pks)), key=lambda row: row.sending_key)
        for key, rows in groupby(levels, key=lambda row: row.sending_key):
            self._again(key, list(rows))

    def _again(self, key: str, rows: Sequence[StockLevel]) -> None:
        call = [_quantity(row, row.sending or 0, row.sending_from) for row in rows]
        try:
            if rows[0].sending_activates:
                activate(self.client, call[0], key)
            else:
                set_available(self.client, call, key)
        except UserErrors:  # what Shopify has by now is read anew, and sent if it still differs
            self._over(rows, read_at=None)
        else:
            self._arrived(rows)

    # -- a call of several rows

    def _set(self, rows: Sequence[StockLevel], sent: Sent, attempt: int) -> None:
        if not rows:
            return
        self.hold.checkpoint()
        try:
            self._call(rows)
        except UserErrors as refusal:
            self._over(rows)
            found = blame([(e.field, e.code, e.message) for e in refusal.errors], len(rows))
            self._apart(rows, found, sent, attempt)
        else:
            sent.done.update(row.pk for row in rows)

    def _call(self, rows: Sequence[StockLevel]) -> None:
        key = self._noted(rows)
        set_available(
            self.client, [_quantity(r, _wanted(r), self._change_from(r)) for r in rows], key
        )
        self._arrived(rows)

    def _change_from(self, row: StockLevel) -> int | None:
        return row.available if self.compare else None

    def _apart(self, rows: Sequence[StockLevel], found: Blame, sent: Sent, attempt: int) -> None:
        """Send the others without those that are to blame, and see to each of these."""
        if not found.rows:
            self._all_refused(rows, found, sent, attempt)
            return
        self._set([row for n, row in enumerate(rows) if n not in found.rows], sent, 1)
        stale = [rows[n] for n, (code, _m) in found.rows.items() if code == STALE]
        self._stale(stale, sent, attempt)
        for place, (code, message) in found.rows.items():
            if code == UNSTOCKED:
                self._activate(rows[place], sent)
            elif code != STALE:
                sent.problems[rows[place].pk] = Problem(code.lower() or "refused", message)

    def _all_refused(
        self, rows: Sequence[StockLevel], found: Blame, sent: Sent, attempt: int
    ) -> None:
        """Nobody knows which row it is: half of them at a time."""
        if found.code in FOR_NOW:
            if attempt < MOST_CALLS:
                self._set(rows, sent, attempt + 1)
            else:
                self._give_up(rows, found.code, sent)
        elif found.code == STALE:
            self._stale(rows, sent, attempt)
        elif len(rows) == 1:
            problem = Problem(found.code.lower() or "refused", found.message)
            sent.problems[rows[0].pk] = problem
        else:
            half = len(rows) // 2
            self._set(rows[:half], sent, 1)
            self._set(rows[half:], sent, 1)

    def _stale(self, rows: Sequence[StockLevel], sent: Sent, attempt: int) -> None:
        """Somebody moved these since they were read: look again, a few times."""
        if attempt >= MOST_CALLS:
            self._give_up(rows, STALE, sent)
            return
        for chunk in in_chunks(rows):
            found = read(self.client, chunk, self.now())
            with self.hold.transaction():
                write_read(found)
        self._set([row for row in rows if differs(row)], sent, attempt + 1)

    def _give_up(self, rows: Sequence[StockLevel], code: str, sent: Sent) -> None:
        text = _("Shopify's number kept changing while it was to be set (%s). It is tried again.")
        for row in rows:
            sent.problems[row.pk] = Problem(code.lower(), text % code)

    # -- a row that the location does not stock yet

    def _activate(self, row: StockLevel, sent: Sent) -> None:
        self.hold.checkpoint()
        key = self._noted([row], activates=True)
        try:
            activate(self.client, _quantity(row, _wanted(row), None), key)
        except UserErrors as refusal:
            self._over([row], read_at=None)
            text = _("Shopify does not stock it at %(location)s: %(reason)s")
            sentence = text % {"location": row.location, "reason": refusal}
            sent.problems[row.pk] = Problem("not_stocked", sentence)
        else:
            self._arrived([row])
            sent.done.add(row.pk)

    # -- what is written

    def _noted(self, rows: Sequence[StockLevel], *, activates: bool = False) -> str:
        """Write the call down before it is made."""
        key = str(uuid.uuid4())
        compares = F("available") if self.compare and not activates else None
        with self.hold.transaction():
            StockLevel.objects.filter(pk__in=[row.pk for row in rows]).update(
                sending_key=key,
                sending=F("calculated"),
                sending_from=compares,
                sending_activates=activates,
            )
        return key

    def _arrived(self, rows: Sequence[StockLevel]) -> None:
        """Shopify has confirmed it: now it is sent, and Shopify's number is known."""
        now = self.now()
        with self.hold.transaction():
            StockLevel.objects.filter(pk__in=[row.pk for row in rows]).update(
                available=F("sending"), read_at=now, sent=F("sending"), sent_at=now, **_AT_REST
            )

    def _over(self, rows: Sequence[StockLevel], **more: object) -> None:
        """The call was refused: nothing of it is in flight any more."""
        with self.hold.transaction():
            StockLevel.objects.filter(pk__in=[row.pk for row in rows]).update(**_AT_REST, **more)


_AT_REST: Mapping[str, object] = {
    "sending_key": "",
    "sending": None,
    "sending_from": None,
    "sending_activates": False,
}


def differs(row: StockLevel) -> bool:
    """Whether Shopify is to be told; a place that does not stock it shows none as it is."""
    if row.calculated is None:
        return False
    if row.available is None and row.read_at:
        return row.calculated > 0
    return row.available != row.calculated


def _wanted(row: StockLevel) -> int:
    assert row.calculated is not None  # what cannot be told is sent by nobody
    return row.calculated


def _quantity(row: StockLevel, quantity: int, change_from: int | None) -> Quantity:
    gid = row.variant.inventory_item_gid
    return Quantity(gid, row.location.gid, quantity, change_from)
