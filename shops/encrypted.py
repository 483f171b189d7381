"""Stores a text encrypted, so that a copy of the database gives no access to a shop."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Unreadable(Exception):
    """None of the TOKEN_KEYS opens a stored secret: restore the old key, or enter the secret anew."""


def _fernet() -> MultiFernet:
    """The first key encrypts, every key decrypts, so a key is replaced by putting a new one first."""
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
            for key in settings.TOKEN_KEYS
        ]
    )


class EncryptedTextField(models.TextField[str, str]):
    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return _fernet().encrypt(text.encode()).decode() if text else text

    def from_db_value(
        self, value: str | None, expression: object, connection: object
    ) -> str | None:
        """Raises Unreadable when no key fits."""
        if not value:
            return value
        try:
            return _fernet().decrypt(value.encode()).decode()
        except InvalidToken:
            raise Unreadable(
                "A stored access token cannot be read with the present TOKEN_KEYS. "
                "Restore the key it was stored with, or enter the token again."
            ) from None
