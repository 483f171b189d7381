"""Reads EMAIL_URL, one address that says all there is to say of a mail server.

    smtp://name:password@mail.example.com:587?from=books@example.com    STARTTLS
    smtps://name:password@mail.example.com                              TLS from the start
    smtp+plain://127.0.0.1:25                                           without TLS, on one machine
    console:                                                            written to the terminal
    file:///var/mails                                                   a file each, for tests

Percent signs write what an address cannot hold: p%40ss is p@ss.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

BACKENDS = "django.core.mail.backends"
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Django's settings of a mail server."""

    backend: str = f"{BACKENDS}.dummy.EmailBackend"
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False
    folder: str | None = None  # of the file backend
    sender: str = "shopkontor@localhost"


def mail_server(url: str) -> MailServer:
    """Raises ValueError with what is wrong; it names no password. "" means that none is sent."""
    if not url:
        return MailServer()
    parts = urlsplit(url)
    sender = parse_qs(parts.query).get("from", [MailServer().sender])[0]
    if parts.scheme == "console":
        return MailServer(f"{BACKENDS}.console.EmailBackend", sender=sender)
    if parts.scheme == "file" and parts.path:
        return MailServer(f"{BACKENDS}.filebased.EmailBackend", folder=parts.path, sender=sender)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("EMAIL_URL: write smtp://name:password@host:587?from=address")
    return MailServer(
        f"{BACKENDS}.smtp.EmailBackend",
        parts.hostname,
        parts.port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        starttls=parts.scheme == "smtp",
        tls=parts.scheme == "smtps",
        sender=sender,
    )
