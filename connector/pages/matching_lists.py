"""Which list shows just the records a request would take, under which address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from connector.pages.subjects import ReportSubject, Subject
from connector.sync.reports.documents import Documents


def address_of(subject: Subject, parameters: Mapping[str, Any]) -> str:
    """The list's address; "" where none can be filtered in that way.

    Orders without a document are listed by the very expressions of the report. Its retries that
    are not due are known to the run alone, so then there is no list.
    """
    if not isinstance(subject, ReportSubject) or subject.report is not Documents:
        return ""
    if parameters.get("options", {}).get("retry", "all") != "all":
        return ""
    where = {"view": "unprocessed", "shop": subject.shop.code}
    return f"{reverse('orders')}?{urlencode(where | dict(parameters.get('filters', {})))}"
