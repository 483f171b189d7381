"""Tells the queue what it can run, and listens to the books."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SyncConfig(AppConfig):
    name = "connector.sync"
    label = "sync"
    verbose_name = _("Synchronization")

    def ready(self) -> None:
        from connector.sync.batches import BATCHES, run_batch
        from connector.sync.jobs import run_report
        from connector.sync.reports import REPORTS
        from jobqueue.registry import Kind, register

        for report in REPORTS:
            register(Kind(report.number, report.name, report.label, run_report))
        for batch in BATCHES:
            register(Kind(batch.number, batch.name, batch.label, run_batch))
