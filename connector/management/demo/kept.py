"""What the demo keeps between two starts: the log-in, and the token of its shop."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Kept:
    user: str
    password: str
    token: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """Read `path`; the first time make everything up and write it, readable for its owner."""
        if path.exists():
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        made = cls(
            user="demo",
            password=secrets.token_urlsafe(9),
            token=f"shpat_{secrets.token_hex(16)}",
        )
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(made)), encoding="utf-8")
        return made
