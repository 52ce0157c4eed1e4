"""The stored costs as the table of the README, which can show nothing else."""

import json
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
RESULTS, README = ROOT / "benchmarks/results/rerun.json", ROOT / "README.md"
OPENS, ENDS = "<!-- benchmarks.rerun: begin -->\n", "<!-- benchmarks.rerun: end -->"
OURS = "compute-ledger"
TOOLS = (OURS, "jupyter-book", "jupyter-book cached", "papermill + nbconvert", "floor")
ROWS = {
    "cold": "Both editions, nothing there",
    "nothing changed": "Again, nothing changed",
    "one word": "One word of one chapter's text",
    "one row": "One row of data",
    "one parameter": "One chapter, one new parameter",
}
# A tool that would have to run all again, because it keeps nothing or does not see the change.
AS_COLD = {
    "nothing changed": ("papermill + nbconvert", "floor"),
    "one word": ("floor",),
    "one row": TOOLS[1:],
}


def store(results: dict[str, Any]) -> None:
    """Write the results to their file and the table into the README."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    before, _, rest = README.read_text(encoding="utf-8").partition(OPENS)
    after = rest.partition(ENDS)[2]
    README.write_text(f"{before}{OPENS}{markdown(results)}{ENDS}{after}", encoding="utf-8")


def markdown(results: dict[str, Any]) -> str:
    """Seconds of CPU, and what they are as a multiple of ours; on the clock and at the peak in brackets."""
    lines = [f"| | {' | '.join(TOOLS)} |", f"|---|{'---|' * len(TOOLS)}"]
    for scenario, words in ROWS.items():
        lines.append(f"| {words} | {' | '.join(_cell(results, scenario, tool) for tool in TOOLS)} |")
    return "\n".join([*lines, "", _sweep(results), "", _about(results), ""])


def _cell(results: dict[str, Any], scenario: str, tool: str) -> str:
    if tool in AS_COLD.get(scenario, ()):
        return "as in the first row"
    if not _of(results, scenario, tool):
        return "–"
    cpu, wall, peak = (_median(results, scenario, tool, unit) for unit in ("cpu_s", "wall_s", "peak_mb"))
    times = "" if tool == OURS else f" = {_ratio(results, scenario, tool):.1f} ×"
    once = ", once" if len(_of(results, scenario, tool)) < results["repetitions"] else ""
    return f"{_seconds(cpu)}{times} ({_seconds(wall)}, {peak:,.0f} MB{once})"


def _sweep(results: dict[str, Any]) -> str:
    points, many, sample = results["points"], results["many"], results["sample"]
    cpu, peak = _median(results, "sweep", OURS, "cpu_s"), _median(results, "sweep", OURS, "peak_mb")
    scale = points / sample
    rate = median(_pairs(results, "sweep", OURS, "sweep, one worker", OURS, "wall_s"))
    lines = _median(results, "sweep", "papermill sample", "cpu_s") * scale
    ratio = median(_pairs(results, "sweep", OURS, "sweep", "papermill sample", "cpu_s")) * scale
    most = _median(results, "sweep of many", OURS, "peak_mb")
    return (
        f"A sweep of {points} points of the first page: {_seconds(cpu)} of CPU, against {_seconds(lines)} for "
        f"{points} command lines of papermill ({sample} were run, and scaled up): {ratio:.1f} ×. Two workers do "
        f"{rate:.1f} times the points a second of one. Peak memory is {peak:,.0f} MB with {points} points and "
        f"{most:,.0f} MB with {many:,}."
    )


def _about(results: dict[str, Any]) -> str:
    times = results["repetitions"]
    return (
        f"{results['date']}, {results['cores']} cores, Python {results['python']}; "
        f"{f'medians of {times} repetitions' if times > 1 else 'one repetition'} of `make rerun`. "
        "Seconds of CPU are those of all processes that a command starts; in brackets seconds on the clock and the "
        "largest memory at one moment (PSS of all processes). × is CPU as a multiple of ours in the same repetition. "
        "What says “once” was measured in the first repetition only. "
        "The floor is all cells in one warm process, with its SVGs and pages, nothing isolated, checked or kept. "
        "jupyter-book does not see that data have changed; to be right it has to be cleaned and built cold."
    )


def _of(results: dict[str, Any], scenario: str, tool: str) -> dict[int, dict[str, Any]]:
    return {
        cost["repetition"]: cost for cost in results["costs"] if (cost["scenario"], cost["tool"]) == (scenario, tool)
    }


def _median(results: dict[str, Any], scenario: str, tool: str, unit: str) -> float:
    return median(cost[unit] for cost in _of(results, scenario, tool).values())


def _pairs(
    results: dict[str, Any], scenario: str, tool: str, other_scenario: str, other_tool: str, unit: str
) -> list[float]:
    """How many times the first the second took, for each repetition."""
    first, second = _of(results, scenario, tool), _of(results, other_scenario, other_tool)
    return [second[number][unit] / first[number][unit] for number in first if number in second]


def _ratio(results: dict[str, Any], scenario: str, tool: str) -> float:
    return median(_pairs(results, scenario, OURS, scenario, tool, "cpu_s"))


def _seconds(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds >= 20 else f"{seconds:.2g} s" if seconds < 1 else f"{seconds:.1f} s"
