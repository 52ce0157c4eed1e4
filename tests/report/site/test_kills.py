"""A sample of benchmarks/kills.py, which kills a hundred builds and publishing at each of its steps."""

import json
import subprocess
import sys

from tests.tiny_project import REPO


def test_publishing_that_is_killed_at_any_step_leaves_one_whole_book():
    words = [sys.executable, REPO / "benchmarks/kills.py", "--steps", "20"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    counts = json.loads(done.stdout)["steps of publishing"]
    assert counts["killed"] >= 18
    assert (counts["whole"], counts["next build"]) == (counts["killed"], "fine")
    assert min(counts["old"], counts["new"]) >= 5, "the sample has steps before and after the swap"
    assert (counts["left something behind"] >= 15, counts["left after the next"]) == (True, 0)
