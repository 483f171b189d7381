"""Making, checking and revoking tokens."""

from __future__ import annotations

import hashlib
import secrets
import string
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from connector.api.models import ApiToken
from jobqueue import database

# Secret scanners and the log's redaction find a token by this form; connector/logs.py knows it too.
PREFIX = "shopkontor_"
ALPHABET = string.ascii_letters + string.digits
MOST_DAYS = 3650
LENGTH = 43  # characters after the prefix: 256 bits, so a plain hash cannot be reversed by trying
TO_THE_MINUTE = timedelta(minutes=1)  # so that most requests write nothing


class NameTaken(Exception):
    """The person has a token of this name. The message says what to do."""


class Unusable(Exception):
    """The token opens nothing. The message says why."""


def issue(user: User, name: str, *, days: int | None = None) -> tuple[ApiToken, str]:
    """Make a token that is good for so many days, or until revoked; return its row and itself.

    Raises NameTaken, in which case nothing was written.
    """
    token = PREFIX + "".join(secrets.choice(ALPHABET) for _character in range(LENGTH))
    expires = database.clock() + timedelta(days=days) if days is not None else None
    try:
        with transaction.atomic():
            row = ApiToken.objects.create(
                user=user, name=name, digest=digest(token), expires=expires
            )
    except IntegrityError:
        text = _("There is a token “%s” already. Revoke it, or choose another name.")
        raise NameTaken(text % name) from None
    row.refresh_from_db()
    return row, token


def digest(token: str) -> str:
    """What is kept of a token. Its lookup tells nothing by its time: nobody can aim at a digest."""
    return hashlib.sha256(token.encode()).hexdigest()


def opened_by(token: str) -> ApiToken:
    """The row of a token, with its user. Raises Unusable. One query, and a write a minute."""
    found = ApiToken.objects.filter(digest=digest(token)).select_related("user")
    row = found.annotate(now=Now()).first()
    if row is None:
        raise Unusable(_("This token is not known. Make one on the page “API tokens”."))
    if row.revoked:
        raise Unusable(_("This token was revoked. Make another on the page “API tokens”."))
    if row.expires and row.expires <= row.now:
        raise Unusable(_("This token has expired. Make another on the page “API tokens”."))
    if not row.user.is_active:
        raise Unusable(_("The user of this token may not log in any more."))
    _note_use(row, row.now)
    return row


def _note_use(row: ApiToken, now: datetime) -> None:
    if row.last_used is None or now - row.last_used >= TO_THE_MINUTE:
        ApiToken.objects.filter(pk=row.pk).update(last_used=now)


def revoke(tokens: QuerySet[ApiToken]) -> int:
    """End these tokens at once and for good; return how many were not revoked before."""
    return tokens.filter(revoked=None).update(revoked=Now())
