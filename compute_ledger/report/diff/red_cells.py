"""A cell that no longer shows what its notebook has stored, in the words of a comparison."""

from collections.abc import Mapping, Sequence
from typing import Any

from compute_ledger.report.diff import change_lines, snapshots
from compute_ledger.report.diff.comparison import compare
from compute_ledger.report.errors import NotebookError

STORED, NOW = "the stored output", "this run"
NEXT = "Is that right? Run `make refresh`, read what it says has changed, and commit both. If not, look at the cell:"
UNCOMPARED = ("image/png", "image/jpeg")  # nbval compares none
LONGEST_VALUE = 120  # characters


def story(file: str, cell: Mapping[str, Any], outputs: Sequence[Mapping[str, Any]]) -> str:
    """What differs between the outputs that the cell has stored and those of a run, and what to do next."""
    try:
        old, new = (
            snapshots.side_of_cell(name, file, cell, shown)
            for name, shown in ((STORED, cell["outputs"]), (NOW, outputs))
        )
        changes = compare(old, new)
        told = [*change_lines.lines(changes), changes.summary] if not changes.alike else []
    except NotebookError as error:
        told = [str(error)]
    told = told or [_first_difference(_content(cell["outputs"]), _content(outputs), "")]
    heading = f"{file}, cell {cell['id']!r}: what it shows is not what is stored (old → new)"
    return "\n".join([heading, "", *told, "", NEXT, "", *(f"    {line}" for line in cell["source"].splitlines())])


def _content(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What nbval compares of each output."""
    return [
        {"text": output["text"]}
        if "text" in output
        else {kind: each for kind, each in output.get("data", {}).items() if kind not in UNCOMPARED}
        for output in outputs
    ]


def _first_difference(a: Any, b: Any, place: str) -> str:
    """The first place in two values of JSON at which they differ, with both values."""
    if isinstance(a, dict) and isinstance(b, dict):
        for name in {**a, **b}:
            if name not in a or name not in b:
                return f"{place}/{name} is only in {NOW if name in b else STORED}"
            if a[name] != b[name]:
                return _first_difference(a[name], b[name], f"{place}/{name}")
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return f"{place or 'the outputs'}: {len(a)} → {len(b)} of them"
        for number, pair in enumerate(zip(a, b, strict=True), 1):
            if pair[0] != pair[1]:
                return _first_difference(*pair, f"{place}/{number}")
    one, two = (
        f"{repr(each)[: LONGEST_VALUE - 1]}…" if len(repr(each)) > LONGEST_VALUE else repr(each) for each in (a, b)
    )
    return f"{place.removeprefix('/')}: {one} → {two}"
