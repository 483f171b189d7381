"""Lets everything under /api/ answer in JSON, also what Django itself refuses there."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from connector.api import errors

UNDER = "/api/"


class JsonErrors:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path_info.startswith(UNDER):
            return response
        if response.status_code >= HTTPStatus.BAD_REQUEST and not _is_json(response):
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
    if status == HTTPStatus.NOT_FOUND:
        return _("There is nothing at this address. /api/openapi.json lists what there is.")
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return _("This address does not take %s.") % request.method
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:  # the caller's fault
        return _("The request cannot be understood.")
    return _("Something went wrong here. It is in the server's log.")
