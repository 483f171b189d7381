"""`python -m benchmarks [NAME…] [OPTION…]`: runs the benchmarks, each in a process of its own.

Options go to every benchmark named; without names all run with their defaults. Each prints a table
and one line of JSON. The status is that of the first one that failed.
"""

from __future__ import annotations

import subprocess
import sys

NAMES = ("orders", "products", "stock", "queue", "backlog", "posting", "replay_week", "rolecenter")


def main(arguments: list[str]) -> int:
    names = [word for word in arguments if word in NAMES]
    options = [word for word in arguments if word not in NAMES]
    if options and not names:
        print(f"Name the benchmark that takes {options[0]}: {', '.join(NAMES)}.")
        return 2
    statuses = []
    for name in names or NAMES:
        print(f"\n### {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *options]
        statuses.append(subprocess.run(command, check=False).returncode)
    return next((status for status in statuses if status), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
