"""What runs of `make steady` came to, out of what it printed, as the record that the README is checked against.

python benchmarks/steady.py COMMIT LOG... > benchmarks/steady.json    # logs in the order in which they were made
"""

import json
import re
import sys
from pathlib import Path

PARTS = ("unit tests", "stored outputs", "built book")


def runs(log: str) -> list[dict[str, int | str]]:
    """Of each run that came to an end: its seed, and for each of its `PARTS` what pytest says last of it."""
    _, *pieces = re.split(r"^Run \d+ of \d+, seed ", log, flags=re.MULTILINE)
    seeds_and_parts = [
        (int(piece.split()[0]), re.findall(r"^(\d+ .*) in [\d.]+s", piece, re.MULTILINE)) for piece in pieces
    ]
    return [
        {"seed": seed, **dict(zip(PARTS, parts, strict=False))}
        for seed, parts in seeds_and_parts
        if len(parts) == len(PARTS) or any("failed" in part or "error" in part for part in parts)
    ]


if __name__ == "__main__":
    commit, *logs = sys.argv[1:]
    all_runs = [run for log in logs for run in runs(Path(log).read_text(encoding="utf-8"))]
    sys.stdout.write(json.dumps({"commit": commit, "runs": all_runs}, indent=1) + "\n")
