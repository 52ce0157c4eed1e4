"""status.html and status.json: the chapters of an edition, and the versions that it was made with.

Nothing of the machine or the hour is in them, so they are the same in each build: `build --explain` tells run times.
"""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compute_ledger.report.book.contents import Contents, Edition
from compute_ledger.report.book.layout import STATUS_PAGE, STATUS_RECORD

if TYPE_CHECKING:
    from compute_ledger.report.pages.exporter import Page

PACKAGES = ("altair", "ipykernel", "nbclient", "nbconvert", "pandas", "papermill", "vl-convert-python")


def write(
    folder: Path,
    contents: Contents,
    edition: Edition,
    editions: Sequence[Edition],
    pages: "Sequence[Page]",
    *,
    codebook: bool,
) -> None:
    """Write both into the `folder` of an edition, one of the `editions` that the book will have."""
    from importlib.metadata import version

    from compute_ledger.report.pages.exporter import render_words

    record = {
        "edition": edition.name,
        "chapters": [{"slug": page.slug, "title": page.title, "charts": page.charts} for page in pages],
        "python": "{}.{}".format(*sys.version_info),
        "packages": {name: version(name) for name in PACKAGES},
    }
    (folder / STATUS_RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page = render_words(contents, edition, editions, STATUS_PAGE, _markdown(record, edition), codebook=codebook)
    (folder / STATUS_PAGE).write_text(page, encoding="utf-8")


def _markdown(record: dict[str, Any], edition: Edition) -> str:
    rows = [f"| [{_cell(c['title'])}]({c['slug']}.html) | {c['charts']} |" for c in record["chapters"]]
    packages = [f"| {name} | {number} |" for name, number in record["packages"].items()]
    return "\n".join(
        [
            "# Status",
            "",
            f"All {len(rows)} chapters of the edition “{edition.label}” ran without a fault. Times are in no file of "
            "the book, so that each build gives the same: `compute-ledger build --explain` tells how long each took.",
            "",
            "| Chapter | Charts |",
            "|---|---:|",
            *rows,
            "",
            "## Versions",
            "",
            "| Package | Version |",
            "|---|---|",
            f"| Python | {record['python']} |",
            *packages,
            "",
            f"The same for programs: [{STATUS_RECORD}]({STATUS_RECORD}).",
            "",
        ]
    )


def _cell(text: str) -> str:
    return re.sub(r"([\\`*_\[\]|<>~])", r"\\\1", text)
