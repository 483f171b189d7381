"""What a person is told of the runs they started: the list, the bell's buttons, and the choice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from connector.notices.models import Notice, Preference
from connector.ui.lists import ListPage, Rows, SavedView


class NotificationList(ListPage):
    """One's own only."""

    model = Notice
    heading = _("Notifications")
    columns = "pages/notifications.html"
    actions = "pages/notifications_actions.html"
    views = (
        SavedView("", _("All")),
        SavedView("unread", _("Not read yet"), lambda rows: rows.filter(read_at=None)),
    )
    search = ("description__icontains", "message__icontains")
    search_label = _("Search description or error")
    order = ("-ended_at", "-pk")
    empty = _("Nothing that you started has ended yet.")

    def rows(self) -> Rows:
        return Notice.objects.filter(user=self.request.user.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(actions=self.actions, **kwargs)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark one's notices as read: that with the posted number, or all of them."""
    notices = Notice.objects.filter(user=request.user.pk, read_at=None)
    number = request.POST.get("notice", "")
    if number.isdecimal():
        notices = notices.filter(pk=int(number))
    notices.update(read_at=Now())
    return _back(request)


@require_POST
def say_no_more(request: HttpRequest) -> HttpResponse:
    """Do not tell this person any more that a sync is in the job queue."""
    preference = Preference.of(request.user.pk or 0)
    preference.say_queued = False
    preference.save()
    messages.success(
        request, _("It is not said any more. You can change that on your notification page.")
    )
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if allowed else "notifications")


class PreferenceForm(forms.ModelForm[Preference]):
    address = forms.EmailField(label=_("E-mail address"), required=False)

    class Meta:
        model = Preference
        fields = ["say_queued", "mail", "language"]
        help_texts = {
            "mail": _("Of what you start yourself. Of a schedule only when it fails, and when it works again."),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        wants = values.get("mail", Preference.Mail.NEVER) != Preference.Mail.NEVER
        if wants and "address" not in self.errors and not values.get("address"):
            self.add_error("address", _("Enter the address to which the e-mails go."))
        return values


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """One's own choice; the address is that of the account."""
    person = User.objects.get(pk=request.user.pk or 0)
    chosen = Preference.of(person.pk)
    if chosen._state.adding:
        chosen.language = get_language() or "en"
    form = PreferenceForm(
        request.POST if request.method == "POST" else None,
        instance=chosen,
        initial={"address": person.email},
    )
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            form.save()
            User.objects.filter(pk=person.pk).update(email=form.cleaned_data["address"])
        messages.success(request, _("Your choice is saved."))
        return redirect("notification-settings")
    failed = Notice.objects.filter(user=person, mail=Notice.Mail.REFUSED).order_by("-ended_at")
    shown = {"form": form, "email_on": settings.EMAIL_ON, "failed": failed.first()}
    return render(request, "pages/notification_settings.html", shown)
