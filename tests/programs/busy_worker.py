"""Two calls in a pool, one of which ends badly while the other is busy: busy_worker.py dies|fails FILE"""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from compute_ledger.report.errors import ExecutionError
from compute_ledger.report.execution.parallel_calls import in_parallel
from compute_ledger.report.execution.worker_pools import worker_pool


def sleep_once_begun(begun: Path) -> None:
    """For long, whatever it is told, as code that catches all there is."""
    begun.touch()
    for _ in range(2):
        with suppress(SystemExit):
            time.sleep(600)


def _wait_for(begun: Path) -> None:
    while not begun.exists():
        time.sleep(0.05)


def die_beside(begun: Path) -> None:
    _wait_for(begun)
    os._exit(1)


def fail_beside(begun: Path) -> None:
    _wait_for(begun)
    raise ExecutionError("a cell failed")


if __name__ == "__main__":
    neighbour = {"dies": die_beside, "fails": fail_beside}[sys.argv[1]]
    begun = Path(sys.argv[2])
    try:
        with worker_pool(2) as pool:
            in_parallel("Running", {"latest/long": (sleep_once_begun, begun), "latest/short": (neighbour, begun)}, pool)
    except ExecutionError as error:
        sys.exit(f"ended: {error.message}")
