"""Runs Django's deployment checks as a company would run the product: TLS, PostgreSQL, own secrets.

Nothing is connected to; only settings are judged. Any warning fails.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile

PRODUCTION = {
    "DEBUG": "0",
    "HTTPS": "1",
    "SHOPIFY_ALLOW_LOCAL": "0",
    "ALLOWED_HOSTS": "books.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://books.example.com",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "TOKEN_KEYS": secrets.token_urlsafe(32),
    "DATABASE_URL": "postgres://shopkontor@127.0.0.1:5432/shopkontor",
    "BROKER_URL": "redis://127.0.0.1:6379/0",
    "QUEUE_NODE": "web-1",
}


def main() -> int:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        environment = {**os.environ, **PRODUCTION, "DATA_DIR": folder}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
