"""What command lines cost: CPU of all processes that they start, time on the clock, peak memory."""

import ctypes
import os
import resource
import subprocess
import tempfile
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
    before, began, peak_kb = _cpu_s(), time.monotonic(), 0
    for command in commands:
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                list(map(str, command)), cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
            )
            while process.poll() is None:
                peak_kb = max(peak_kb, sum(map(_pss_kb, _descendants())))
                time.sleep(SAMPLE_S)
            if process.returncode:
                said.seek(0)
                end = said.read()[-2000:].decode(errors="replace")
                raise RuntimeError(f"{process.args} ended with {process.returncode}: {end}")
    wall_s = time.monotonic() - began
    _wait_for_orphans()
    return Cost(round(_cpu_s() - before, 2), round(wall_s, 2), round(peak_kb / 1024, 1))


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
    found = list(children.get(os.getpid(), ()))
    for pid in found:
        found += children.get(pid, ())
    return found


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
