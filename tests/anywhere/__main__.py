"""Run the README's commands on machines unlike this one: python -m tests.anywhere [--list] [NAME…]

Each condition has a clone of its own of what is committed. The environment is installed once for each Python and then
copied, but where the set-up is what is tried. Files that are made are compared with those made here without any
condition.
A line for each condition; exit code 1 when one fails, and then the folder with all logs stays.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

from .conditions import CONDITIONS
from .machine import MissingError
from .trial import Bench


def main(names: list[str]) -> int:
    known = {condition.name: condition for condition in CONDITIONS}
    if names == ["--list"]:
        sys.stdout.write("\n".join(known) + "\n")
        return 0
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.stderr.write(f"no condition {unknown[0]!r}; there are: {', '.join(known)}\n")
        return 2
    work = Path(tempfile.mkdtemp(prefix="anywhere-"))
    bench, failed = Bench(work), 0
    for name in names or known:
        began = time.monotonic()
        try:
            told = bench.failure(known[name])
        except MissingError as reason:
            told, result = str(reason), "skipped"
        else:
            result = "FAILED" if told else "held"
            failed += bool(told)
        sys.stdout.write(f"{result:8} {name:30} {time.monotonic() - began:5.0f} s  {told}\n")
        sys.stdout.flush()
    if failed:
        sys.stdout.write(f"{failed} failed; logs are in {work}\n")
    else:
        shutil.rmtree(work)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
