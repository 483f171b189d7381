"""30102: Shopify is told how many are available, where it shows another number than the books.

Available is compared with available and set as available: what BC sets is on hand, of which Shopify
takes its own sales off once more, so that its number never settles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connector.sync import dry_runs, order_filters
from connector.sync.errors import RecordError
from connector.sync.issues import pause
from connector.sync.lookups import books_of
from connector.sync.report import Context, FilterField, Option, Outcome, Report, Result
from connector.sync.stock_rows import (
    CHUNK,
    GONE,
    UNIT,
    Read,
    Standing,
    in_chunks,
    loaded,
    read,
    standing,
    write,
    write_read,
)
from connector.sync.stock_sending import Problem, Sender, differs
from jobqueue.errors import Halt
from jobqueue.filters import Type
from shops.models import Location, StockLevel, Variant
from shops.models.stock import StockLevelQuerySet


class Stock(Report[StockLevel]):
    number = 30102
    name = "stock"
    label = gettext_lazy("Sync inventory to Shopify")
    outgoing = True
    filters = {
        "sku": FilterField(
            Type.TEXT, gettext_lazy("SKU"), lambda row: row.variant.sku, "variant__sku"
        ),
        "item_no": FilterField(
            Type.TEXT,
            gettext_lazy("Item no."),
            lambda row: row.variant.link.item.no,
            "variant__link__item__no",
        ),
        "location": FilterField(
            Type.TEXT,
            gettext_lazy("Location in Shopify"),
            lambda row: row.location.name,
            "location__name",
            help=gettext_lazy("As Shopify names it."),
        ),
        "title": FilterField(
            Type.TEXT,
            gettext_lazy("Product title"),
            lambda row: row.variant.title,
            "variant__title",
        ),
        "row": FilterField(
            Type.NUMBER,
            gettext_lazy("Rows"),
            lambda row: row.pk,
            "pk",
            help=gettext_lazy("Numbers of rows that were chosen on the page “Stock by location”."),
        ),
    }
    options = {
        "which": Option(
            gettext_lazy("Compare with"),
            {
                "known": gettext_lazy("What Shopify had last; what differs is read anew"),
                "all": gettext_lazy("Shopify: all of its stock is read first"),
            },
            help=gettext_lazy(
                "Once a night, all of it: then what was changed in Shopify is found."
            ),
        ),
        "force": Option(
            gettext_lazy("Read from Shopify"),
            {
                "no": gettext_lazy("Yes: send what differs"),
                "yes": gettext_lazy("No: send everything, whatever Shopify has"),
            },
            remembered=False,
        ),
        "retry": order_filters.retry(gettext_lazy("Rows that failed before")),
        dry_runs.NAME: dry_runs.OPTION,
    }

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._dry = dry_runs.is_dry(context.options)
        self._force = context.options.get("force") == "yes"
        self._sender = Sender(self.client, context.hold, self.now, compare=not self._force)
        self._standing = Standing()  # of a dry run, which writes none of it
        self._gone: set[tuple[int, int]] = set()  # rows whose item Shopify no longer has

    def prepare(self) -> None:
        """Finish what a run left that died, then work out what the books say now."""
        try:
            books = books_of(self.shop)
        except RecordError as exc:
            raise Halt(str(exc)) from exc
        if not self._dry:
            self._sender.finish_interrupted(self.shop)
        found = standing(self.shop, books, self.now())
        if self._dry:
            self._standing = found
        elif found.new or found.changed:
            with self.context.hold.transaction():
                write(found)

    def fetch(self) -> Iterator[Sequence[StockLevel]]:
        if self._dry:
            yield from self._to_rehearse()
            return
        rows = self._rows()
        if not self._force:
            self._read(rows if self._everything else rows.differing())
        due = rows.filter(calculated__isnull=False) if self._force else rows.differing()
        pks = sorted({*_pks(due), *_pks(rows.with_problem())})
        for start in range(0, len(pks), CHUNK):
            yield loaded(pks[start : start + CHUNK])

    @property
    def _everything(self) -> bool:
        return self.context.options.get("which") == "all"

    def _rows(self) -> StockLevelQuerySet:
        """The rows that were asked for; those that failed before, when it is their time."""
        rows = StockLevel.objects.filter(shop=self.shop)
        for name, wanted in self.context.filters.items():
            rows = rows.filter(wanted.q(self.filters[name].column))
        if self.context.options.get("retry") == "due":
            rows = rows.filter(Q(next_try=None) | Q(next_try__lte=self.now()))
        return rows

    def _read(self, rows: StockLevelQuerySet) -> None:
        """Ask Shopify what it has of these now; only what moved is written."""
        told = rows.filter(calculated__isnull=False).order_by("location_id", "pk")
        pks = list(told.values_list("pk", flat=True))
        for start in range(0, len(pks), CHUNK):
            for chunk in in_chunks(loaded(pks[start : start + CHUNK])):
                self.context.hold.checkpoint()
                found = self._looked_at(chunk)
                if found.changed or found.untracked:
                    with self.context.hold.transaction():
                        write_read(found)
            phase = _("Reading Shopify's stock")
            self.context.hold.progress(phase=phase, done=start, total=len(pks))

    def _looked_at(self, chunk: Sequence[StockLevel]) -> Read:
        found = read(self.client, chunk, self.now())
        self._gone.update(_key(level) for level in found.gone)
        return found

    def identity(self, item: StockLevel) -> tuple[str, str]:
        name = " · ".join(filter(None, [item.variant.sku, str(item.variant), str(item.location)]))
        return f"{item.variant.gid}@{item.location_id}", name

    def calls(self, items: Sequence[StockLevel]) -> Iterator[Sequence[StockLevel]]:
        """A batch is a call: what Shopify blames is taken out of it by the sender."""
        yield items

    def apply(self, item: StockLevel) -> Result:
        return self._rehearsed(item) if self._dry else self.apply_all([item])[0]

    def apply_all(self, items: Sequence[StockLevel]) -> list[Result]:
        """Send what differs of these, and note on each row what stood in its way."""
        problems = {row.pk: known for row in items if (known := self._known_problem(row))}
        due = [row for row in items if row.pk not in problems and self._is_due(row)]
        sent = self._sender.send(due)
        problems |= sent.problems
        with self.context.hold.transaction():
            self._settle([row for row in items if row.problem or row.pk in problems], problems)
        return [_result(row.pk in sent.done, problems.get(row.pk)) for row in items]

    def _is_due(self, row: StockLevel) -> bool:
        return row.calculated is not None if self._force else differs(row)

    def _known_problem(self, row: StockLevel) -> Problem | None:
        if row.calculated is None and row.problem_code == UNIT:
            return Problem(UNIT, row.problem)
        if row.calculated is not None and _key(row) in self._gone:
            return Problem(GONE, _("Shopify no longer has this variant: import the products."))
        return None

    def _settle(self, rows: Sequence[StockLevel], problems: Mapping[int, Problem]) -> None:
        for row in rows:
            problem = problems.get(row.pk)
            row.problem = problem.sentence if problem else ""
            row.problem_code = problem.code[:40] if problem else ""
            row.attempts = row.attempts + 1 if problem else 0
            row.next_try = self.now() + pause(row.attempts) if problem else None
        StockLevel.objects.bulk_update(rows, ["problem", "problem_code", "attempts", "next_try"])

    # -- a dry run, which keeps all of it in memory

    def _to_rehearse(self) -> Iterator[Sequence[StockLevel]]:
        for chunk in in_chunks(self._standing_rows()):
            asked = [row for row in chunk if self._is_asked_for(row)]
            if not self._force:
                self._looked_at(asked if self._everything else list(filter(differs, asked)))
            if due := [row for row in asked if self._known_problem(row) or self._is_due(row)]:
                yield due

    def _standing_rows(self) -> Iterator[StockLevel]:
        """All rows as they would be written."""
        changed = {row.pk: row for row in self._standing.changed}
        rows = StockLevel.objects.filter(shop=self.shop).select_related(
            "variant__link__item", "location"
        )
        for row in rows.order_by("location_id", "pk").iterator():
            if now := changed.get(row.pk):
                row.calculated, row.problem = now.calculated, now.problem
                row.problem_code = now.problem_code
            yield row
        known = Variant.objects.select_related("link__item")
        variants = known.in_bulk([row.variant_id for row in self._standing.new])
        places = Location.objects.in_bulk({row.location_id for row in self._standing.new})
        for row in sorted(self._standing.new, key=lambda row: row.location_id):
            row.variant, row.location = variants[row.variant_id], places[row.location_id]
            yield row

    def _is_asked_for(self, row: StockLevel) -> bool:
        waits = row.next_try is not None and row.next_try > self.now()
        if waits and self.context.options.get("retry") == "due":
            return False
        return all(
            wanted.matches(read_from(row))
            for name, wanted in self.context.filters.items()
            if (read_from := self.filters[name].read)
        )

    def _rehearsed(self, row: StockLevel) -> Result:
        if problem := self._known_problem(row):
            return Result(Outcome.REJECTED, problem.code, problem.sentence)
        words = {"new": row.calculated, "old": "–" if row.available is None else row.available}
        return Result(Outcome.UPDATED, reason=_("%(new)s instead of %(old)s") % words)


def _key(row: StockLevel) -> tuple[int, int]:
    return row.variant_id, row.location_id


def _pks(rows: StockLevelQuerySet) -> Iterable[int]:
    return rows.values_list("pk", flat=True)


def _result(done: bool, problem: Problem | None) -> Result:  # noqa: FBT001
    if problem:
        return Result(Outcome.REJECTED, problem.code, problem.sentence)
    return Result(Outcome.UPDATED if done else Outcome.UNCHANGED)
