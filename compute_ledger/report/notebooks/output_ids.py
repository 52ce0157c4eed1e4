"""Ids of Altair and of pandas' Styler, and addresses in memory: they differ between equal runs, and are made the same.

What nbval does with them is in nbval.cfg of a new project.
"""

import hashlib
import re

import nbformat

from compute_ledger.shared.mime_types import HTML, PLAIN

DRAWN = re.compile(r'(?<= id=")(altair-viz-|T_)([0-9a-f]{32}|[0-9a-f]{5})(?=")')
ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]+(?=>)")


def settle(notebook: nbformat.NotebookNode) -> None:
    """Give each of them in an executed notebook another of its form in place; ids hang on cell and place in it."""
    for cell in notebook.cells:
        settled: dict[str, str] = {}
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if isinstance(data.get(PLAIN), str):
                data[PLAIN] = ADDRESS.sub("0x0", data[PLAIN])
            if isinstance(data.get(HTML), str):
                for drawn in DRAWN.finditer(data[HTML]):
                    settled.setdefault(drawn[0], _same(drawn, f"{cell.id}/{len(settled)}"))
                for drawn_id, same_id in settled.items():
                    data[HTML] = data[HTML].replace(drawn_id, same_id)


def _same(drawn: re.Match[str], place: str) -> str:
    return drawn[1] + hashlib.sha256(place.encode()).hexdigest()[: len(drawn[2])]
