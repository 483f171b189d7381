"""How log lines look, and what never gets into one. What is logged is decided where it happens.

The redaction is the last step before a line is written, so that no caller and no library can forget
it: what looks like a secret or an e-mail address is struck out of the finished text, and values
under a sensitive name out of every dictionary that was logged.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from copy import copy
from datetime import UTC, datetime
from typing import Any

STRUCK = "[redacted]"

# Names whose values are secrets or tell who a person is; compared without case, - and _.
SENSITIVE = {
    *("accesstoken", "token", "authorization", "xshopifyaccesstoken", "password", "secret"),
    *("clientsecret", "cookie", "sessionid", "email", "phone", "address", "address1", "address2"),
    *("city", "zip", "postcode", "firstname", "lastname", "displayname", "customername", "note"),
}
PATTERNS = [
    (re.compile(r"\bshp[a-z]{2}_[A-Za-z0-9_-]+"), STRUCK),  # every kind of Shopify token
    (re.compile(r"\bshopkontor_[A-Za-z0-9]{20,}"), STRUCK),  # our own, of the API
    (re.compile(r"(?i)\b(Bearer|Basic)\s+[\w.~+/=-]+"), rf"\1 {STRUCK}"),
    (
        re.compile(
            r"(?i)(\b(?:authorization|x-shopify-access-token|access_token|client_secret|password)"
            r"['\"]?\s*[:=]\s*['\"]?)(?!(?:Bearer|Basic)\b)[^\s'\",;&}]+"
        ),
        rf"\1{STRUCK}",
    ),
    (re.compile(r"(\w+://[^\s:/@]*:)[^\s/@]+@"), rf"\1{STRUCK}@"),  # the password of a URL
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), STRUCK),  # an e-mail address
]
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def struck(text: str) -> str:
    """Return `text` without anything that looks like a secret or an e-mail address."""
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def cleaned(value: Any) -> Any:
    """Return `value` with what stands under a sensitive name struck out, at any depth."""
    if isinstance(value, Mapping):
        return {
            key: STRUCK if _sensitive(key) and item else cleaned(item)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return (
            type(value)(cleaned(item) for item in value) if type(value) in {list, tuple} else value
        )
    return value


def _sensitive(key: object) -> bool:
    return str(key).lower().replace("_", "").replace("-", "") in SENSITIVE


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    """What the caller gave as `extra`."""
    return {key: value for key, value in vars(record).items() if key not in STANDARD}


class PlainFormatter(logging.Formatter):
    """For a person at a terminal: time, level, logger, message, then the values given as `extra`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        clean = copy(record)  # other handlers see the record as it was
        clean.args = cleaned(record.args)
        values = " ".join(f"{key}={value}" for key, value in cleaned(_extras(record)).items())
        if values:
            clean.msg = f"{clean.getMessage()} [{values}]"
            clean.args = ()
        return struck(super().format(clean))


class JsonFormatter(logging.Formatter):
    """For machines: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        clean = copy(record)
        clean.args = cleaned(record.args)
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": clean.getMessage(),
            **cleaned(_extras(record)),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(_struck_deep(line), default=lambda value: struck(str(value)))


def _struck_deep(value: Any) -> Any:
    """Strike texts before they are quoted, so that no quoting can hide one."""
    if isinstance(value, str):
        return struck(value)
    if isinstance(value, Mapping):
        return {str(key): _struck_deep(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_struck_deep(item) for item in value]
    return value


def config(*, json_lines: bool, level: str = "INFO") -> dict[str, Any]:
    """Return Django's LOGGING: everything to standard error, through one redacting formatter."""
    formatter = JsonFormatter if json_lines else PlainFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write past the formatter, and mail.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }
