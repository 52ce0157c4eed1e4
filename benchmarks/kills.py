"""SIGKILL a build at random moments, and at every step of publishing: is the book whole each time, does the next work?

python benchmarks/kills.py --times 100     # real builds of a tiny project, killed at random moments
python benchmarks/kills.py --steps 0       # publishing alone, killed before each of its changes of the disk
"""

import argparse
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.layout import MANIFEST
from compute_ledger.report.book.manifest import flaws, read_manifest
from compute_ledger.report.notebooks.notebook_file import write_notebook
from compute_ledger.report.pages.exporter import render_page
from compute_ledger.report.pages.page_context import PageJob
from compute_ledger.report.site import book_build
from compute_ledger.report.site.build_request import BuildRequest
from compute_ledger.report.site.chapters import Made
from compute_ledger.report.site.staging import staging
from tests.tiny_project import executed, make_project

MAIN = "from compute_ledger.cli import main; main()"
WRITES = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "ctypes.dlsym")
SWAPS, SWAP = ("ctypes.dlsym", "os.rename"), b"s"
PATIENCE_S = 15


def state(book: Path, manifests: Sequence[str]) -> str:
    """`edition 0`, `edition 1`, …: which of the `manifests` the book has; else what is wrong with it."""
    manifest = read_manifest(book)
    if manifest is None:
        return "no book"
    if flaws(book, manifest):
        return "half a book"
    text = (book / MANIFEST).read_text(encoding="utf-8")
    return f"edition {manifests.index(text)}" if text in manifests else "an unknown book"


def left_over(folder: Path) -> list[str]:
    """What a build left beside its book."""
    return sorted(path.name for path in folder.glob(".*"))


def processes(mark: str) -> list[int]:
    """Processes that have `mark` in their environment."""
    pids = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                pids.append(int(process.name))
        except OSError:
            continue
    return pids


def soak(folder: Path, times: int, seed: int) -> dict[str, Any]:
    """Kill `times` builds, each of another edition than the one that is there, and count what there is then.

    Builds that end before their moment comes are counted, and do not count as killed.
    """
    project, temporary = make_project(folder / "p"), folder / "t"
    temporary.mkdir()
    book, chance = folder / "out/book", random.Random(seed)
    environment = {**os.environ, "TMPDIR": str(temporary), "SOAK": str(folder)}

    def start(top: int, *words: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", MAIN, "build", "--out", str(book), "-p", f"top={top}", "--jobs", "2", *words]
        return subprocess.Popen(command, cwd=project, env=environment, stdout=-3, stderr=-3, start_new_session=True)

    manifests: list[str] = []
    took: dict[str, float] = {}
    for top, words in ((3, ["--no-cache"]), (4, ["--no-cache"]), (3, []), (4, []), (3, [])):
        began = time.monotonic()
        assert start(top, *words).wait() == 0
        took[" ".join(words)] = time.monotonic() - began
        manifests = list(dict.fromkeys([*manifests, (book / MANIFEST).read_text(encoding="utf-8")]))
    counts: Counter[str] = Counter()
    slowest_end_s = 0.0
    for number in itertools.count():
        if counts["killed"] == times:
            break
        before = state(book, manifests)
        words = ["--no-cache"] if number % 2 else []
        build = start(4 if before == "edition 0" else 3, *words)
        time.sleep(chance.uniform(0, took[" ".join(words)]))
        build.kill()
        killed = build.wait() == -signal.SIGKILL
        after = state(book, manifests)
        counts["killed" if killed else "finished before"] += 1
        counts["whole" if after.startswith("edition") else after] += 1
        counts["old" if after == before else "new"] += 1
        counts["left something behind"] += bool(left_over(book.parent) or list(temporary.iterdir()))
        began = time.monotonic()
        while processes(f"SOAK={folder}\0") and time.monotonic() - began < PATIENCE_S:
            time.sleep(0.05)
        slowest_end_s = max(slowest_end_s, time.monotonic() - began)
        counts["processes that went on"] += len(processes(f"SOAK={folder}\0"))
    done = start(3, "--no-cache").wait()
    return {
        **counts,
        "next build": "fine" if done == 0 and state(book, manifests) == "edition 0" else f"exit code {done}",
        "left after it": len([*left_over(book.parent), *temporary.iterdir()]),
        "seconds until the last process had ended, at most": round(slowest_end_s, 1),
    }


def steps(folder: Path, most: int) -> dict[str, Any]:
    """Kill the publishing of a book before each change that it makes to the disk, or before `most` of them.

    Those of the swap itself are always among them.
    """
    project, book = make_project(folder / "p"), folder / "out/book"
    contents = read_contents(project)
    pages: list[list[Any]] = []
    # Without charts: V8 must not be started before a fork.
    for words in ("Words.", "Other words."):
        for chapter in contents.chapters:
            write_notebook(executed(title=f"# {chapter.title}\n\n{words}"), chapter.notebook)
        jobs = [(edition, chapter) for edition in contents.editions for chapter in contents.chapters]
        pages.append([render_page(PageJob(contents, e, contents.editions, c.slug, c.notebook)) for e, c in jobs])

    def publish(edition: int) -> None:
        book_build.make = lambda *_: Made(pages[edition], {})  # type: ignore[assignment]
        book_build.build_book(BuildRequest(project, book))

    manifests = []
    for edition in (0, 1):
        publish(edition)
        manifests.append((book / MANIFEST).read_text(encoding="utf-8"))
    kinds = _forked(publish, 0, 0)
    changes = len(kinds)
    sampled_steps = list(range(1, changes + 1))
    if 0 < most < changes:
        swap = [step for step in sampled_steps if SWAP in kinds[max(step - 2, 0) : step]]
        sampled_steps = sorted({*swap, *random.Random(1).sample(sampled_steps, most - len(swap))})
    counts: Counter[str] = Counter({"steps": changes})
    for step in sampled_steps:
        before = state(book, manifests)
        _forked(publish, 0 if before == "edition 1" else 1, step)
        after = state(book, manifests)
        counts["killed"] += 1
        counts["whole" if after.startswith("edition") else after] += 1
        counts["old" if after == before else "new"] += 1
        counts["left something behind"] += bool(left_over(book.parent))
        with staging(book):
            """Removes what is left, so that each build makes the same changes."""
        counts["left after the next"] += len(left_over(book.parent))
    publish(0)
    return {
        **counts,
        "next build": "fine" if state(book, manifests) == "edition 0" else state(book, manifests),
    }


def _forked(publish: Callable[[int], None], edition: int, last: int) -> bytes:
    """Publish in a forked process that kills itself before its change number `last`; the kind of each that it made."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        with open(reader, "rb") as pipe:
            kinds = pipe.read()
        os.waitpid(child, 0)
        return kinds
    numbers = itertools.count(1)

    def before(event: str, arguments: tuple[Any, ...]) -> None:
        if _writes(event, arguments):
            if next(numbers) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            os.write(writer, SWAP if event in SWAPS else b".")

    sys.addaudithook(before)
    try:
        publish(edition)
    except BaseException:
        traceback.print_exc()
    os._exit(0)


def _writes(event: str, arguments: tuple[Any, ...]) -> bool:
    if event == "open":
        return isinstance(arguments[2], int) and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))
    return event in WRITES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=0, help="real builds to kill at random moments")
    parser.add_argument("--steps", type=int, help="steps of publishing to kill before; 0 for all of them")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        if options.times:
            results["random moments"] = soak(Path(folder) / "soak", options.times, options.seed)
        if options.steps is not None:
            results["steps of publishing"] = steps(Path(folder) / "steps", options.steps)
    sys.stdout.write(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
