"""What the unit tests cost, out of what `pytest --durations 0` printed: make durations.

python benchmarks/durations.py LOG > benchmarks/test_durations.json
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

DEAREST = 25
LINE = re.compile(r"^([\d.]+)s (setup|call|teardown) +((\S+?\.py)::.*?)(?:@[^\]@]*)?$", re.MULTILINE)  # @ its group


def summary(log: str) -> dict[str, object]:
    """Seconds of each file and of the dearest setups, calls and teardowns, most first; what pytest says last."""
    timings = [(float(seconds), phase, test, file) for seconds, phase, test, file in LINE.findall(log)]
    files: Counter[str] = Counter()
    for seconds, _, _, file in timings:
        files[file] += seconds
    return {
        "ended": re.findall(r"(\d+ \w+.*) in [\d.]+s", log)[-1],
        "seconds": round(sum(files.values()), 1),
        "files": {file: round(seconds, 1) for file, seconds in files.most_common()},
        "dearest": [f"{seconds} {phase} {test}" for seconds, phase, test, _ in sorted(timings, reverse=True)[:DEAREST]],
    }


if __name__ == "__main__":
    durations = summary(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(durations, indent=1, ensure_ascii=False) + "\n")
