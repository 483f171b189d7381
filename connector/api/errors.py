"""The one shape of everything that is refused: {"error": {"sentence": …, "field": …}}."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from connector.api.sentences import sentence
from jobqueue.errors import Refused

READABLE = {"ensure_ascii": False}  # letters as they are, not as \\u00f8
ARGUMENTS = {"wanted", "filters", "paging"}  # how our functions call a whole body or query
PLACES = {"body", "query", "path", "header", "form"}  # where ninja says a field was


class Problem(Exception):
    """A refusal with its status; `field` names what in the request mends it."""

    def __init__(self, status: int, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.field = status, sentence, field


def answer(status: int, sentence: str, field: str = "") -> JsonResponse:
    error = {"sentence": sentence} | ({"field": field} if field else {})
    response = JsonResponse({"error": error}, status=status, json_dumps_params=READABLE)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def install(api: NinjaAPI) -> None:
    """Let `api` tell what it refuses in our shape."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(ValidationError, _not_valid)
    api.add_exception_handler(HttpError, _http_error)


def _problem(request: HttpRequest, problem: Problem | type[Problem]) -> JsonResponse:
    assert isinstance(problem, Problem)
    return answer(problem.status, problem.sentence, problem.field)


def _refused(request: HttpRequest, refusal: Refused | type[Refused]) -> JsonResponse:
    """What the state of an entry does not allow, in the queue's words."""
    return answer(409, str(refusal))


def _http_error(request: HttpRequest, error: HttpError | type[HttpError]) -> JsonResponse:
    """Ninja raises it for a body that is no JSON."""
    assert isinstance(error, HttpError)
    return answer(error.status_code, _("The body cannot be read: write JSON."))


def _not_valid(
    request: HttpRequest, error: ValidationError | type[ValidationError]
) -> JsonResponse:
    """The first value that cannot be read; one at a time is enough to mend it."""
    assert isinstance(error, ValidationError)
    first: dict[str, Any] = error.errors[0]
    path = [str(part) for part in first["loc"] if str(part) not in PLACES]
    field = ".".join(path[1:] if path and path[0] in ARGUMENTS else path)
    return answer(422, f"{field or 'body'}: {sentence(first)}", field)
