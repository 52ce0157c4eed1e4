"""How loading and checking grow with the ledger: generates invented ledgers and reports CPU seconds and peak memory.

    python benchmarks/ledger_scale.py [--check] [DEALS ...]      (default: 10000 100000)

Five claims a deal, one source for each twenty-five claims, every tenth deal replaced by another.
The step `measure` is loading and then the concentration of firm payables. `--check` also runs the full check, which
is slow because frictionless looks at one cell at a time in Python.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

EXAMPLE = Path(__file__).parents[1] / "tests" / "ledger_example"
CLAIMS_A_DEAL = 5
STEP = Path(__file__).with_name("ledger_step.py")


def write_ledger(folder: Path, deals: int) -> None:
    """The example ledger in `folder` with `deals` more deals, their claims, sources and evidence."""
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    schema = json.loads((folder / "datapackage.json").read_text())
    for table in schema["resources"]:
        table.pop("hash", None)
        table.pop("bytes", None)
    (folder / "datapackage.json").write_text(json.dumps(schema))
    number = pd.Series(np.arange(deals))
    claim = pd.Series(np.arange(deals * CLAIMS_A_DEAL))
    random = np.random.default_rng(1)
    day = (pd.Timestamp("2016-01-01") + pd.to_timedelta(number % 3600, unit="D")).dt.strftime("%Y-%m-%d")
    replaces = "bulk-" + (number - 1).astype(str)
    deal_id = "bulk-" + number.astype(str)
    ended = (number % 10 == 8) & (number < deals - 1)
    amount = random.uniform(0.1, 50, deals).round(2)
    of_deal = "bulk-" + (claim // CLAIMS_A_DEAL).astype(str)
    source_id = "bulk-source-" + (claim // 25).astype(str)
    added = {
        "deals": {
            "deal_id": deal_id,
            "buyer": "Exemplar AI (invented)",
            "counterparty": "Party " + (number % 500).astype(str),
            "counterparty_group": "Group " + (number % 100).astype(str),
            "layer": "cloud",
            "kind": "contract",
            "title": "A generated deal",
            "announced_on": day,
            "date_precision": "day",
            "known_on": day,
            "ended_on": "2026-01-01",
            "amount_usd_bn": amount,
            "direction": "buyer_pays",
            "status": "superseded",
            "status_before": "in_force",
            "replaces": replaces,
            "note": "Generated, for measuring",
        },
        "claims": {
            "claim_id": "bulk-claim-" + claim.astype(str),
            "source_id": source_id,
            "subject": of_deal,
            "metric": "amount",
            "value": amount.repeat(CLAIMS_A_DEAL),
            "unit": "usd_bn",
            "as_printed": "generated",
            "fact_date": "2025-11",
        },
        "evidence": {
            "table": "deals",
            "row_id": of_deal,
            "claim_id": "bulk-claim-" + claim.astype(str),
            "role": np.where(claim % CLAIMS_A_DEAL == 0, "headline", "supports"),
        },
        "sources": {
            "source_id": source_id.drop_duplicates(),
            "publisher": "Generator",
            "title": "Generated, as a page",
            "published_on": "2025-11",
            "date_precision": "month",
            "language": "en",
            "url": "https://example.org/generated",
            "grade": random.choice(["A", "A-", "B", "C"], source_id.nunique()),
        },
    }
    for name, columns in added.items():
        frame = pd.DataFrame(columns)
        if name == "deals":
            frame.loc[~ended, ["ended_on", "status_before"]] = ""
            frame.loc[~ended, "status"] = "in_force"
            frame.loc[number % 10 != 9, "replaces"] = ""
        path = folder / f"{name}.csv"
        header = pd.read_csv(path, nrows=0).columns
        frame.reindex(columns=header).to_csv(path, mode="a", header=False, index=False, lineterminator="\n")


def measure(step: str, folder: Path) -> tuple[float, float, int]:
    """CPU seconds, peak MB and problems of `step` in a process of its own."""
    done = subprocess.run([sys.executable, STEP, step, folder], capture_output=True, text=True, check=True)
    seconds, megabytes, problems = done.stdout.split()
    return float(seconds), float(megabytes), int(problems)


def main(arguments: list[str]) -> None:
    steps = ["load", "measure", "check"] if "--check" in arguments else ["load", "measure"]
    sizes = [int(word) for word in arguments if word.isdigit()] or [10_000, 100_000]
    out = sys.stdout.write
    out("| deals | claims | MB of CSV | step | CPU seconds | peak MB | problems |\n|---|---|---|---|---|---|---|\n")
    for size in [0, *sizes]:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            write_ledger(folder, size)
            megabytes = sum(path.stat().st_size for path in folder.glob("*.csv")) / 1e6
            for step in steps:
                seconds, peak, problems = measure(step, folder)
                row = [size, size * CLAIMS_A_DEAL, f"{megabytes:.1f}", step, f"{seconds:.2f}", f"{peak:.0f}", problems]
                out(f"| {' | '.join(map(str, row))} |\n")


if __name__ == "__main__":
    main(sys.argv[1:])
