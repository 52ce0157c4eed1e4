"""Run the README's commands on machines unlike this one: python -m tests.anywhere [--list] [--store] [NAME…]

Conditions that can hold at once are tried together, in one clone of what is committed; where that fails each of them
is tried alone, which says whose fault it is. A condition that is asked for by name is tried alone. The environment is
installed once for each Python and then copied, but where the set-up is what is tried. Files that are made are compared
with those made here without any condition.

`make test` on a bare machine is what .ci/run does, so it is not run here.

A line for each condition; exit code 1 when one fails, and then the folder with all logs stays. With --store the
results go to benchmarks/anywhere.json, beside those of the conditions that were not tried this time.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from .bundles import bundles, together
from .clones import ROOT
from .conditions import CONDITIONS, Condition
from .trial import Bench

STORED = ROOT / "benchmarks/anywhere.json"


class Report:
    """Tells and, if asked to, stores what became of each condition."""

    def __init__(self, store: bool) -> None:
        self.store, self.failed = store, 0
        self.commit = _commit() if store else ""  # before the first clone is made

    def skipped(self, condition: Condition, reason: str) -> None:
        self._tell(condition, "skipped", reason, [], 0)

    def tried(self, condition: Condition, told: str, names: Sequence[str], seconds: float) -> None:
        """Of a trial together with what has the `names`, which took so long; `told` is empty when all held."""
        self.failed += bool(told)
        beside = [name for name in names if name != condition.name]
        self._tell(condition, "failed" if told else "held", told, beside, seconds)

    def _tell(self, condition: Condition, result: str, why: str, beside: list[str], seconds: float) -> None:
        together_with = f"with {len(beside)} others" if beside else ""
        sys.stdout.write(f"{result:8} {condition.name:30} {seconds:5.0f} s  {why or together_with}\n")
        sys.stdout.flush()
        if self.store:
            _store(
                condition.name,
                {"result": result, "why": why, "with": beside, "seconds": round(seconds), "commit": self.commit},
            )


def main(words: list[str]) -> int:
    known = {condition.name: condition for condition in CONDITIONS}
    if words == ["--list"]:
        sys.stdout.write("\n".join(known) + "\n")
        return 0
    names = [word for word in words if word != "--store"]
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.stderr.write(f"no condition {unknown[0]!r}; there are: {', '.join(known)}\n")
        return 2
    work = Path(tempfile.mkdtemp(prefix="anywhere-"))
    bench, report = Bench(work), Report("--store" in words)
    possible = []
    for condition in [known[name] for name in names] or CONDITIONS:
        if reason := bench.missing(condition):
            report.skipped(condition, reason)
        else:
            possible.append(condition)
    for bundle in [[condition] for condition in possible] if names else bundles(possible):
        try_bundle(bundle, bench, report)
    if report.failed:
        sys.stdout.write(f"{report.failed} failed; logs are in {work}\n")
    else:
        shutil.rmtree(work)
    return 1 if report.failed else 0


def try_bundle(bundle: Sequence[Condition], bench: Bench, report: Report) -> None:
    """All at once; when that fails one by one."""
    began = time.monotonic()
    told = bench.failure(together(bundle))
    if told and len(bundle) > 1:
        sys.stdout.write(f"{len(bundle)} conditions failed together and are tried alone: {told}\n")
        sys.stdout.flush()
        for condition in bundle:
            try_bundle([condition], bench, report)
        return
    seconds = time.monotonic() - began
    for condition in bundle:
        report.tried(condition, told, [each.name for each in bundle], seconds)


def _commit() -> str:
    words = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _store(name: str, result: dict[str, str | int | list[str]]) -> None:
    before = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    results = {**before, name: result}
    ordered = {each.name: results[each.name] for each in CONDITIONS if each.name in results}
    STORED.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
