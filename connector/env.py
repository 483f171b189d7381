"""Reads settings from the environment, typed at the door."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def text(name: str, default: str = "") -> str:
    """Return the value of `name`, or of the file that `name`_FILE points to (container secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    """Raises ValueError when the value is neither on nor off."""
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ValueError(f"{name}={value!r}: write 1 or 0")
    return default


def number(name: str, default: float) -> float:
    value = text(name)
    try:
        return float(value) if value else default
    except ValueError:
        raise ValueError(f"{name}={value!r}: write a number") from None


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list; blanks around the words do not count."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def kept_secret(name: str, directory: Path) -> str:
    """Return the secret `name`; without one in the environment, one made once and kept on disk.

    That is for the embedded set-up, where all processes share `directory`. Machines that do not
    share it must be given the secret, which a system check reminds of.
    """
    if value := text(name):
        return value
    path = directory / name.lower()
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        with contextlib.suppress(
            FileExistsError
        ):  # another process was first; its secret is the one
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="utf-8")
