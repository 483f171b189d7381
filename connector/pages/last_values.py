"""The filters and options a person used last on a request page, for each report and shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from connector.pages.subjects import Subject
from connector.sync.models import RequestValues


def last_values(request: HttpRequest, subject: Subject) -> RequestValues | None:
    """None when the person has not used the page yet, or has asked for ?values=default."""
    if request.GET.get("values") == "default":
        return None
    return RequestValues.objects.filter(**_key(request, subject)).first()


def keep_values(request: HttpRequest, subject: Subject, parameters: Mapping[str, Any]) -> None:
    """All but what is meant for once, such as a dry run."""
    options = {
        name: value
        for name, value in parameters.get("options", {}).items()
        if subject.declared.options[name].remembered
    }
    values = {"parameters": {**parameters, "options": options}, "used": timezone.now()}
    RequestValues.objects.update_or_create(**_key(request, subject), defaults=values)


def _key(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    return {"user_id": request.user.pk, "report": subject.name, "scope": subject.scope}
