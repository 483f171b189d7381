"""Lets everything under /api/ answer in JSON, also what Django itself refuses there."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from connector.api import errors

FIRST_ERROR = 400
UNDER = "/api/"


class JsonErrors:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path_info.startswith(UNDER):
            return response
        if response.status_code >= FIRST_ERROR and not _is_json(response):
            response = _retold(request, response)
        response["Cache-Control"] = "no-store"
        return response


def _is_json(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/json")


def _retold(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    told = errors.answer(response.status_code, _sentence(request, response.status_code))
    if "Allow" in response.headers:
        told["Allow"] = response["Allow"]
    return told


def _sentence(request: HttpRequest, status: int) -> str:
    if status == 404:  # noqa: PLR2004 - Not Found
        return _("There is nothing at this address. /api/openapi.json lists what there is.")
    if status == 405:  # noqa: PLR2004 - Method Not Allowed
        return _("This address does not take %s.") % request.method
    if status < 500:  # noqa: PLR2004 - the caller's fault
        return _("The request cannot be understood.")
    return _("Something went wrong here. It is in the server's log.")
