"""The README's table of costs is the stored one, its ratios are those within a repetition; what the tests cost."""

import json
import subprocess
import sys

from benchmarks import durations
from benchmarks.rerun import table

TOOLS = (*table.TOOLS, "papermill sample")


def test_the_table_of_the_readme_is_that_of_the_stored_costs():
    block = table.README.read_text(encoding="utf-8").partition(table.OPENS)[2].partition(table.ENDS)[0]
    stored = json.loads(table.RESULTS.read_text(encoding="utf-8")) if table.RESULTS.exists() else None
    assert block == (table.markdown(stored) if stored else ""), "run make rerun; figures are never typed in"


def test_ratios_are_medians_of_those_within_a_repetition():
    scenarios = [*table.ROWS, "sweep", "sweep, one worker", "sweep of many"]
    # The machine slows down threefold, which no ratio shows.
    costs = [
        {"repetition": slow, "scenario": scenario, "tool": tool, "cpu_s": spent * 3**slow, "wall_s": 4.0, "peak_mb": 9}
        for slow in range(3)
        for scenario in scenarios
        for tool, spent in zip(TOOLS, (2.0, 8, 4, 10, 1, 3), strict=True)
    ]
    about = {"date": "2026-11-22", "cores": 2, "python": "3.11.7", "repetitions": 3}
    text = table.markdown({**about, "sample": 10, "points": 100, "many": 1000, "costs": costs})
    cold = next(line for line in text.splitlines() if line.startswith(f"| {table.ROWS['cold']} |"))
    assert cold.split(" | ")[1:3] == ["6.0 s (4.0 s, 9 MB)", "24 s = 4.0 × (4.0 s, 9 MB)"]
    assert "90 s for 100 command lines of papermill (10 were run, and scaled up): 15.0 ×." in text
    assert "Two workers do 1.0 times" in text
    once = [cost for cost in costs if cost["repetition"] == 0 or cost["tool"] != "jupyter-book"]
    text = table.markdown({**about, "sample": 10, "points": 100, "many": 1000, "costs": once})
    assert text.count("MB, once)") == len(table.ROWS) - 1, "all rows of jupyter-book that are not 'as in the first row'"
    assert "2026-11-22, 2 cores, Python 3.11.7; medians of 3 repetitions" in text


def test_a_process_that_outlives_its_parent_is_counted():
    spin = "import time\nwhile time.process_time() < 0.3: pass"
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {spin!r}], start_new_session=True)"
    measured = "import sys; from pathlib import Path; from benchmarks.rerun.measure import adopt_orphans, cost\n"
    measured += "adopt_orphans(); print(cost([[sys.executable, '-c', sys.argv[1]]], Path()).cpu_s)"
    done = subprocess.run([sys.executable, "-c", measured, code], cwd=table.ROOT, capture_output=True, text=True)
    assert float(done.stdout or 0) > 0.3, done.stderr


def test_what_the_tests_cost_is_added_up_by_file():
    log = """============ slowest durations ============
40.50s setup    tests/test_b.py::test_one[log and files]@test_b
9.25s call     tests/test_a.py::test_two[a@b-c]
2.50s call     tests/test_a.py::test_three
0.50s teardown tests/test_b.py::test_one[log and files]@test_b

(70 durations < 0.005s hidden.  Use -vv to show these durations.)
2257 passed, 3 skipped in 309.12s (0:05:09)
"""
    costs = durations.summary(log)
    assert (costs["ended"], costs["seconds"]) == ("2257 passed, 3 skipped", 52.8)
    assert list(costs["files"].items()) == [("tests/test_b.py", 41.0), ("tests/test_a.py", 11.8)]
    assert costs["dearest"][:2] == [
        "40.5 setup tests/test_b.py::test_one[log and files]",
        "9.25 call tests/test_a.py::test_two[a@b-c]",
    ]
