"""Tells the queue what it can run, and listens to the books."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SyncConfig(AppConfig):
    name = "connector.sync"
    label = "sync"
    verbose_name = _("Synchronization")

    def ready(self) -> None:
        from django.utils.translation import gettext

        from connector.shopify.words import translate_by
        from connector.sync import nightly_audit, stock_bell  # noqa: F401 - it listens
        from connector.sync.batches import COMBINE, POSTINGS
        from connector.sync.jobs import run_report
        from connector.sync.posting_runs import run_batch, run_combine
        from connector.sync.reports import REPORTS
        from jobqueue import ticks
        from jobqueue.registry import Kind, register, register_shops
        from shops.models import Shop

        translate_by(gettext)
        for report in REPORTS:
            register(Kind(report.number, report.name, report.label, run_report))
        for batch in POSTINGS:
            register(Kind(batch.number, batch.name, batch.label, run_batch))
        register(Kind(COMBINE.number, COMBINE.name, COMBINE.label, run_combine))
        register(nightly_audit.kind())
        ticks.register(
            ticks.Tick(
                "sync.housekeeping",
                1,
                "hours",
                _("Deletes the log of requests to Shopify that is older than it is kept."),
            )
        )
        register_shops(lambda: Shop.objects.values_list("code", flat=True))
