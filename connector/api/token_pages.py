"""A person's own tokens: make one, which is shown this once, and revoke."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from connector.api import tokens
from connector.api.models import ApiToken
from jobqueue import database

AT_FIRST = 90  # days


class TokenForm(forms.ModelForm[ApiToken]):
    days = forms.IntegerField(
        label=gettext_lazy("Valid for (days)"),
        help_text=gettext_lazy("Empty: until you revoke it."),
        required=False,
        initial=AT_FIRST,
        min_value=1,
        max_value=tokens.MOST_DAYS,
    )
    use_required_attribute = False

    class Meta:
        model = ApiToken
        fields = ["name"]
        help_texts = {"name": gettext_lazy("What it is for: “Nightly sync of the warehouse”.")}


@require_http_methods(["GET", "HEAD", "POST"])
def own_tokens(request: HttpRequest) -> HttpResponse:
    """The list and the form. A new token stands on the answer alone, so reloading loses it."""
    assert isinstance(request.user, User)
    form = TokenForm(request.POST if request.method == "POST" else None)
    made = _made(request.user, form) if form.is_bound and form.is_valid() else ""
    shown = {
        "form": TokenForm() if made else form,
        "made": made,
        "tokens": ApiToken.objects.filter(user=request.user).order_by("-pk"),
        "now": database.clock(),
    }
    response = render(request, "pages/tokens.html", shown)
    response["Cache-Control"] = "no-store"
    return response


def _made(user: User, form: TokenForm) -> str:
    """The token; "" when it was refused, and then the form says why."""
    values = form.cleaned_data
    try:
        return tokens.issue(user, values["name"], days=values["days"])[1]
    except tokens.NameTaken as problem:
        form.add_error("name", str(problem))
        return ""


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """One's own alone; that of somebody else does not exist here."""
    assert isinstance(request.user, User)
    mine = ApiToken.objects.filter(user=request.user)
    row = get_object_or_404(mine, pk=token_id)
    tokens.revoke(mine.filter(pk=token_id))
    messages.success(request, _("“%s” is revoked. It opens nothing any more.") % row.name)
    return redirect("tokens")
