"""The API as a whole: its document and its addresses."""

from __future__ import annotations

from typing import Any, TypeGuard

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path, reverse_lazy
from django.views.generic import RedirectView
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from connector.api import entries, errors, log, reports
from connector.api.auth import Token

DESCRIPTION = """\
The job queue for programs: ask for a report, watch its entry, read the log.

Send a token with every request: `Authorization: Bearer …`. People make theirs on the page
*API tokens*, administrators for others with `manage.py token add`. A token may do what its user may.

Times are ISO 8601 in UTC; send them with a zone. Whatever is refused is answered with a status from
400 on and `{"error": {"sentence": …, "field": …}}`, in the language of `Accept-Language`."""


class Readable(JSONRenderer):
    json_dumps_params = errors.READABLE


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's name: what programs that are made from the document call it too."""
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document. Examples of a parameter stand in its schema: beside it they are a map."""
        told = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for methods in told["paths"].values():
            for operation in methods.values():
                for parameter in operation["parameters"]:
                    parameter.pop("examples", None)
        return told


api = Api(
    title="Shopkontor",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    auth=Token(),
    renderer=Readable(),
    docs_url=None,  # its pages need inline scripts, which our Content-Security-Policy forbids
)
errors.install(api)
for part in (entries, log, reports):
    api.add_router("", part.router)


def addresses() -> tuple[list[URLPattern], str, str]:
    """For `path()`. A token is asked for by the API itself, so no page to log in comes between."""
    patterns, app, namespace = api.urls
    start = RedirectView.as_view(url=reverse_lazy("api:openapi-json"))
    found = [path("", start, name="api-root"), *(p for p in patterns if _is_operation(p))]
    for pattern in found:
        pattern.callback = login_not_required(pattern.callback)
    return found, app, namespace


def _is_operation(pattern: URLPattern | URLResolver) -> TypeGuard[URLPattern]:
    return isinstance(pattern, URLPattern) and pattern.name != "api-root"
