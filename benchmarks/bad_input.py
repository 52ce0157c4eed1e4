"""The bad input of tests/bad_input.py given to plain papermill and nbconvert: silence, a traceback or a clear error?

    python benchmarks/bad_input.py [--out benchmarks/bad_input.json] [--kind KIND] [--jobs N]

What is typed for `compute-ledger run chapter` is typed for `papermill chapter.ipynb`, and what comes out is rendered by
nbconvert; a folder of data is read and summed up by a notebook with pandas, as notebooks do. Cases about grids, folders
to publish into and book/contents.toml have no meaning there and are left out.
"""

import argparse
import json
import multiprocessing
import os
import signal
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from click.testing import CliRunner
from nbformat.v4 import new_code_cell

from compute_ledger.report.notebooks.notebook_file import write_notebook
from tests.bad_input import DATA, NOTEBOOKS, PAPERMILL, PARAMETERS, Case, ledger, with_cell
from tests.ledger_copy import copy_ledger
from tests.ledger_faults import CELLS, RECORD_ONLY
from tests.tiny_project import executed, make_project

TIMEOUT_S = 180
KINDS = ("parameter", "papermill", "notebook", "output", "data")
SUMS_UP = """\
import pandas as pd

def read(name):
    return pd.read_csv(f"ledger/{name}.csv")

deals, shares, ties = read("deals"), read("market_shares"), read("ties")
deals["announced_on"] = pd.to_datetime(deals.announced_on, format="mixed")
headlines = read("evidence").query("table == 'deals' and role == 'headline'").merge(read("claims"), on="claim_id")
figures = deals.merge(headlines[["row_id", "source_id"]], left_on="deal_id", right_on="row_id")
figures = figures.merge(read("sources")[["source_id", "grade"]], on="source_id")
print(figures.groupby("counterparty").amount_usd_bn.sum(), figures.announced_on.min(), figures.grade.value_counts())
print(shares.groupby("quarter").share_pct.sum(), len(ties), [len(read(x)) for x in ("regimes", "financials")])
"""
SILENCE, TRACEBACK, CLEAR = "silence: a report, and exit code 0", "a traceback", "a clear error"


# The notebook that sums up must end in silence where nothing is wrong, or it would show nothing.
SOUND = Case("data", (), 0, "a sound ledger")


def every_case() -> list[Case]:
    """All that have a meaning for papermill; those of cells that the suite tests elsewhere among them."""
    more = [
        ledger(table, with_cell(key, column, cell), message)
        for table, key, column, cell, message in CELLS + RECORD_ONLY
    ]
    known_cases = {(case.message, *case.changes) for case in DATA}
    return [
        SOUND,
        *(case for case in PARAMETERS if case.words[0] == "run"),
        *PAPERMILL,
        *NOTEBOOKS,
        *DATA,
        *(case for case in more if (case.message, *case.changes) not in known_cases),
    ]


def words_for(case: Case) -> list[str]:
    """The words of a papermill command line."""
    if case.kind == "papermill":
        return list(case.words[1:])
    if case.kind == "data":
        return ["notebooks/sums.ipynb", "out.ipynb"]
    assignments = [word for word, before in zip(case.words[2:], case.words[1:], strict=False) if before == "-p"]
    pairs = [word for assignment in assignments for word in ("-p", *assignment.partition("=")[::2])]
    chapter = case.words[1] if case.words[0] == "run" else "chapter"
    return [f"notebooks/{chapter}.ipynb", "out.ipynb", *pairs]


def outcome(case: Case, project: Path) -> str:
    """What papermill and nbconvert make of a case in a fresh `project`; the current folder is that."""
    from nbconvert import HTMLExporter
    from papermill.cli import papermill

    for name, change in case.changes.items():
        path = project / name
        content = change(path.read_bytes() if path.is_file() else b"")
        path.write_bytes(content or b"")
    words = words_for(case)
    try:
        if case.kind != "output":  # what a run left in the notebook, and is only rendered
            done = CliRunner().invoke(papermill, [*words, "--no-progress-bar"])
            if done.exit_code:
                return CLEAR if isinstance(done.exception, SystemExit) else TRACEBACK
        HTMLExporter(template_name="lab").from_filename(str(project / words[case.kind != "output"]))
    except Exception:
        return TRACEBACK
    return SILENCE


def _too_long(*_: Any) -> None:
    raise TimeoutError


def ends_in(number: int) -> dict[str, str]:
    """How the case of that number ends, in a project of its own."""
    signal.signal(signal.SIGALRM, _too_long)
    case = every_case()[number]
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(StringIO()):
        project = make_project(Path(folder) / "p")
        copy_ledger(project)
        sums = executed()
        sums.cells[2] = new_code_cell(SUMS_UP, id="sums")
        sums.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        write_notebook(sums, project / "notebooks/sums.ipynb")
        os.chdir(project)
        signal.alarm(TIMEOUT_S)
        try:
            how = outcome(case, project)
        except TimeoutError:
            how = f"nothing after {TIMEOUT_S} s"
        finally:
            signal.alarm(0)
            os.chdir("/")
    return {"kind": case.kind, "case": str(case), "ends in": how}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--kind", choices=KINDS, help="the cases of this kind only")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    numbers = [n for n, case in enumerate(every_case()) if n == 0 or options.kind in (None, case.kind)]
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as pool:
        sound, *results = pool.map(ends_in, numbers)
    assert sound["ends in"] == SILENCE, sound
    record = {
        "cases": len(results),
        "ends in": dict(Counter(result["ends in"] for result in results)),
        "by kind": {
            kind: dict(Counter(result["ends in"] for result in results if result["kind"] == kind)) for kind in KINDS
        },
    }
    options.out.write_text(json.dumps({**record, "each": results}, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
