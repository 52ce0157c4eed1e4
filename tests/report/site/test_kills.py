"""A sample of benchmarks/kills.py, which kills a hundred builds and publishing at each of its steps."""

import json
import subprocess
import sys

from tests.tiny_project import REPO


def test_publishing_that_is_killed_at_any_step_leaves_one_whole_book():
    words = [sys.executable, REPO / "benchmarks/kills.py", "--steps", "20"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)["steps of publishing"]
    assert found["killed"] >= 18
    assert (found["whole"], found["next build"]) == (found["killed"], "fine")
    assert min(found["old"], found["new"]) >= 5, "the sample has steps before and after the swap"
    assert (found["left something behind"] >= 15, found["left after the next"]) == (True, 0)
