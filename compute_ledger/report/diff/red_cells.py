"""A cell that no longer shows what its notebook has stored, in the words of a comparison."""

from collections.abc import Mapping, Sequence
from typing import Any

from compute_ledger.report.diff import change_lines, snapshots
from compute_ledger.report.diff.comparison import compare
from compute_ledger.report.errors import NotebookError

STORED, NOW = "the stored output", "this run"
NEXT = "Is that right? Run `make refresh`, read what it says has changed, and commit both. If not, look at the cell:"
UNCOMPARED = ("image/png", "image/jpeg")  # by nbval
LONGEST_VALUE = 120  # characters


def story(file: str, cell: Mapping[str, Any], outputs: Sequence[Mapping[str, Any]]) -> str:
    """What differs between the outputs that the cell has stored and those of a run, and what to do next.

    Where that is nothing of what a comparison knows, the first place in the outputs that differs.
    """
    old, new = _without_pictures(cell["outputs"]), _without_pictures(outputs)
    try:
        changes = compare(snapshots.side_of_cell(STORED, file, cell, old), snapshots.side_of_cell(NOW, file, cell, new))
        lines = [*change_lines.lines(changes), changes.summary] if not changes.alike else []
    except NotebookError as error:
        lines = [str(error)]
    lines = lines or [_first_difference(_contents(old), _contents(new), "")]
    heading = f"{file}, cell {cell['id']!r}: what it shows is not what is stored (old → new)"
    return "\n".join([heading, "", *lines, "", NEXT, "", *(f"    {line}" for line in cell["source"].splitlines())])


def _without_pictures(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **output,
            "data": {kind: content for kind, content in output.get("data", {}).items() if kind not in UNCOMPARED},
        }
        for output in outputs
    ]


def _contents(outputs: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Text or data of each output; what else it has, as its count, is not compared."""
    return [output.get("text") or output["data"] for output in outputs]


def _first_difference(a: Any, b: Any, place: str) -> str:
    """The first place in two values of JSON at which they differ, with both values."""
    if isinstance(a, dict) and isinstance(b, dict):
        for name in {**a, **b}:
            if name not in a or name not in b:
                return f"{place}{name} is only in {NOW if name in b else STORED}"
            if a[name] != b[name]:
                return _first_difference(a[name], b[name], f"{place}{name}/")
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return f"{place.rstrip('/') or 'the outputs'}: {len(a)} → {len(b)} of them"
        for number, (old, new) in enumerate(zip(a, b, strict=True), 1):
            if old != new:
                return _first_difference(old, new, f"{place}{number}/")
    return f"{place.rstrip('/')}: {_short(a)} → {_short(b)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
