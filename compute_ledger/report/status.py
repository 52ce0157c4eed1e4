"""status.html and status.json: how long each chapter of an edition took to run, and on what.

Run times differ from build to build, so these two files are no part of what must be the same: the manifest, which
lists every reproducible file with its hash, leaves them out.
"""

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compute_ledger.report.contents import Contents, Edition

if TYPE_CHECKING:
    from compute_ledger.report.render import Page

PAGE, RECORD = "status.html", "status.json"
FILES = (PAGE, RECORD)
PACKAGES = ("altair", "ipykernel", "nbclient", "nbconvert", "pandas", "papermill", "vl-convert-python")


def write(
    folder: Path,
    contents: Contents,
    edition: Edition,
    pages: "Sequence[Page]",
    seconds: Mapping[str, float],
    *,
    codebook: bool,
) -> None:
    """Write both into the `folder` of an edition; `seconds` maps `<edition>/<slug>` to a run time."""
    from importlib.metadata import version

    from compute_ledger.report.render import render_words

    record = {
        "edition": edition.name,
        "chapters": [
            {
                "slug": page.slug,
                "title": page.title,
                "charts": len(page.charts),
                "seconds": round(seconds.get(f"{edition.name}/{page.slug}", 0.0), 1),
            }
            for page in pages
        ],
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "packages": {name: version(name) for name in PACKAGES},
    }
    (folder / RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page = render_words(contents, edition, PAGE, _markdown(record, edition), codebook=codebook, inside=True)
    (folder / PAGE).write_text(page, encoding="utf-8")


def _markdown(record: dict[str, Any], edition: Edition) -> str:
    rows = [
        f"| [{_cell(c['title'])}]({c['slug']}.html) | {c['charts']} | {c['seconds']:.1f} |" for c in record["chapters"]
    ]
    total = sum(chapter["seconds"] for chapter in record["chapters"])
    packages = [f"| {name} | {number} |" for name, number in record["packages"].items()]
    return "\n".join(
        [
            "# Status",
            "",
            f"All {len(rows)} chapters of the edition “{edition.label}” ran without a fault, in {total:.1f} seconds of "
            f"run time, several at once on a machine with {record['cores']} cores. Times differ from build to build; "
            "nothing else in the book does, and its manifest leaves this page out.",
            "",
            "| Chapter | Charts | Seconds |",
            "|---|---:|---:|",
            *rows,
            "",
            "## Versions",
            "",
            "| Package | Version |",
            "|---|---|",
            f"| Python | {record['python']} |",
            *packages,
            "",
            f"The same for programs: [{RECORD}]({RECORD}).",
            "",
        ]
    )


def _cell(text: str) -> str:
    return re.sub(r"([\\`*_\[\]|<>~])", r"\\\1", text)
