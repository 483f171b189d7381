"""The administration at /admin/: people and their groups, and when beat sends its ticks.

For superusers only. What the company works with has pages of its own and is not shown here.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from jobqueue import ticks


class Administration(admin.AdminSite):
    site_title = _("Administration")
    site_header = _("Shopkontor administration")
    index_title = _("People and periodic tasks")
    index_template = "administration/index.html"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one log-in, and whoever has logged in and is no superuser stays outside."""
        del extra_context
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", "/admin/"))


class PeriodicTaskAdmin(admin.ModelAdmin[PeriodicTask]):
    """When a tick is sent. What it does is code, so none is made here."""

    list_display = ("name", "purpose", "enabled", "interval", "crontab", "last_run_at")
    list_select_related = ("interval", "crontab")
    fields = ("name", "purpose", "enabled", "interval", "crontab", "last_run_at")
    readonly_fields = ("name", "purpose", "last_run_at")
    ordering = ("name",)

    @admin.display(description=_("purpose"))
    def purpose(self, task: PeriodicTask) -> str | Promise:
        known = ticks.registered().get(task.task)
        return known.purpose if known else ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        del request
        return False


class IntervalAdmin(admin.ModelAdmin[IntervalSchedule]):
    fields = ("every", "period")


class CrontabAdmin(admin.ModelAdmin[CrontabSchedule]):
    fields = ("minute", "hour", "day_of_week", "day_of_month", "month_of_year", "timezone")


site = Administration(name="admin")
site.register(User, UserAdmin)
site.register(Group, GroupAdmin)
site.register(PeriodicTask, PeriodicTaskAdmin)
site.register(IntervalSchedule, IntervalAdmin)
site.register(CrontabSchedule, CrontabAdmin)
