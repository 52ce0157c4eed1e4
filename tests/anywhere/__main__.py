"""Run the README's commands on machines unlike this one: python -m tests.anywhere [--list] [--store] [NAME…]

Each condition has a clone of its own of what is committed. The environment is installed once for each Python and then
copied, but where the set-up is what is tried. Files that are made are compared with those made here without any
condition.
A line for each condition; exit code 1 when one fails, and then the folder with all logs stays. With --store the
results go to benchmarks/anywhere.json, beside those of the conditions that were not tried this time.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .clones import ROOT
from .conditions import CONDITIONS
from .machine import MissingError
from .trial import Bench

STORED = ROOT / "benchmarks/anywhere.json"


def main(names: list[str]) -> int:
    known = {condition.name: condition for condition in CONDITIONS}
    if names == ["--list"]:
        sys.stdout.write("\n".join(known) + "\n")
        return 0
    store, names = "--store" in names, [name for name in names if name != "--store"]
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
        seconds = time.monotonic() - began
        sys.stdout.write(f"{result:8} {name:30} {seconds:5.0f} s  {told}\n")
        sys.stdout.flush()
        if store:
            _store(name, {"result": result.lower(), "seconds": round(seconds), "why": told})
    if failed:
        sys.stdout.write(f"{failed} failed; logs are in {work}\n")
    else:
        shutil.rmtree(work)
    return 1 if failed else 0


def _store(name: str, result: dict[str, str | int]) -> None:
    before = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    results = {**before, name: {**result, "commit": commit.stdout.strip()}}
    ordered = {each.name: results[each.name] for each in CONDITIONS if each.name in results}
    STORED.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
