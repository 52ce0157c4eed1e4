"""Where points run: in processes of this machine, or on the workers of a dask scheduler."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from compute_ledger.report.errors import ExecutionError

CONNECT_TIMEOUT_S = 10
PER_WORKER = 2  # points on their way for each one that runs: no worker waits, and none is held long


@contextmanager
def local(workers: int) -> Iterator[tuple[Executor, int]]:
    """Processes of this machine, and how many points to hand them at once."""
    from compute_ledger.report.execution.worker_pools import worker_pool

    with worker_pool(workers) as pool:
        yield pool, workers * PER_WORKER


@contextmanager
def distributed(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of the dask scheduler at `address` (tcp://host:port), and how many points to hand them at once.

    ExecutionError when dask is not installed, no scheduler answers or it has no workers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ExecutionError("--scheduler needs dask; pip install 'compute-ledger[cluster]'") from error
    try:
        client: Any = Client(address, timeout=CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        message = " ".join(str(error).split())
        raise ExecutionError(f"no scheduler answers at {address}: {message}") from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ExecutionError(f"the scheduler at {address} has no workers; start one: dask worker {address}")
        yield client.get_executor(pure=False), threads * PER_WORKER
