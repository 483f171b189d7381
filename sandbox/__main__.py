"""`python -m sandbox`: opens the shop, says where, and serves until it is told to stop."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import nullcontext
from types import FrameType

from sandbox.arguments import parsed
from sandbox.heap import settle
from sandbox.keeping import Keeper
from sandbox.loading.report import LoadReport, Unreadable
from sandbox.opening import opened

SHOWN = 20  # rejected documents listed at start; all of them are in the state


def main() -> int:
    options = parsed()
    try:
        server = opened(options)
    except Unreadable as problem:
        print(problem, file=sys.stderr)
        return 2
    except (OSError, OverflowError) as problem:
        print(f"Port {options.port} cannot be taken: {problem}. Choose another.", file=sys.stderr)
        return 2

    def stop(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(
            target=server.shutdown
        ).start()  # from this thread it would wait for itself

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if options.products or options.orders:
        _tell(server.control.report)
    settle()
    print(f"Sandbox Shopify on {server.url}", flush=True)
    api = server.api
    with server, Keeper(options.keep, api.store, api.lock) if options.keep else nullcontext():
        server.serve_forever(poll_interval=0.1)
    return 0


def _tell(report: LoadReport) -> None:
    loaded = ", ".join(f"{count} {kind}" for kind, count in sorted(report.loaded.items()))
    print(f"Loaded: {loaded or 'nothing'}. Not loaded: {len(report.rejected)}.")
    for left in report.rejected[:SHOWN]:
        print(f"  {left.document} (row {left.row}): {left.reason}")
    if len(report.rejected) > SHOWN:
        print(f"  … and {len(report.rejected) - SHOWN} more, listed at /__sandbox/state.")


if __name__ == "__main__":
    sys.exit(main())
