"""Dry runs: the work is done and taken back, so what is told of it is what would have come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connector.sync.models import DryRunLine, Run
from connector.sync.report import Option, Outcome, Result

NAME = "dry_run"
OPTION = Option(
    gettext_lazy("Dry run"),
    {"no": gettext_lazy("No: do it"), "yes": gettext_lazy("Yes: only say what would happen")},
    help=gettext_lazy("A dry run writes nothing, neither here nor in Shopify."),
    remembered=False,
)
MOST = 2000  # records of one dry run


def is_dry(options: Mapping[str, str]) -> bool:
    return options.get(NAME) == "yes"


@contextmanager
def taken_back() -> Iterator[None]:
    """A transaction whose work is undone at its end, and that rings no bell."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def keep(
    run: Run, records: Sequence[tuple[str, str]], results: Sequence[Result], words: Sequence[str]
) -> None:
    """Keep what would become of these records (id, name); what would stay as it is, is not told."""
    DryRunLine.objects.bulk_create(
        DryRunLine(run=run, gid=gid, ref=name[:100], outcome=result.outcome.value, words=text)
        for (gid, name), result, text in zip(records, results, words, strict=True)
        if result.outcome is not Outcome.UNCHANGED
    )


def forget_earlier(run: Run) -> None:
    """Of each report of a shop the last dry run is kept."""
    lines = DryRunLine.objects.filter(run__shop=run.shop_id, run__report=run.report)
    lines.exclude(run=run).delete()


def note(*, whole: bool) -> str:
    text = _("Dry run: nothing was written.")
    if whole:
        return text
    most = _("Only the first %(count)d records were looked at.") % {"count": MOST}
    return f"{text} {most}"
