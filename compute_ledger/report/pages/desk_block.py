"""The desk of a page: the inputs in it, and the file beside it that its scripts load at a reader's first touch."""

import json
from typing import Any

from compute_ledger.report.book import layout
from compute_ledger.report.errors import NotebookError
from compute_ledger.report.notebooks.output_contract import Block, checked_id

ANCHOR = "desk"
KINDS = ("choice", "number", "day")
HELD = ("module", "chapter", "words", "data")  # what the scripts need and the page does not


def desk(data: Block, place: str) -> Block:
    """The block of a desk: `inputs` with their published values, `answer` as published, and what its file holds."""
    for each in data["inputs"]:
        checked_id(each["name"], place)
        if each["kind"] not in KINDS:
            raise NotebookError(f"{place}: the desk has an input of kind {each['kind']!r}; use {', '.join(KINDS)}")
    return {
        "kind": "desk",
        "id": ANCHOR,
        "module": checked_id(data["module"], place),
        "inputs": data["inputs"],
        "answer": data["answer"],
        "labels": data["labels"],
        "colours": dict(zip(data["data"]["names"], data["data"]["colours"], strict=True)),
        "as_of": data["as_of"],
        "held": {name: data[name] for name in HELD} | {"ticks": _ticks(data["inputs"])},
    }


def _ticks(inputs: list[Block]) -> Block:
    """Days to mark on the slider, by buyer."""
    return next((each["ticks"] for each in inputs if each["kind"] == "day"), {})


def script(block: Block) -> bytes:
    """The file beside the page: a script, as a page on disk may load nothing else."""
    text = json.dumps(block["held"], ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"desk.held = {text};\n".encode()


def files(blocks: tuple[Block, ...], slug: str) -> dict[str, Any]:
    """Path below the edition's folder -> content, of a page that has a desk."""
    return {f"{layout.DESKS}/{slug}.js": script(block) for block in blocks if block["kind"] == "desk"}
