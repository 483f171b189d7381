"""Tells people what became of what they started."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "connector.notices"
    label = "notices"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from connector.notices.listening import tell_starter
        from jobqueue import ticks
        from jobqueue.signals import run_ended

        run_ended.connect(tell_starter, dispatch_uid="notices")
        ticks.register(
            ticks.Tick("notices.send", 15, "seconds", _("Sends the e-mails that are due."))
        )
        ticks.register(
            ticks.Tick(
                "notices.housekeeping", 1, "hours", _("Deletes notifications of three months ago.")
            )
        )
