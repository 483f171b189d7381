"""Who calls: `Authorization: Bearer TOKEN`, and nothing else. A session's cookie opens nothing."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from connector.api import tokens
from connector.api.errors import Problem
from connector.api.models import ApiToken


class Token(HttpBearer):
    def __call__(self, request: HttpRequest) -> ApiToken:
        """Let the request be its token's user's, as far as permissions go. Raises Problem."""
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Problem(401, _("Send a token in the header: “Authorization: Bearer …”."))
        return self.authenticate(request, token.strip())

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        try:
            row = tokens.opened_by(token)
        except tokens.Unusable as problem:
            raise Problem(401, str(problem)) from None
        request.user = row.user
        return row
