"""What command lines cost: CPU of all processes that they start, time on the clock, peak memory."""

import ctypes
import os
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_S = 0.2
ORPHANS_PATIENCE_S = 60


@dataclass(frozen=True)
class Cost:
    """`cpu_s` is user and system time of the whole tree; `peak_mb` the largest sum of its processes' PSS seen."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def adopt_orphans() -> None:
    """Become the parent of every process whose own ends: a kernel that outlives its tool is waited for, and counted."""
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError("this system has no subreapers; the benchmark needs Linux")


def cost(commands: Sequence[Sequence[object]], cwd: Path) -> Cost:
    """Run the `commands` one after the other in `cwd`; RuntimeError with the end of its stderr when one fails."""
    before, began, peaks_kb, over = _cpu_s(), time.monotonic(), [0], threading.Event()
    sampler = threading.Thread(target=_sample, args=[peaks_kb, over])
    sampler.start()
    try:
        for command in commands:
            done = subprocess.run(
                list(map(str, command)),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
            )
            if done.returncode:
                raise RuntimeError(f"{done.args} ended with {done.returncode}: {done.stderr[-2000:]}")
        wall_s = time.monotonic() - began
    finally:
        over.set()
        sampler.join()
    _wait_for_orphans()
    return Cost(round(_cpu_s() - before, 2), round(wall_s, 2), round(max(peaks_kb) / 1024, 1))


def _sample(peaks_kb: list[int], over: threading.Event) -> None:
    while not over.wait(SAMPLE_S):
        peaks_kb.append(sum(map(_pss_kb, _descendants())))


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _wait_for_orphans() -> None:
    until = time.monotonic() + ORPHANS_PATIENCE_S
    try:
        while True:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                if time.monotonic() > until:
                    raise RuntimeError(f"processes {_descendants()} do not end, so that their CPU cannot be counted")
                time.sleep(SAMPLE_S)
    except ChildProcessError:
        return


def _descendants() -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has just ended
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    pids = list(children.get(os.getpid(), ()))
    for pid in pids:
        pids += children.get(pid, ())
    return pids


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
