"""Where chapters are run and rendered: in processes side by side, or, when one at a time is enough, in this one."""

import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compute_ledger.report.files import locks
from compute_ledger.report.kernels import isolation
from compute_ledger.report.kernels.forked_kernel import WarmProcess, imports

if TYPE_CHECKING:
    from compute_ledger.report.execution.jobs import Job

# What a worker that is told to stop may take to end its kernel, which ends with it in any case.
STOP_S = 5.0


def pool_for(workers: int, jobs: "Sequence[Job]", drawings: Path | None = None) -> AbstractContextManager[Executor]:
    """What to run and render `jobs` in, `workers` at a time."""
    return worker_pool(workers, jobs=jobs, drawings=drawings) if workers > 1 else this_process(jobs, drawings)


@contextmanager
def worker_pool(workers: int, *, jobs: "Sequence[Job]" = (), drawings: Path | None = None) -> Iterator[Executor]:
    """Fresh worker processes (never forked: V8 and threads do not survive it), gone when the block ends.

    Kernels for `jobs`, all of one project, are forked from one process that has imported what their notebooks import;
    they add no PNG to a chart. Charts drawn before are taken from `drawings`.

    On Ctrl-C or any error the workers are told to stop; each shuts its kernel down on the way out, and is killed if it
    does not. Where the system has no semaphores (a container without /dev/shm) there are no workers: all is done in
    this process.
    """
    if not _semaphores():
        with this_process(jobs, drawings) as alone:
            yield alone
        return
    with locks.temporary() as scratch, _warm_process(jobs, scratch) as warm:
        settings = _settings(str(scratch), warm, drawings)
        spawn = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(max(1, workers), spawn, _start_worker, (str(scratch), settings))
        try:
            yield pool
        except BaseException:
            workers_started = list((pool._processes or {}).values())
            for process in workers_started:
                process.terminate()
            # A library may have caught the SystemExit that this raises there, and run the chapter to its end.
            kill = threading.Timer(STOP_S, _kill, [workers_started])
            kill.start()
            pool.shutdown(wait=True, cancel_futures=True)
            kill.cancel()
            raise
        else:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def this_process(jobs: "Sequence[Job]", drawings: Path | None = None) -> Iterator[Executor]:
    """A thread of this process, which spares a worker's imports; what it is given as for worker_pool.

    What papermill does to the process as a whole (its folder, its signals) it does from a thread while nothing else
    runs. On Ctrl-C or any error the kernel is ended, which ends the run. What a worker sets is taken back at the end.
    """
    from jupyter_core.utils import ensure_event_loop

    from compute_ledger.report.kernels import kernel_manager

    with locks.temporary() as scratch, _warm_process(jobs, scratch) as warm:
        settings = _settings(str(scratch), warm, drawings)
        environment = {name: os.environ.get(name, "") for name in settings}
        before = tempfile.tempdir, logging.root.manager.disable
        _set_up(str(scratch), settings)
        loops: list[Any] = []
        pool = ThreadPoolExecutor(1, initializer=lambda: loops.append(ensure_event_loop()))  # nbclient's, to be closed
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            kernel_manager.end_all()
            raise
        finally:
            pool.shutdown(wait=True)
            for loop in loops:
                loop.close()
            kernel_manager.begin_anew()
            os.environ.update({name: value for name, value in environment.items() if value})
            for name in [name for name, value in environment.items() if not value]:
                del os.environ[name]
            tempfile.tempdir = before[0]
            logging.disable(before[1])


def _kill(processes: Iterable[BaseProcess]) -> None:
    for process in processes:
        process.kill()


def _semaphores() -> bool:
    """Whether processes can wait for each other as a pool has them do."""
    try:
        multiprocessing.get_context("spawn").Lock()
    except (ImportError, OSError):
        return False
    return True


def _warm_process(jobs: "Sequence[Job]", scratch: Path) -> Any:
    if not jobs:
        return nullcontext()
    notebooks = {job.chapter.slug: job.source.notebook for job in jobs}
    return WarmProcess(imports(notebooks.values()), jobs[0].root, scratch)


def _settings(scratch: str, warm: WarmProcess | None, drawings: Path | None) -> dict[str, str]:
    return {
        "COMPUTE_LEDGER_PICTURES": "0",
        "COMPUTE_LEDGER_WARM": warm.address if warm else "",
        "COMPUTE_LEDGER_DRAWINGS": str(drawings or ""),
        **isolation.folders(Path(scratch)),
    }


def _set_up(scratch: str, settings: dict[str, str]) -> None:
    logging.disable(logging.CRITICAL)  # what goes wrong arrives as one exception, not as log lines as well
    tempfile.tempdir = scratch  # connection files of kernels that are stopped on the way
    os.environ.update(settings)


def _start_worker(scratch: str, settings: dict[str, str]) -> None:
    # Only the parent reacts to Ctrl-C; it then stops the workers, and SystemExit lets each end its kernel.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop_worker)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _set_up(scratch, settings)


def _end_with_parent() -> None:
    """A worker whose build or sweep was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _stop_worker(*_: Any) -> None:
    # Nobody wants to hear what breaks on the way out.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    sys.exit(143)
