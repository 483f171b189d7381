"""What the demo keeps between two starts: the log-in, and what its shop was opened with."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Kept:
    user: str
    password: str
    token: str
    opened: str  # when the shop was, ISO 8601, UTC

    @classmethod
    def of(cls, path: Path, *, now: datetime) -> Self:
        """Read `path`; the first time make everything up and write it, readable for its owner."""
        if path.exists():
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        made = cls(
            user="demo",
            password=secrets.token_urlsafe(9),
            token=f"shpat_{secrets.token_hex(16)}",
            opened=now.isoformat(timespec="seconds"),
        )
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(made)), encoding="utf-8")
        return made
