from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class JobqueueConfig(AppConfig):
    name = "jobqueue"
    verbose_name = _("Job queue")

    def ready(self) -> None:
        # Without the project's Celery app a message would go to whatever broker Celery finds.
        import_module(settings.QUEUE_CELERY)
