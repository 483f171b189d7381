"""Set up cues: when each turns green, yellow or red, company-wide and for oneself."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shops.forms import CueSetupForm
from shops.models import CueName, CueSetup, default_setup


@require_http_methods(["GET", "HEAD", "POST"])
def cue_setup(request: HttpRequest) -> HttpResponse:
    """One's own setup; with ?scope=company that of all, which needs the right to change it."""
    for_all = request.GET.get("scope") == "company"
    may_change_all = request.user.has_perm("shops.change_cuesetup")
    if for_all and not may_change_all:
        raise PermissionDenied
    user_id = None if for_all else request.user.pk
    data = request.POST if request.method == "POST" else None
    company, own = _rows(None), _rows(user_id) if user_id else {}
    forms = [_form(cue, user_id, data, company.get(cue), own.get(cue)) for cue in CueName]
    valid = [_ignored(form, user_id) or form.is_valid() for form in forms]  # all say what is wrong
    if data is not None and all(valid):
        _save(forms, user_id)
        messages.success(request, _("The cues are set up."))
        return HttpResponseRedirect(f"{reverse('cue-setup')}{'?scope=company' if for_all else ''}")
    shown = {"forms": forms, "for_all": for_all, "may_change_all": may_change_all}
    return render(request, "pages/cue_setup.html", shown)


def _rows(user_id: int | None) -> dict[str, CueSetup]:
    whose = Q(user_id=user_id) if user_id else Q(user=None)
    return {row.cue: row for row in CueSetup.objects.filter(whose)}


def _form(
    cue: CueName,
    user_id: int | None,
    data: QueryDict | None,
    company: CueSetup | None,
    own: CueSetup | None,
) -> CueSetupForm:
    """The form of one cue, filled with what counts now: own, else the company's, else built in."""
    shown = own or (company if user_id is None else None)
    return CueSetupForm(
        data,
        instance=shown or _copy(company or default_setup(cue), user_id),
        prefix=cue.value,
        initial={"own": own is not None},
    )


def _copy(setup: CueSetup, user_id: int | None) -> CueSetup:
    return CueSetup(
        user_id=user_id,
        cue=setup.cue,
        low_style=setup.low_style,
        threshold_1=setup.threshold_1,
        middle_style=setup.middle_style,
        threshold_2=setup.threshold_2,
        high_style=setup.high_style,
    )


def _ignored(form: CueSetupForm, user_id: int | None) -> bool:
    """A row a person does not want for themselves: the company's counts."""
    return user_id is not None and f"{form.prefix}-own" not in form.data


def _save(forms: list[CueSetupForm], user_id: int | None) -> None:
    with transaction.atomic():
        for form in forms:
            if not _ignored(form, user_id):
                form.save()
            elif form.instance.pk:
                form.instance.delete()
