"""Run a chapter's cells in this process: what papermill does, without a kernel, for tests of what chapters say."""

import ast
import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from altair.utils import schemapi

from compute_ledger import ledger
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.report.notebooks.parameters import Parameter, declared

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EXHIBIT = "application/vnd.compute-ledger.exhibit+json"
FINDING = "application/vnd.compute-ledger.finding+json"
VEGA_LITE = "application/vnd.vegalite.v6+json"

Shown = dict[str, dict[str, Any]]
# Chapters change no frame of a ledger, so all that run in one process may share those that were loaded.
load_once = functools.cache(ledger.load)


def run_chapter(name: str, **parameters: Any) -> Shown:
    """Bundles (or bare values) that the cells of notebooks/`name`.ipynb show, by cell id; each run is made once.

    A parameter that is given its default makes no other run, as it gives the cells the same values.
    """
    usual = {parameter.name: parameter.default for parameter in parameters_of(name)}
    own_values = {key: value for key, value in parameters.items() if repr(value) != repr(usual.get(key, ...))}
    return _run_once(name, tuple(sorted(own_values.items())))


def run_until(cell_id: str, name: str, **parameters: Any) -> dict[str, Any]:
    """The bundle of one cell; what comes after it is not run."""
    return next(bundle for shown_cell, bundle in cells(name, parameters) if shown_cell == cell_id)


def first_change(before: Shown, name: str, **parameters: Any) -> str | None:
    """The first chart that draws other data than `before`, by cell id, or None; what comes after it is not run."""
    charts = drawn(before)
    seen = set()
    for shown_cell, bundle in cells(name, parameters):
        if VEGA_LITE in bundle:
            seen.add(shown_cell)
            if _data(bundle) != charts.get(shown_cell):
                return shown_cell
    return next(iter(charts.keys() - seen), None)


@functools.cache
def parameters_of(name: str) -> tuple[Parameter, ...]:
    """What the chapter declares, in order."""
    path = ROOT / "notebooks" / f"{name}.ipynb"
    return declared(read_notebook(path), path.name)


@functools.cache
def _run_once(name: str, parameters: tuple[tuple[str, Any], ...]) -> Shown:
    return dict(cells(name, dict(parameters)))


def cells(
    name: str, parameters: dict[str, Any], load: Callable[..., ledger.Ledger] = load_once
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the code cells show, by cell id, one after another; ledgers come from `load`."""
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    space: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        # Altair checks each part of a chart against its schema, slowly; nbval and the build run the chapters with that.
        with schemapi.debug_mode(False):
            value = _run("".join(cell["source"]), space)
            bundle = None if value is None else _bundle(value)
        if "load" in space:
            space["load"] = load
        if "parameters" in cell["metadata"].get("tags", []):
            unknown = parameters.keys() - space.keys()
            assert not unknown, f"{name} has no parameter {unknown}"
            space.update({"data_dir": str(ROOT / "data")} | parameters)
        if bundle is not None:
            yield cell["id"], bundle


def _run(source: str, space: dict[str, Any]) -> Any:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), space)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), space) if last else None


def _bundle(value: Any) -> dict[str, Any]:
    if hasattr(value, "_repr_mimebundle_"):
        bundle = value._repr_mimebundle_()
        return bundle[0] if isinstance(bundle, tuple) else bundle  # with metadata beside it
    return {"text/markdown": value.data}


def drawn(bundles: Shown) -> dict[str, str]:
    """The data of every chart, as text, by cell id: what must change when a parameter changes."""
    return {name: _data(bundle) for name, bundle in bundles.items() if VEGA_LITE in bundle}


def _data(bundle: dict[str, Any]) -> str:
    return json.dumps(bundle[VEGA_LITE].get("datasets", {}), sort_keys=True)


def said(bundles: Shown) -> str:
    """All prose of a chapter, its findings among it."""
    return "\n".join(
        bundle["text/markdown"] for bundle in bundles.values() if FINDING in bundle or list(bundle) == ["text/markdown"]
    )
